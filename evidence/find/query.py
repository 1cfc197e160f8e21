"""What a list of decisions was asked for, read once and the same for page, API, export and room."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from evidence.find.cursor import Cursor
from evidence.find.period import Period
from evidence.models import DecisionRow, Source, Term
from grc.models.organisation import Organisation
from grc.registers.query import BadQuery

TERMS: dict[str, tuple[Term.Kind, str]] = {
    "system": (Term.Kind.SYSTEM, "system_id"),
    "policy": (Term.Kind.POLICY, "policy_id"),
    "model": (Term.Kind.MODEL, "model_id"),
}
"""Filters by text, and the column that holds the text's key."""

KINDS: dict[str, DecisionRow.Kind] = {kind.name.lower(): kind for kind in DecisionRow.Kind}
OUTCOMES: dict[str, DecisionRow.Outcome] = {outcome.name.lower(): outcome for outcome in DecisionRow.Outcome}
ANY_KIND = "any"
NAMES = {"subject", "source", "system", "policy", "model", "outcome", "kind", "period", "from", "to", "cursor"}
MAX_LENGTH = 600
MAX_VALUES = 20
_SUBJECT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class DecisionQuery:
    """Each filter is a tuple of texts, any of which may match; empty: not asked for. ``kind`` is never empty."""

    period: Period
    subject: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    kind: str = "decision"
    cursor: Cursor | None = None
    _known: dict[int, dict[str, Any] | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, params: QueryDict, *, strict: bool = False, also: frozenset[str] = frozenset()) -> "DecisionQuery":
        """Read ``params``. ``strict`` refuses names that are neither known nor in ``also``. Raises ``BadQuery``."""
        for name in params:
            if strict and name not in NAMES and name not in also:
                raise BadQuery(name[:80], _("There is no such filter for decision records."))
        given = {name: _values(params, name) for name in NAMES}
        first = {name: values[0] if values else "" for name, values in given.items()}
        _check_choices("outcome", given["outcome"], OUTCOMES)
        kind = first["kind"] or "decision"
        _check_choices("kind", (kind,), {**KINDS, ANY_KIND: None})
        for value in given["subject"]:
            if not _SUBJECT.fullmatch(value):
                raise BadQuery("subject", _("A keyed hash has 64 hexadecimal digits, in lower case."))
        if first["period"] and params.get("days") and not strict:
            first["from"] = first["to"] = ""  # the page's form showed days, and a preset was chosen instead
        return cls(
            Period.read(first["period"], first["from"], first["to"]),
            subject=given["subject"],
            source=given["source"],
            system=given["system"],
            policy=given["policy"],
            model=given["model"],
            outcome=given["outcome"],
            kind=kind,
            cursor=Cursor.decode(first["cursor"]) if first["cursor"] else None,
        )

    def conditions(self, organisation: Organisation) -> dict[str, Any] | None:
        """Filters for ``DecisionRow``, by column; None where nothing can match, because a text never occurred."""
        if organisation.pk not in self._known:
            self._known[organisation.pk] = self._conditions(organisation)
        return self._known[organisation.pk]

    def _conditions(self, organisation: Organisation) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        if self.kind != ANY_KIND:
            found["kind"] = KINDS[self.kind]
        if self.outcome:
            found["outcome__in"] = [OUTCOMES[name] for name in self.outcome]
        if self.subject:
            found["subject_ref__in"] = [bytes.fromhex(value) for value in self.subject]
        if self.source:
            sources = Source.objects.within(organisation).filter(reference__in=self.source)
            found["source_id__in"] = list(sources.values_list("pk", flat=True))
        for name, (kind, column) in TERMS.items():
            texts = getattr(self, name)
            if texts:
                found[f"{column}__in"] = term_keys(organisation, kind, texts)
        return None if [] in found.values() else found


def term_keys(organisation: Organisation, kind: Term.Kind, texts: tuple[str, ...]) -> list[int]:
    """Keys of the terms that are one of ``texts``; a policy without “@version” stands for all its versions."""
    terms = Term.objects.within(organisation).filter(kind=kind)
    keys = list(terms.filter(text__in=texts).values_list("pk", flat=True))
    if kind is Term.Kind.POLICY:
        for text in texts:
            if "@" not in text:
                keys += terms.filter(text__startswith=f"{text}@").values_list("pk", flat=True)[:1000]
    return keys


def read_decision_id(text: str) -> uuid.UUID | None:
    """The UUID that ``text`` spells, dashes or not; None where it spells none."""
    stripped = text.strip()
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", stripped):
        return None
    return uuid.UUID(stripped)


def read_subject(text: str) -> str:
    """The keyed hash that ``text`` spells, in lower case; empty where it spells none."""
    lowered = text.strip().lower()
    return lowered if _SUBJECT.fullmatch(lowered) else ""


def _values(params: QueryDict, name: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in params.getlist(name) if value.strip())
    if len(values) > MAX_VALUES:
        raise BadQuery(name, _("Choose at most %(n)d.") % {"n": MAX_VALUES})
    for value in values:
        if "\x00" in value:
            raise BadQuery(name, _("A NUL character has no place here."))
        if len(value) > MAX_LENGTH:
            raise BadQuery(name, _("At most %(n)d characters.") % {"n": MAX_LENGTH})
    return values


def _check_choices(name: str, values: tuple[str, ...], choices: Mapping[str, object]) -> None:
    for value in values:
        if value not in choices:
            text = _("“%(value)s” is not one of the choices: %(choices)s.")
            raise BadQuery(name, text % {"value": value[:80], "choices": ", ".join(choices)})

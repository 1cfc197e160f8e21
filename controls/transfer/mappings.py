"""Judges pairs of requirements: which mappings they would create or change. It writes nothing."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.models import Mapping, Requirement
from controls.transfer.findings import Findings
from grc.access.actor import Actor
from grc.imports.outcome import Difference, Problem, Verdict
from grc.registers.register import registers

Relationship = Mapping.Relationship
REVERSED = {Relationship.SUBSET: Relationship.SUPERSET, Relationship.SUPERSET: Relationship.SUBSET}
"""What a relationship is when it is read from the other end; the others are the same both ways."""

ONES_OWN = "standing"
"""What the organisation thinks of a mapping: a document that comes again does not change it."""

CHECKED_APART = {"key", "organisation", "reference", "owner", "source", "target", "tags", "oscal"}


@dataclass
class Row:
    """Two requirements, and the fields that something says of them. ``place`` names where a field stands."""

    number: int
    source: Requirement
    target: Requirement
    said: dict[str, Any]
    place: Callable[[str], tuple[int, str]]
    kept: dict[str, Any] = field(default_factory=dict)


class MappingJudge:
    """``repeats``: the same pair may stand twice, as in OSCAL, and counts once; otherwise the second is refused."""

    def __init__(self, findings: Findings, by: Actor, *, repeats: bool) -> None:
        self._findings, self._by, self._repeats = findings, by, repeats
        rows = Mapping.objects.within(by.organisation).filter(archived_at=None)
        self._known: dict[tuple[int, int], Mapping] = {(row.source_id, row.target_id): row for row in rows}
        self._seen: dict[frozenset[int], Row] = {}
        self._twice = 0

    def judge(self, rows: Iterable[Row]) -> None:
        """Add a verdict for every row to the findings."""
        self._findings.verdicts += [verdict for row in rows if (verdict := self._verdict(row)) is not None]
        if self._twice:
            text = ngettext(
                "%(n)d pair stands more than once: what is said of it first counts.",
                "%(n)d pairs stand more than once: what is said of them first counts.",
                self._twice,
            )
            self._findings.notes.append(text % {"n": self._twice})

    def _verdict(self, row: Row) -> Verdict | None:
        ends = frozenset((row.source.pk, row.target.pk))
        earlier = self._seen.setdefault(ends, row)
        if earlier is not row:
            if self._repeats:
                self._twice += 1
                return None
            text = _("Row %(row)d is about these two already.") % {"row": earlier.number}
            return self._bad(row, "target", row.target.code, text)
        known = self._known.get((row.source.pk, row.target.pk))
        turned = self._known.get((row.target.pk, row.source.pk)) if known is None else None
        if known is None and turned is None:
            return self._create(row)
        if turned is not None:
            row.said = {
                name: REVERSED.get(value, value) if name == "relationship" else value  # type: ignore[call-overload]
                for name, value in row.said.items()
            }
        return self._change(row, known or turned, keep_document=known is not None)

    def _create(self, row: Row) -> Verdict:
        by = self._by
        record = Mapping(organisation=by.organisation, owner=by.person, source=row.source, target=row.target)
        for name, value in row.said.items():
            setattr(record, name, value)
        record.oscal = row.kept
        return self._validated(row, record) or Verdict(row.number, "create", record)

    def _change(self, row: Row, record: Any, *, keep_document: bool) -> Verdict:
        ends = {row.source.pk: row.source, row.target.pk: row.target}
        record.organisation = self._by.organisation  # at hand, and not fetched for each
        record.source, record.target = ends[record.source_id], ends[record.target_id]
        before = copy(record)
        for name, value in row.said.items():
            if name != ONES_OWN:
                setattr(record, name, value)
        if row.kept and keep_document:
            record.oscal = row.kept
        register = registers.of(Mapping)
        differences = [
            Difference(register.heading(name), _shown(before, name), _shown(record, name))
            for name in row.said
            if getattr(before, name) != getattr(record, name)
        ]
        if before.oscal != record.oscal:
            differences.append(Difference(_("What the document says besides"), "", _("as in this document")))
        wrong = self._validated(row, record)
        return wrong or Verdict(row.number, "change" if differences else "same", record, before.lock, differences)

    def _validated(self, row: Row, record: Mapping) -> Verdict | None:
        try:
            record.clean_fields(exclude=CHECKED_APART)
            record.clean()
        except ValidationError as error:
            problems = [
                Problem(*row.place(name), str(getattr(record, name, ""))[:80], text)
                for name, texts in error.message_dict.items()
                for text in texts
            ]
            return Verdict(row.number, "bad", problems=problems)
        return None

    def _bad(self, row: Row, name: str, value: str, reason: str) -> Verdict:
        return Verdict(row.number, "bad", problems=[Problem(*row.place(name), value[:80], reason)])


def _shown(record: Mapping, name: str) -> str:
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else getattr(record, name))[:300]

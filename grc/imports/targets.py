"""What the columns of a table may be matched with: the fields of a register, its reference, a file."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from grc.models.person import Person
from grc.models.record import RecordKey
from grc.models.secret import SecretField
from grc.registers.forms import form_for
from grc.registers.register import Register

REFERENCE = "reference"
FILE = "file"
LIKE_ENOUGH = 0.86

SYNONYMS: dict[str, tuple[str, ...]] = {
    "reference": ("ref", "id", "no", "nr", "number", "nummer", "kennung", "referenz", "risk id", "key"),
    "name": ("name", "title", "titel", "bezeichnung", "subject", "betreff", "summary", "headline", "risk", "document"),
    "owner": (
        "owner",
        "responsible",
        "verantwortlich",
        "verantwortlicher",
        "assignee",
        "assigned to",
        "eigner",
        "lead",
    ),
    "tags": ("tags", "labels", "label", "keywords", "stichworte", "schlagworte"),
    "kind": ("kind", "type", "category", "art", "typ", "kategorie"),
    "state": ("state", "status", "zustand"),
    "description": ("description", "beschreibung", "details", "comment", "notes", "bemerkung"),
    "event": ("event", "description", "risk description", "beschreibung", "ereignis", "scenario"),
    "details": ("details", "description", "notes", "beschreibung"),
    "due_on": ("due", "due date", "deadline", "faellig", "fällig am", "termin"),
    "review_on": ("review", "review date", "next review", "naechste pruefung", "nächste prüfung"),
    "edition": ("version", "edition", "revision", "rev", "ausgabe"),
    "approved_on": ("approved", "approval date", "approved on", "freigabe", "freigegeben am"),
    "likelihood": ("likelihood", "probability", "wahrscheinlichkeit", "eintrittswahrscheinlichkeit"),
    "impact": ("impact", "severity", "auswirkung", "schadenshoehe", "consequence"),
    "treatment_plan": ("measure", "measures", "mitigation", "massnahme", "treatment plan", "action"),
    "purpose": ("purpose", "intended use", "zweck", "use case"),
    "system": ("system", "ai system", "application", "anwendung"),
    "file": ("file", "filename", "file name", "datei", "dateiname", "document", "attachment"),
    "expires_on": ("expires", "valid until", "expiry", "gueltig bis", "gültig bis"),
    "dated_on": ("date", "datum", "dated", "document date"),
    "period_from": ("from", "period from", "start", "von"),
    "period_to": ("to", "until", "period to", "end", "bis"),
}


@dataclass(frozen=True)
class Target:
    """``names``: how the column is called in tables of other people, as the register says.

    ``kind``: text, integer, decimal, date, instant, choice, many, boolean, person, record, key, reference, file."""

    name: str
    heading: str
    kind: str
    required: bool
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


def targets_of(register: Register, *, with_files: bool = False) -> list[Target]:
    """What a column may be, from the register's declaration; a secret has no place in a table."""
    heading, help_text = register.heading(REFERENCE), _("Rows with one change that record.")
    found = [Target(name=REFERENCE, heading=heading, kind="reference", required=False, help=help_text)]
    fields = form_for(register).base_fields
    for name in register.writable:
        field: Any = register.field(name)
        if name not in fields or isinstance(field, SecretField):
            continue
        found.append(
            Target(
                name=name,
                heading=register.heading(name),
                kind=_kind_of(field),
                required=not field.blank and not field.has_default() and not isinstance(field, models.BooleanField),
                help=str(field.help_text),
                choices=tuple((str(value), str(label)) for value, label in _choices_of(field)),
                names=tuple(normal(other) for other in register.import_names.get(name, ())),
            )
        )
    if with_files:
        help_text = _("The name of a file in the archive.")
        found.append(Target(name=FILE, heading=_("File"), kind="file", required=False, help=help_text))
    return found


def _kind_of(field: Any) -> str:
    if isinstance(field, ArrayField):
        return "many"
    if field.is_relation:
        return {Person: "person", RecordKey: "key"}.get(field.related_model, "record")
    if field.flatchoices:
        return "choice"
    for kind, classes in (
        ("boolean", models.BooleanField),
        ("instant", models.DateTimeField),
        ("date", models.DateField),
        ("integer", models.IntegerField),
        ("decimal", (models.DecimalField, models.FloatField)),
    ):
        if isinstance(field, classes):  # type: ignore[arg-type]
            return kind
    return "text"


def _choices_of(field: Any) -> Sequence[tuple[Any, Any]]:
    inner = field.base_field if isinstance(field, ArrayField) else field
    return inner.flatchoices or ()


def guess_columns(headings: Sequence[str], targets: Sequence[Target]) -> list[str]:
    """For each heading the name of the target that it most likely means, or an empty text; none is given twice."""
    taken: dict[int, str] = {}
    known = {target.name: target for target in targets}
    plain = [normal(heading) for heading in headings]
    for better in (_same_heading, _own_name, _synonym, _alike):
        for number, heading in enumerate(plain):
            if number in taken or not heading:
                continue
            free = {name: target for name, target in known.items() if name not in taken.values()}
            name = better(heading, free)
            if name:
                taken[number] = name
    return [taken.get(number, "") for number in range(len(headings))]


def _same_heading(heading: str, known: dict[str, Target]) -> str:
    return next((name for name, target in known.items() if heading in _spellings(target)), "")


def _own_name(heading: str, known: dict[str, Target]) -> str:
    return next((name for name, target in known.items() if heading in target.names), "")


def _synonym(heading: str, known: dict[str, Target]) -> str:
    return next((n for n in known if heading in {normal(word) for word in SYNONYMS.get(n, ())}), "")


def _alike(heading: str, known: dict[str, Target]) -> str:
    if len(heading) < 5:
        return ""
    words = {word: name for name, target in known.items() for word in _spellings(target)}
    close = difflib.get_close_matches(heading, words, n=1, cutoff=LIKE_ENOUGH)
    return words[close[0]] if close else ""


def _spellings(target: Target) -> tuple[str, ...]:
    return (normal(target.heading), normal(target.name))


def knows(heading: str, targets: Sequence[Target]) -> bool:
    """Whether a cell reads like the heading of one of ``targets``: how a table's heading row is found."""
    plain = normal(heading)
    known = {target.name: target for target in targets}
    return bool(plain) and any(better(plain, known) for better in (_same_heading, _own_name, _synonym))


def normal(heading: str) -> str:
    """A heading without case, accents, punctuation and units in brackets."""
    text = re.sub(r"[\[(].*?[\])]", " ", heading.casefold())
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", text))


def in_english(text: Any) -> str:
    """A choice's label as the source says it, whatever language the reader has."""
    with translation.override("en-gb"):
        return str(text)

"""The two tables that are read and written: a framework's requirements, and mappings between frameworks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.imports.targets import in_english, normal

LOOKED_AT = 25
REQUIREMENTS, MAPPINGS = "requirements", "mappings"


@dataclass(frozen=True)
class Column:
    """``also``: further headings by which it is known, lower case, without punctuation."""

    name: str
    heading: str | Promise
    also: tuple[str, ...] = ()

    def is_called(self, heading: str) -> bool:
        return heading in (normal(str(self.heading)), normal(in_english(self.heading)), *self.also)


REQUIREMENT_COLUMNS = (
    Column("code", _("Number"), ("no", "nr", "id", "ref", "code", "clause", "control", "control id", "control number",
                                 "requirement id", "requirement number", "identifier", "nummer", "kennung", "article")),
    Column("name", _("Title"), ("name", "control name", "control title", "requirement title", "titel", "bezeichnung")),
    Column("parent", _("Part of"), ("parent", "parent number", "teil von")),
    Column("says", _("In our words"), ("what it asks in our words", "our words", "summary", "what it asks")),
    Column("text", _("Original text"), ("text", "control text", "requirement", "requirement text", "wording",
                                        "description", "wortlaut", "anforderung", "beschreibung")),
    Column("documents", _("Documented information"), ("documents",)),
    Column("kind", _("Kind"), ("type", "art", "typ")),
    Column("roles", _("Roles"), ("role", "whom it binds", "binds", "rollen")),
    Column("applies_on", _("Applies from"), ("applicable from", "date of application", "gilt ab")),
    Column("applies", _("Applies"), ("applies in words",)),
    Column("note", _("Note"), ("mind", "notes", "remark", "remarks", "comment", "comments", "bemerkung", "hinweis")),
    Column("source", _("Source"), ("quelle",)),
)  # fmt: skip

MAPPING_COLUMNS = (
    Column("source_framework", _("From framework"), ("framework", "source framework", "focal document")),
    Column("source", _("From number"), ("number", "from", "source number", "source id", "source control", "control",
                                        "control id", "focal document element")),
    Column("source_title", _("From title"), ("source title", "title")),
    Column("relationship", _("Relationship"), ("how", "relation", "relationship type", "mapping type", "mapping")),
    Column("target_framework", _("To framework"), ("framework", "target framework", "reference document")),
    Column("target", _("To number"), ("number", "to", "target number", "target id", "target control", "corresponds to",
                                      "mapped to", "maps to", "reference document element")),
    Column("target_title", _("To title"), ("target title", "title")),
    Column("confidence", _("Confidence"), ("certainty", "how sure")),
    Column("standing", _("Standing"), ("status",)),
    Column("origin", _("Source"), ("who says so", "origin", "quelle", "publisher")),
    Column("remarks", _("Remarks"), ("remark", "note", "notes", "comment", "comments", "rationale", "bemerkung")),
)  # fmt: skip

COLUMNS = {REQUIREMENTS: REQUIREMENT_COLUMNS, MAPPINGS: MAPPING_COLUMNS}
NEEDED = {MAPPINGS: {"source", "target"}, REQUIREMENTS: {"code"}}
BESIDE = {MAPPINGS: set[str](), REQUIREMENTS: {"name", "text", "says", "note"}}
"""Of these at least one, where there are any: a number alone says nothing."""


@dataclass(frozen=True)
class Headings:
    """``model``: which of the two; ``row``: where the headings stand; ``columns``: position to name."""

    model: str
    row: int
    columns: dict[int, str]
    unknown: tuple[str, ...]


def matched(cells: Sequence[Any], columns: Sequence[Column]) -> dict[int, str]:
    """Which column each cell is the heading of. Of two columns with one name the first one comes first."""
    found: dict[int, str] = {}
    for number, cell in enumerate(cells):
        heading = normal(str(cell)) if isinstance(cell, str) else ""
        free = (column for column in columns if column.name not in found.values())
        column = next((column for column in free if heading and column.is_called(heading)), None)
        if column is not None:
            found[number] = column.name
    return found


def headings_in(rows: Sequence[tuple[int, list[Any]]]) -> Headings | None:
    """The row of headings among the first rows, and which table they are of; None where there is none."""
    best: Headings | None = None
    for row, cells in rows[:LOOKED_AT]:
        for model in (MAPPINGS, REQUIREMENTS):  # the one with the stricter needs first
            columns = matched(cells, COLUMNS[model])
            names = set(columns.values())
            if not names >= NEEDED[model] or (BESIDE[model] and not names & BESIDE[model]):
                continue
            if best is None or len(columns) > len(best.columns):
                unknown = [str(cell) for at, cell in enumerate(cells) if at not in columns and cell is not None]
                best = Headings(model, row, columns, tuple(text[:60] for text in unknown if text.strip()))
    return best


def heading(model: str, name: str) -> str:
    return str(next((column.heading for column in COLUMNS[model] if column.name == name), name))

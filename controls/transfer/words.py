"""The words of a table's cells: choices by their value, label or what people write for them; dates."""

import re
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ERROR_CODES

from controls.models import Mapping
from grc.imports.cells import text_of
from grc.imports.dates import UNKNOWN, order_of, read_date
from grc.imports.targets import in_english, normal
from grc.tabular.xlsx_table import CUT_MARK

Relationship = Mapping.Relationship
NO_MAPPING = {"no mapping", "no correspondence", "no relationship", "none", "not mapped", "no counterpart",
              "kein mapping", "keine entsprechung"}  # fmt: skip
"""What stands where somebody looked and found nothing: a value, unlike an empty cell."""

ALSO_SAID = {
    **dict.fromkeys(("equal", "same", "identical"), Relationship.EQUAL),
    **dict.fromkeys(("equivalent", "equivalent to"), Relationship.EQUIVALENT),
    **dict.fromkeys(("subset", "subset of", "part of"), Relationship.SUBSET),
    **dict.fromkeys(("superset", "superset of"), Relationship.SUPERSET),
    **dict.fromkeys(("intersects", "intersects with", "overlap", "overlaps", "partial"), Relationship.INTERSECTS),
    **dict.fromkeys(("related", "related to", "maps to", "mapped"), Relationship.RELATED),
    **dict.fromkeys(NO_MAPPING, Relationship.NONE),
}


class BadWord(ValueError):
    """A cell says nothing that its column takes; ``str()`` says why."""


def read_text(cell: Any) -> str:
    """A cell as text. Raises ``BadWord`` for what a spreadsheet broke."""
    if cell is None:
        return ""
    text = text_of(cell)
    if text in ERROR_CODES:
        raise BadWord(_("The cell holds an error of the spreadsheet."))
    if "\x00" in text:
        raise BadWord(_("A NUL character has no place here."))
    if text.endswith(CUT_MARK):
        raise BadWord(_("This text was cut by a spreadsheet: its end would be lost."))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def read_choice(text: str, choices: Any, also: dict[str, Any] | None = None) -> str:
    """The value of ``choices`` (a Django enumeration) that ``text`` means; empty for an empty cell."""
    if not text:
        return ""
    plain = normal(text)
    for value, label in choices.choices:
        if plain in (normal(str(value)), normal(str(label)), normal(in_english(label))):
            return str(value)
    if also and plain in also:
        return str(also[plain])
    allowed = ", ".join(str(label) for _value, label in choices.choices)
    raise BadWord(_("“%(text)s” is not one of: %(allowed)s.") % {"text": text[:60], "allowed": allowed})


def read_many(text: str, choices: Any) -> tuple[str, ...]:
    """Several choices with commas, semicolons or line ends between them."""
    return tuple(dict.fromkeys(read_choice(word, choices) for word in split(text)))


def split(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]


def read_day(cell: Any) -> str:
    """A date as ISO; empty for an empty cell. One that can be read in two ways is refused."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    order = order_of([cell])
    try:
        if order == UNKNOWN:
            raise ValueError(cell)
        return read_date(cell, order).isoformat()
    except ValueError:
        text = _("“%(value)s” is no date, or can be read in two ways. Write it as 2026-05-31.")
        raise BadWord(text % {"value": str(cell)[:40]}) from None

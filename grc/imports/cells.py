"""A cell of a table, read as the field that its column was matched with."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ERROR_CODES

from grc.imports.dates import read_date, read_instant
from grc.imports.lookups import Lookups, plain, same_as
from grc.imports.targets import Target, in_english
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.tabular.reading import NO_RESULT
from grc.tabular.xlsx_table import CUT_MARK

YES = {"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "si", "sí", "✓", "✔", "on"}
NO = {"no", "n", "false", "0", "-", "nein", "falsch", "non", "off", ""}
SHOWN = 80
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,'’\s]\d{3})+")
_SPACES = re.compile(r"[\s’']")
_STEP = re.compile(r"(\d{1,2})\s*[-–—:.)=(]+\s*\D")
"""A step of a scale with its name, as people write it: “4 - Likely”, “4: Likely”, “4 (likely)”."""


class CellReader:
    """Reads the cells of one column. ``order``: whether day or month comes first in dates with slashes.

    ``words``: what else its values are called, in lower case; ``steps``: the numbers that it may hold, where few.
    """

    def __init__(
        self,
        target: Target,
        lookups: Lookups,
        order: str = "",
        words: Mapping[str, Any] | None = None,
        steps: Collection[Any] = (),
    ) -> None:
        self.target = target
        self._lookups = lookups
        self._order = order
        self._words = words or {}
        self._steps = frozenset(steps)
        self._choices: dict[str, str] = {}
        for value, label in target.choices:
            for spelling in (in_english(label), label, value):
                self._choices[plain(spelling)] = value

    def read(self, cell: Any, current: Any = None) -> Any:
        """What the cell says, as the form takes it; None where it is empty. Raises ``ValidationError``.

        ``current``: what stands in the record that the row changes.
        """
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return [] if self.target.kind == "many" else False if self.target.kind == "boolean" else None
        if cell is NO_RESULT:
            raise ValidationError(_("The formula has no stored result: save the file in a spreadsheet program first."))
        if isinstance(cell, str):
            if cell in ERROR_CODES:
                raise ValidationError(_("The cell holds an error of the spreadsheet."))
            if "\x00" in cell:
                raise ValidationError(_("A NUL character has no place here."))
            if self._words and (word := plain(cell)) in self._words:
                return self._words[word]
        value = getattr(self, f"_{self.target.kind}")(cell, current)
        return current if says_the_same(value, current) else value

    def _text(self, cell: Any, current: Any) -> Any:
        text = text_of(cell)
        if text.endswith(CUT_MARK):
            if isinstance(current, str) and normal_text(current).startswith(normal_text(text.removesuffix(CUT_MARK))):
                return current
            raise ValidationError(_("This text was cut by a spreadsheet: its end would be lost."))
        return text

    def _integer(self, cell: Any, current: Any) -> Any:
        if isinstance(cell, bool):
            raise ValidationError(_("“%(value)s” is no number.") % {"value": cell})
        if isinstance(cell, int):
            return cell
        text = text_of(cell).strip()
        if self._steps and (step := _STEP.match(text)) and int(step[1]) in self._steps:
            return int(step[1])
        if _THOUSANDS.fullmatch(text):
            text = re.sub(r"[.,]", "", text)
        text = _SPACES.sub("", text).removesuffix(".0").removesuffix(",0")
        if not re.fullmatch(r"[+-]?\d{1,18}", text):
            raise ValidationError(_("“%(value)s” is no whole number.") % {"value": shown(cell)})
        return int(text)

    def _decimal(self, cell: Any, current: Any) -> Any:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return cell
        text = _SPACES.sub("", text_of(cell))
        if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text):
            raise ValidationError(
                _("“%(value)s” can be read in two ways: leave out the thousands separator.") % {"value": text}
            )
        if re.fullmatch(r"[+-]?\d+,\d+", text):
            text = text.replace(",", ".")
        if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", text):
            raise ValidationError(_("“%(value)s” is no number.") % {"value": shown(cell)})
        return text

    def _date(self, cell: Any, current: Any) -> Any:
        try:
            return read_date(cell, self._order)
        except ValueError:
            raise ValidationError(
                _("“%(value)s” is no date. Write it as 2026-05-31.") % {"value": shown(cell)}
            ) from None

    def _instant(self, cell: Any, current: Any) -> Any:
        try:
            return read_instant(cell, self._order)
        except (ValueError, OverflowError):
            text = _("“%(value)s” is no date and time. Write it as 2026-05-31 14:30.") % {"value": shown(cell)}
            raise ValidationError(text) from None

    def _boolean(self, cell: Any, current: Any) -> Any:
        if isinstance(cell, bool):
            return cell
        text = plain(text_of(cell))
        if text in YES or text == plain(_("Yes")):
            return True
        if text in NO or text == plain(_("No")):
            return False
        raise ValidationError(_("“%(value)s” is neither yes nor no.") % {"value": shown(cell)})

    def _choice(self, cell: Any, current: Any) -> Any:
        value = self._choices.get(plain(text_of(cell)))
        if value is None:
            allowed = ", ".join(label for _value, label in self.target.choices)
            text = _("“%(value)s” is not one of the choices: %(allowed)s.")
            raise ValidationError(text % {"value": shown(cell), "allowed": allowed[:300]})
        return value

    def _many(self, cell: Any, current: Any) -> Any:
        text = text_of(cell)
        if isinstance(current, list) and plain(text) == plain(", ".join(str(item) for item in current)):
            return current
        given = [item.strip() for item in re.split(r"[,;\n]", text) if item.strip()]
        if not self.target.choices:
            return list(dict.fromkeys(given))
        unknown = [item for item in given if plain(item) not in self._choices]
        if unknown:
            raise ValidationError(_("“%(value)s” is not one of the choices.") % {"value": unknown[0][:SHOWN]})
        return list(dict.fromkeys(self._choices[plain(item)] for item in given))

    def _named(self, cell: Any, current: Any) -> Any:
        text = text_of(cell).strip()
        if current is not None and same_as(current, text):
            return current
        return self._lookups.named(self.target, text)

    _person = _record = _key = _named


def text_of(cell: Any) -> str:
    """A cell as the text that its program shows: whole numbers without a fraction, dates as ISO."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


def shown(cell: Any) -> str:
    """The cell, short enough for a report."""
    text = "" if cell is None else text_of(cell)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def says_the_same(given: Any, current: Any) -> bool:
    """Whether a table's value says what stands there, but for what tables cannot say: line ends, microseconds."""
    if given is None or current is None:
        return given is current or (given is None and current == "")
    if isinstance(given, str) and isinstance(current, str):
        return normal_text(given) == normal_text(current)
    if isinstance(given, dt.datetime) and isinstance(current, dt.datetime):
        return abs(given - current) < dt.timedelta(seconds=1)
    return bool(given == current)


def normal_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def canonical(value: Any) -> str:
    """A value as one text, the same whenever a table says the same: what a row is recognised by."""
    if isinstance(value, Person):
        return value.email
    if isinstance(value, Record | RecordKey):
        return value.reference
    if isinstance(value, list):
        return "\x1f".join(str(item) for item in value)
    if isinstance(value, str):
        return normal_text(value)
    return "" if value is None or value is False else str(value)

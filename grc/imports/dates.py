"""Dates as people type them. Which of day and month comes first is asked where a column does not show it."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

DAY_FIRST, MONTH_FIRST, UNKNOWN = "dmy", "mdy", "?"

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DAY_WORD = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+([^\W\d_]{3,12})\.?,?\s+(\d{4})", re.IGNORECASE)
_WORD_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
_TIME = re.compile(r"[T,\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
_EXCEL_ORIGIN = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)
"""Days that a date cell without a date format shows: 1954 to 2119."""


def order_of(values: Iterable[Any]) -> str:
    """How the column's dates with slashes run: ``dmy``, ``mdy``, ``?`` where it cannot be told; empty: it has none."""
    day_first = month_first = seen = False
    for value in values:
        match = _SLASHED.match(value.strip()) if isinstance(value, str) else None
        if match is None:
            continue
        seen = True
        day_first |= int(match[1]) > 12
        month_first |= int(match[2]) > 12
    if not seen:
        return ""
    if day_first == month_first:
        return UNKNOWN
    return DAY_FIRST if day_first else MONTH_FIRST


def read_date(value: Any, order: str) -> dt.date:
    """The date that a cell says. Raises ``ValueError``."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _EXCEL_DAYS:
        return _EXCEL_ORIGIN + dt.timedelta(days=int(value))
    if not isinstance(value, str):
        raise ValueError(value)
    date, rest = _date_at_start(value.strip(), order)
    if rest.strip() and not _TIME.fullmatch(rest.rstrip()):
        raise ValueError(value)
    return date


def read_instant(value: Any, order: str) -> dt.datetime:
    """The instant that a cell says; UTC where it names no zone. Raises ``ValueError``."""
    if isinstance(value, dt.datetime):
        rounded = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return rounded if rounded.tzinfo else rounded.replace(tzinfo=dt.UTC)
    if not isinstance(value, str):
        return dt.datetime.combine(read_date(value, order), dt.time(), dt.UTC)
    date, rest = _date_at_start(value.strip(), order)
    if not rest.strip():
        return dt.datetime.combine(date, dt.time(), dt.UTC)
    match = _TIME.fullmatch(rest.rstrip())
    if match is None:
        raise ValueError(value)
    time = dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
    return dt.datetime.combine(date, time, _zone(match[4]))


def _date_at_start(text: str, order: str) -> tuple[dt.date, str]:
    if match := _ISO.match(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _DOTTED.match(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    elif match := _SLASHED.match(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (second, first) if order == MONTH_FIRST else (first, second)
    elif match := _DAY_WORD.match(text):
        day, month, year = int(match[1]), _month(match[2]), int(match[3])
    elif match := _WORD_DAY.match(text):
        day, month, year = int(match[2]), _month(match[1]), int(match[3])
    else:
        raise ValueError(text)
    return dt.date(year, month, day), text[match.end() :]


def _month(word: str) -> int:
    return _MONTHS.get(word.casefold()[:3], 0)  # 0 is no month, so the date is refused


def _zone(text: str | None) -> dt.tzinfo:
    if not text or text.upper() in ("Z", "UTC"):
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-offset if text[0] == "-" else offset)

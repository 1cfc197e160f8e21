"""Round numbers and dates for axes."""

import datetime as dt
import math

from grc import formats

YEAR = 365.25


def round_steps(highest: float, wanted: int = 5) -> list[float]:
    """0 and then equal steps of 1, 2 or 5 times a power of ten, until ``highest`` is reached."""
    if highest <= 0:
        return [0, 1]
    rough = highest / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    if step < 1 and float(highest).is_integer():
        step = 1
    return [number * step for number in range(math.ceil(highest / step - 1e-9) + 1)]


def number_text(value: float | None) -> str:
    """A number as its reader writes it; empty for none."""
    if value is None:
        return ""
    whole = float(value).is_integer()
    return formats.number(int(value) if whole else round(value, 2))


def date_marks(first: dt.date, last: dt.date, most: int = 12) -> list[tuple[dt.date, str]]:
    """The beginnings of months, quarters or years between two dates, at most ``most`` of them, with their names."""
    days = (last - first).days
    months = next((m for m in (1, 2, 3, 6, 12, 24, 60, 120) if days / (YEAR / 12 * m) <= most), 240)
    at = dt.date(first.year, first.month, 1)
    marks = []
    while at <= last:
        if (at.year * 12 + at.month - 1) % months == 0 and at >= first:
            marks.append((at, str(at.year) if months >= 12 else formats.month(at)))
        if at.year == dt.MAXYEAR and at.month == 12:
            break
        at = dt.date(at.year + at.month // 12, at.month % 12 + 1, 1)
    return marks or [(first, formats.day(first))]

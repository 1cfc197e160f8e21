"""How often something comes round: due dates that keep their day of the month, whatever the months between."""

import calendar
import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    """The cadence of what people do. What software does may come round daily as well."""

    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half-yearly", _("Every half year")
    YEARLY = "yearly", _("Yearly")


_DAYS = {Every.DAILY: 1, Every.WEEKLY: 7}
_MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.HALF_YEARLY: 6, Every.YEARLY: 12}

LONGEST = {
    Every.DAILY: 2,
    Every.WEEKLY: 8,
    Every.MONTHLY: 32,
    Every.QUARTERLY: 93,
    Every.HALF_YEARLY: 185,
    Every.YEARLY: 367,
}
"""Days that may lie between two of them before one was left out."""


def nth(first: dt.date, every: str, n: int) -> dt.date:
    """The ``n``-th due date (0: ``first`` itself). The 31st of a short month is its last day, and the 31st again after.

    Raises ``OverflowError`` beyond the year 9999.
    """
    cadence = Every(every)
    if cadence in _DAYS:
        return first + dt.timedelta(days=_DAYS[cadence] * n)
    months = first.year * 12 + first.month - 1 + _MONTHS[cadence] * n
    year, month = divmod(months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError("no date beyond the year 9999")
    return dt.date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def due_after(first: dt.date, every: str, day: dt.date) -> dt.date:
    """The first due date after ``day``; ``first`` itself where that is still to come."""
    if day < first:
        return first
    cadence = Every(every)
    if cadence in _DAYS:
        passed = (day - first).days // _DAYS[cadence]
    else:
        months = (day.year - first.year) * 12 + day.month - first.month
        passed = max(0, months // _MONTHS[cadence] - 1)
    while nth(first, every, passed) <= day:
        passed += 1
    return nth(first, every, passed)

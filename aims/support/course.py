"""Whether an objective is on its way: pure rules on its numbers, with no database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

QUIET_DAYS = 35
"""So many days an open objective may go without a value: a month, and a few days to count."""


class Course(models.TextChoices):
    ON = "on", _("On course")
    BEHIND = "behind", _("Behind")
    REACHED = "reached", _("Target reached")
    MISSED = "missed", _("Not reached in time")
    EARLY = "early", _("Too early to say")
    UNMEASURED = "unmeasured", _("Not measured yet")


class Trend(models.TextChoices):
    """What the latest value is beside the one before."""

    BETTER = "better", _("Better")
    WORSE = "worse", _("Worse")
    SAME = "same", _("Unchanged")
    NONE = "", _("No earlier value")


TONES = {
    Course.ON: "green",
    Course.BEHIND: "orange",
    Course.REACHED: "green",
    Course.MISSED: "red",
    Course.EARLY: "secondary",
    Course.UNMEASURED: "yellow",
}


@dataclass(frozen=True)
class Value:
    """What was measured on a day."""

    on: dt.date
    value: Decimal


@dataclass(frozen=True)
class Aim:
    """What an objective asks for. ``more``: more is better; ``begun_on``: when it was written down."""

    more: bool
    baseline: Decimal | None
    target: Decimal
    begun_on: dt.date
    due_on: dt.date

    def met(self, value: Decimal, wanted: Decimal | None = None) -> bool:
        """Whether ``value`` is as good as ``wanted`` (the target, unless given)."""
        wanted = self.target if wanted is None else wanted
        return value >= wanted if self.more else value <= wanted


def start_of(aim: Aim, values: Sequence[Value]) -> Value | None:
    """Where the way begins: at the baseline, or else at the first value. ``values``: oldest first."""
    if aim.baseline is None:
        return values[0] if values else None
    return Value(min([aim.begun_on, *(value.on for value in values[:1])]), aim.baseline)


def expected(start: Value, aim: Aim, day: dt.date) -> Decimal:
    """The value on ``day`` of a straight way from ``start`` to the target; before and after it, those two."""
    whole = (aim.due_on - start.on).days
    if whole <= 0 or day >= aim.due_on:
        return aim.target
    gone = max(0, (day - start.on).days)
    return start.value + (aim.target - start.value) * gone / whole


def course_of(aim: Aim, values: Sequence[Value], today: dt.date) -> Course:
    """How an open objective stands. ``values``: oldest first; those of days to come do not count.

    On its last day there is still time. After it, what counts is the last value of the time that it had.
    """
    known = [value for value in values if value.on <= min(today, aim.due_on)]
    if today > aim.due_on:
        return Course.REACHED if known and aim.met(known[-1].value) else Course.MISSED
    start = start_of(aim, known)
    if not known or start is None:
        return Course.UNMEASURED
    latest = known[-1]
    if aim.met(latest.value):
        return Course.REACHED
    if start == latest and aim.baseline is None:
        return Course.EARLY
    return Course.ON if aim.met(latest.value, expected(start, aim, latest.on)) else Course.BEHIND


def trend_of(aim: Aim, values: Sequence[Value]) -> Trend:
    """Whether the latest of ``values`` (oldest first) is better than the one before."""
    if len(values) < 2:
        return Trend.NONE
    before, latest = values[-2].value, values[-1].value
    if before == latest:
        return Trend.SAME
    return Trend.BETTER if aim.met(latest, before) else Trend.WORSE


def is_quiet(values: Sequence[Value], begun_on: dt.date, today: dt.date) -> bool:
    """Whether nobody has measured for more than ``QUIET_DAYS``."""
    last = values[-1].on if values else begun_on
    return (today - last).days > QUIET_DAYS

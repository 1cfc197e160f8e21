"""Nonconformities at large: what is open and how old, how long closing takes, what comes again, what is late."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.improvement.case import MAJOR_DAYS, age_of, is_late
from aims.models import CorrectiveAction, Nonconformity
from controls.models import Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.chart import Chart, Series
from grc.pictures.named import name_picture

VIEW = Permission.IMPROVEMENT_VIEW
MONTHS, YEAR = 12, dt.timedelta(days=365)
BANDS = (30, 60, MAJOR_DAYS)
MOST = 500
State, Grade = Nonconformity.State, Nonconformity.Grade


@dataclass(frozen=True)
class AgeRow:
    """How many of one grade are open in each band of age; the last one has no end."""

    grade: str
    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Repeated:
    """A requirement that was not met more than once within a year, the latest case first."""

    requirement: Requirement
    cases: Sequence[Nonconformity]


@dataclass(frozen=True)
class Overview:
    today: dt.date
    ages: Sequence[AgeRow]
    open: Sequence[Nonconformity]
    late: Sequence[Nonconformity]
    late_actions: Sequence[CorrectiveAction]
    repeated: Sequence[Repeated]
    closing: Chart


def overview_of(actor: Actor) -> Overview:
    """What ``actor`` may see of it, today. Five queries, whatever their number."""
    today = timezone.localdate()
    rows = _seen(actor).filter(state=State.OPEN).order_by("due_on", "pk")
    still_open = list(rows[:MOST])
    return Overview(
        today=today,
        ages=ages_of(still_open, today),
        open=still_open,
        late=[row for row in still_open if is_late(row, today)],
        late_actions=_late_actions(actor, today),
        repeated=_repeated(actor, today),
        closing=days_to_close(actor),
    )


def age_headings() -> list[str]:
    """The bands of age, in words."""
    starts = (0, *(days + 1 for days in BANDS[:-1]))
    within = [
        _("%(low)d to %(high)d days") % {"low": low, "high": high} for low, high in zip(starts, BANDS, strict=True)
    ]
    return [*within, _("over %(days)d days") % {"days": BANDS[-1]}]


def ages_of(rows: Sequence[Nonconformity], today: dt.date) -> list[AgeRow]:
    """Open ones by grade and age, majors first."""
    found = Counter((row.grade, _band(age_of(row, today))) for row in rows)
    return [
        AgeRow(grade.value, str(grade.label), tuple(found[grade.value, band] for band in range(len(BANDS) + 1)))
        for grade in Grade
    ]


def days_to_close(actor: Actor) -> Chart:
    """How many days those took that were closed in each of the last twelve months, on the average."""
    today = timezone.localdate()
    months = _months(today)
    rows = _seen(actor).filter(state=State.CLOSED, closed_on__gte=months[0])
    took: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for row in rows.order_by("closed_on"):
        took[row.grade, row.closed_on.replace(day=1)].append(age_of(row, today))
    return Chart(
        title=_("Days until they closed"),
        description=_("On the average, from the day on which they were found, by the month in which they closed."),
        labels=[f"{month:%Y-%m}" for month in months],
        series=[
            Series(str(grade.label), [_mean(took[grade.value, month]) for month in months], tone)
            for grade, tone in ((Grade.MAJOR, "red"), (Grade.MINOR, "blue"))
        ],
        first=_("Month"),
        slug="nonconformities-closing",
    )


def _seen(actor: Actor) -> "QuerySet[Any]":
    rows = Nonconformity.objects.permitted(actor, VIEW).filter(archived_at=None)
    return rows.select_related("organisation", "requirement__organisation", "system", "owner")


def _late_actions(actor: Actor, today: dt.date) -> list[CorrectiveAction]:
    rows = CorrectiveAction.objects.permitted(actor, VIEW).filter(archived_at=None, done_on=None, due_on__lt=today)
    rows = rows.filter(nonconformity__state=State.OPEN, nonconformity__archived_at=None)
    return list(
        rows.select_related("organisation", "nonconformity__organisation", "owner").order_by("due_on", "pk")[:MOST]
    )


def _repeated(actor: Actor, today: dt.date) -> list[Repeated]:
    rows = _seen(actor).filter(requirement__isnull=False, found_on__gte=today - YEAR).order_by("-found_on", "-pk")
    cases: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        cases[row.requirement_id].append(row)
    found = [Repeated(rows[0].requirement, rows) for rows in cases.values() if len(rows) > 1]
    return sorted(found, key=lambda one: (-len(one.cases), one.requirement.reference))


def _band(days: int) -> int:
    return next((at for at, end in enumerate(BANDS) if days <= end), len(BANDS))


def _months(today: dt.date) -> list[dt.date]:
    """The first days of the last twelve months, this one included, oldest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return months[::-1]


def _mean(days: list[int]) -> float | None:
    return round(sum(days) / len(days), 1) if days else None


name_picture("nonconformities-closing", VIEW, days_to_close)

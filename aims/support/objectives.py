"""Objectives with their values: the rows of the overview, and the picture on a record's page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import Measurement, Objective
from aims.support.course import TONES, Aim, Course, Trend, Value, course_of, expected, is_quiet, start_of, trend_of
from aims.support.forms import MeasureForm
from grc import formats
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.cadence import Every, nth
from grc.pictures.chart import Chart, Series
from grc.registers.register import registers

HEADINGS = (
    "Objective", "Name", "Measure", "Where it starts", "Target", "By when", "Latest value", "Measured on", "Trend",
    "How it stands", "Owner",
)  # fmt: skip
POINTS = 30
"""At most so many places on the time axis of a chart."""


@dataclass(frozen=True)
class Row:
    """An objective and how it stands; ``course`` is None where it is not worked on any more."""

    objective: Any
    aim: Aim
    values: list[Value]
    course: Course | None
    trend: Trend
    quiet: bool

    @property
    def latest(self) -> Value | None:
        return self.values[-1] if self.values else None

    @property
    def words(self) -> str:
        return str(self.course.label if self.course else self.objective.get_state_display())

    @property
    def tone(self) -> str:
        if self.course:
            return TONES[self.course]
        return registers.of(Objective).tone("state", self.objective.state)


def rows_of(actor: Actor, permission: Permission = Permission.AIMS_VIEW, only_open: bool = False) -> list[Row]:
    """The objectives on which ``actor`` holds ``permission``, those worked on first. Two queries."""
    rows = Objective.objects.permitted(actor, permission).filter(archived_at=None).select_related("owner")
    if only_open:
        rows = rows.filter(state=Objective.State.OPEN)
    objectives = sorted(rows, key=lambda one: (one.state != Objective.State.OPEN, one.due_on, one.reference))
    values = values_of(objectives, actor)
    today = timezone.localdate()
    return [row_of(objective, values[objective.pk], today) for objective in objectives]


def row_of(objective: Any, values: list[Value], today: dt.date) -> Row:
    known, aim = [value for value in values if value.on <= today], aim_of(objective)
    is_open = objective.state == Objective.State.OPEN
    return Row(
        objective,
        aim,
        known,
        course_of(aim, known, today) if is_open else None,
        trend_of(aim, known),
        is_open and is_quiet(known, aim.begun_on, today),
    )


def aim_of(objective: Any) -> Aim:
    return Aim(
        more=objective.better == Objective.Better.MORE,
        baseline=objective.baseline,
        target=objective.target,
        begun_on=timezone.localdate(objective.created_at),
        due_on=objective.due_on,
    )


def values_of(objectives: Sequence[Any], actor: Actor) -> dict[int, list[Value]]:
    """The values of each objective by its key, oldest first: one query."""
    rows = Measurement.objects.permitted(actor, Permission.AIMS_VIEW).filter(objective__in=objectives, archived_at=None)
    found: dict[int, list[Value]] = defaultdict(list)
    for objective, on, value in rows.order_by("measured_on").values_list("objective_id", "measured_on", "value"):
        found[objective].append(Value(on, value))
    return found


def number(value: Any, unit: str = "") -> str:
    """A value as its reader writes it, with its unit."""
    if value is None:
        return ""
    return f"{formats.number(value.normalize() if value else value)} {unit}".strip()


def overview_table(rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
    """(headings, rows) of the overview as a file."""
    table = [
        [
            row.objective.reference,
            row.objective.name,
            row.objective.measure,
            number(row.objective.baseline, row.objective.unit),
            number(row.objective.target, row.objective.unit),
            row.objective.due_on,
            number(row.latest.value, row.objective.unit) if row.latest else "",
            row.latest.on if row.latest else "",
            str(row.trend.label) if row.trend else "",
            row.words,
            str(row.objective.owner or ""),
        ]
        for row in rows
    ]
    return [_(heading) for heading in HEADINGS], table


def objective_panel(objective: Any, actor: Actor) -> dict[str, Any]:
    """What stands on an objective's page: how it stands, its picture, the line for today's value."""
    row = row_of(objective, values_of([objective], actor)[objective.pk], timezone.localdate())
    may = objective.archived_at is None and allows(actor, Permission.AIMS_EDIT, objective)
    return {
        "row": row,
        "chart": objective_chart(row),
        "latest": number(row.latest.value, objective.unit) if row.latest else "",
        "target": number(objective.target, objective.unit),
        "form": MeasureForm() if may and row.course else None,
        "close": may and row.course in (Course.REACHED, Course.MISSED),
    }


def objective_chart(row: Row) -> Chart | None:
    """The values beside the target and a straight way there; None without values, or with some below zero."""
    numbers = [value.value for value in row.values] + [row.aim.target, row.aim.baseline or 0]
    start = start_of(row.aim, row.values)
    if not row.values or start is None or min(numbers) < 0:
        return None
    ends = _ends(min(start.on, row.values[0].on), max(row.aim.due_on, row.values[-1].on))
    measured = [_last_in(row.values, before, end) for before, end in zip([dt.date.min, *ends], ends, strict=False)]
    way = [float(round(expected(start, row.aim, end), 4)) for end in ends]
    unit = f" ({row.objective.unit})" if row.objective.unit else ""
    return Chart(
        title=_("Values and target"),
        description=_("%(measure)s%(unit)s, beside the target and a straight way there.")
        % {"measure": row.objective.measure, "unit": unit},
        labels=[end.isoformat() for end in ends],
        series=[
            Series(_("Measured"), measured, "blue"),
            Series(_("Straight way"), way, "secondary"),
            Series(_("Target"), [float(row.aim.target)] * len(ends), "green"),
        ],
        kind="line",
        first=_("Until"),
    )


def _ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The days on which the places of the time axis end: the finest steps that are not too many; the last is ``last``.

    ``first`` has a place of its own.
    """
    for every in (Every.WEEKLY, Every.MONTHLY, Every.QUARTERLY, Every.YEARLY):
        if nth(first, every, POINTS) >= last:
            break
    ends = [nth(first, every, n) for n in range(POINTS + 1)]
    return [end for end in ends if end < last] + [last]


def _last_in(values: Sequence[Value], after: dt.date, until: dt.date) -> float | None:
    found = [value.value for value in values if after < value.on <= until]
    return float(found[-1]) if found else None

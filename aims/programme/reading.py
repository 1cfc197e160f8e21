"""The plan of an organisation as it stands today: its steps, their dates, and the gaps that each closes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, Sum
from django.utils import timezone

from aims.models import GapAnswer, PlanStep
from aims.programme.schedule import Planned, Schedule, Task, followers, schedule
from grc.access.actor import Actor
from grc.access.roles import Permission

P = Permission
Standing = GapAnswer.Standing
OPEN = (Standing.NOTHING, Standing.PARTLY, Standing.LARGELY)
"""Standings of an answer that is a gap."""
LOOKED_AT = (*OPEN, Standing.DONE, Standing.NOT_NEEDED)


@dataclass(frozen=True)
class Line:
    """A step, when it is, how many open gaps it closes, and how many days those take by their answers."""

    step: PlanStep
    planned: Planned
    gaps: int
    effort: int
    waits_for: list[PlanStep]


@dataclass(frozen=True)
class Plan:
    schedule: Schedule
    lines: list[Line]
    today: dt.date

    @cached_property
    def by_reference(self) -> dict[str, Line]:
        return {line.step.reference: line for line in self.lines}

    @property
    def last_day(self) -> dt.date | None:
        """When everything is done, which may be after the certificate."""
        return max((line.planned.end for line in self.lines), default=None)

    @property
    def certified(self) -> bool:
        """Whether the plan ends in a certificate; the extension of a programme does not."""
        return any(line.step.phase == PlanStep.Phase.CERTIFICATION for line in self.lines)

    @property
    def late(self) -> list[Line]:
        return [line for line in self.lines if line.planned.late_by]

    @property
    def causes(self) -> list[Line]:
        """The steps that the end slipped by, the greatest loss first."""
        return [self.by_reference[step.key] for step in self.schedule.causes]

    @property
    def critical(self) -> list[Line]:
        return [line for line in self.lines if line.planned.critical]

    def owned_by(self, owner: object) -> list[Line]:
        return [line for line in self.lines if line.step.owner_id == owner]


def read_plan(actor: Actor) -> Plan:
    """Every step in use that ``actor`` may see. Raises ``aims.programme.schedule.Circle``. Two queries."""
    rows = PlanStep.objects.permitted(actor, P.PROGRAMME_VIEW).filter(archived_at=None)
    steps = {step.reference: step for step in rows.select_related("key", "owner").order_by("reference")}
    gaps = _gaps(actor)
    today = timezone.localdate()
    goal = [step.reference for step in steps.values() if step.phase == PlanStep.Phase.CERTIFICATION]
    found = schedule(tasks_of(steps.values()), today, goal)
    lines = [
        Line(
            step=steps[key],
            planned=planned,
            gaps=gaps.get(steps[key].pk, (0, 0))[0],
            effort=gaps.get(steps[key].pk, (0, 0))[1],
            waits_for=[steps[one] for one in steps[key].after if one in steps],
        )
        for key, planned in found.steps.items()
    ]
    lines.sort(key=lambda line: (line.planned.start, line.planned.end, line.step.reference))
    return Plan(found, lines, today)


def tasks_of(steps: Iterable[PlanStep]) -> list[Task]:
    return [
        Task(
            step.reference, step.starts_on, step.days, tuple(step.after), step.started_on, step.done_on,
            step.first_planned,
        )
        for step in steps
    ]  # fmt: skip


def waiting_for(step: PlanStep, plan: Plan) -> list[Line]:
    """The steps that wait for this one, directly or through others, in the plan's order."""
    keys = set(followers(step.reference, {line.step.reference: line.step.after for line in plan.lines}))
    return [line for line in plan.lines if line.step.reference in keys - {step.reference}]


def _gaps(actor: Actor) -> dict[int, tuple[int, int]]:
    """Open gaps of each step: how many, and the days that they take."""
    rows = GapAnswer.objects.permitted(actor, P.PROGRAMME_VIEW).filter(
        archived_at=None, standing__in=OPEN, step__isnull=False
    )
    found = rows.values("step").annotate(n=Count("pk"), days=Sum("days", filter=Q(days__isnull=False))).order_by()
    return {row["step"]: (row["n"], row["days"] or 0) for row in found}

"""What is done to a plan: it is begun, its steps are begun, finished and moved."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import PlanStep
from aims.programme.gaps import place_gaps
from aims.programme.plans import PlanLine, StartingPoint, starting_points
from aims.programme.reading import tasks_of
from aims.programme.schedule import Planned, State, followers, schedule
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import archive_record, change_record, create_record

P = Permission
FURTHEST = 365
"""Days by which steps are moved at once."""
YEARS = 10
"""How far from today a plan begins, either way: one that runs already is put in, too."""


class NotPlanned(ValueError):
    """It can't be done to the plan as it is; ``str()`` says why, ``field`` what is wrong with what was given."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class PlanExists(NotPlanned):
    """There is a plan already, and nobody said that its steps are to be archived."""


@transaction.atomic
def begin_plan(*, start: str, starts_on: dt.date, by: Actor, archive_old: bool = False) -> list[PlanStep]:
    """Make the steps of a starting point, in the order of its plan, each owned by ``by``.

    ``archive_old``: take the steps that are there out of use first. Open gaps without a step in use are put to the one
    that covers them. Raises ``PlanExists``, ``NotPlanned``, ``Denied``.
    """
    require(by, P.PROGRAMME_EDIT)
    point = starting_points().get(start)
    if point is None:
        raise NotPlanned(_("There is no such starting point."), "start")
    require_first_day(starts_on)
    old = _steps(by)
    if old and not archive_old:
        raise PlanExists(_("There is a plan already. Archive its steps first, or keep to it."), "archive_old")
    for step in old:
        archive_record(record=step, by=by, reason=_("a new plan is begun"))
    steps = _make(point, starts_on, by)
    place_gaps(by=by)
    return steps


def require_first_day(starts_on: dt.date) -> None:
    """Raise ``NotPlanned`` for a day on which no plan begins: long ago, or far ahead."""
    if abs(starts_on.year - timezone.localdate().year) > YEARS:
        raise NotPlanned(_("Begin within %(n)d years of today.") % {"n": YEARS}, "starts_on")


@transaction.atomic
def begin_step(*, step: PlanStep, by: Actor) -> PlanStep:
    """A step is begun today. Raises ``NotPlanned`` while it waits for others, ``Denied``, ``StaleRecord``."""
    require(by, P.PROGRAMME_EDIT, step)
    if step.started_on:
        raise NotPlanned(_("%(step)s has begun already.") % {"step": step.reference})
    waits = [one for one in _steps(by) if one.reference in step.after and one.done_on is None]
    if waits:
        names = ", ".join(one.reference for one in waits)
        raise NotPlanned(_("It waits for %(names)s.") % {"names": names})
    step.started_on = timezone.localdate()
    return change_record(record=step, by=by, lock=step.lock, reason=_("begun"))


@transaction.atomic
def finish_step(*, step: PlanStep, by: Actor) -> PlanStep:
    """A step that has begun is done today. Raises ``NotPlanned``, ``Denied``, ``StaleRecord``."""
    require(by, P.PROGRAMME_EDIT, step)
    if step.done_on:
        raise NotPlanned(_("%(step)s is finished already.") % {"step": step.reference})
    if not step.started_on:
        raise NotPlanned(_("Begin %(step)s first.") % {"step": step.reference})
    if step.started_on > timezone.localdate():
        raise NotPlanned(_("By its date, %(step)s begins later than today.") % {"step": step.reference})
    step.done_on = timezone.localdate()
    return change_record(record=step, by=by, lock=step.lock, reason=_("finished"))


@dataclass(frozen=True)
class Move:
    """A step that is moved: where it is expected now, and its new planned start."""

    step: PlanStep
    planned: Planned
    starts_on: dt.date


def moves_of(*, step: PlanStep, days: int, by: Actor) -> list[Move]:
    """What moves if ``step`` does: the step and all that waits for it, as far as it has not begun.

    Raises ``NotPlanned``, ``aims.programme.schedule.Circle``.
    """
    if not days or abs(days) > FURTHEST:
        raise NotPlanned(_("Give 1 to %(n)d days, or as many below zero.") % {"n": FURTHEST}, "days")
    if step.started_on:
        raise NotPlanned(_("It has begun. Change how many days it takes instead."))
    steps = {one.reference: one for one in _steps(by)}
    today = timezone.localdate()
    planned = schedule(tasks_of(steps.values()), today).steps
    moves = [
        Move(steps[key], planned[key], planned[key].start + dt.timedelta(days=days))
        for key in followers(step.reference, {key: one.after for key, one in steps.items()})
        if planned[key].state in (State.READY, State.WAITING)
    ]
    if min(move.starts_on for move in moves) < today:
        raise NotPlanned(_("Nothing that has not begun can be planned for a day that is over."), "days")
    return sorted(moves, key=lambda move: (move.starts_on, move.step.reference))


@transaction.atomic
def shift_steps(*, step: PlanStep, days: int, by: Actor, reason: str = "") -> list[Move]:
    """Move ``step`` and what waits for it by ``days`` from when they are expected. All of them or none.

    Raises ``NotPlanned``, ``Circle``, ``Denied`` (one of them is another's), ``StaleRecord``.
    """
    require(by, P.PROGRAMME_EDIT, step)
    moves = moves_of(step=step, days=days, by=by)
    said = reason or _("moved by %(n)d days with %(step)s") % {"n": days, "step": step.reference}
    for move in moves:
        move.step.starts_on = move.starts_on
        change_record(record=move.step, by=by, lock=move.step.lock, reason=said[:100])
    return moves


def _steps(by: Actor) -> list[PlanStep]:
    rows = PlanStep.objects.permitted(by, P.PROGRAMME_VIEW).filter(archived_at=None)
    return list(rows.select_related("key", "owner").order_by("reference"))


def unsaved_steps(point: StartingPoint, starts_on: dt.date, by: Actor) -> Iterator[tuple[PlanLine, PlanStep]]:
    """The steps of a starting point with their dates, none before what it comes after; ``after`` is still empty."""
    lines = {line.key: line for line in point.lines}
    for key, planned in point.dated(starts_on).steps.items():
        line = lines[key]
        yield (
            line,
            PlanStep(
                organisation=by.organisation,
                name=line.name,
                phase=line.phase,
                description=line.done,
                covers=list(line.covers),
                starts_on=planned.start,
                first_planned=planned.end,
                days=line.days,
            ),
        )


def _make(point: StartingPoint, starts_on: dt.date, by: Actor) -> list[PlanStep]:
    made: dict[str, PlanStep] = {}
    for line, step in unsaved_steps(point, starts_on, by):
        step.after = sorted(made[one].reference for one in line.after)
        made[line.key] = create_record(record=step, by=by, reason=_("from the plan “%(name)s”") % {"name": point.name})
    return list(made.values())

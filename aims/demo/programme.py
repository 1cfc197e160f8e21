"""Nordhaven's way to a certificate: a year under way, nineteen days behind because of one step, two steps late."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.demo.gap_answers import ANSWERS, KEPT_BY_CONTROLS, UNSEEN
from aims.models import CostItem, GapAnswer, PlanStep
from aims.programme.actions import unsaved_steps
from aims.programme.gaps import areas_of, framework_of, steps_covering
from aims.programme.plans import starting_points
from grc.access.actor import Actor
from grc.actions.records import change_record, create_record
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders

BEGUN, SLIPPED = 344, 19
"""Days ago on which the plan began, and days that the slow step took longer."""
SLOW = "life-cycle"
OPEN = ("corrections", "nist", "soc2-report")
"""Begun and not finished; the statement of alignment should be."""
LATER = ("stage-1-concerns", "stage-2-certificate")
OWNERS = {
    "runtime-connect": "jonas@nordhaven.example",
    "life-cycle": "jonas@nordhaven.example",
    "data": "jonas@nordhaven.example",
    "nist": "jonas@nordhaven.example",
    "internal-audit": "carla@nordhaven.example",
}
# what for, kind, year 1, 2, 3, where the figure comes from
COSTS = (
    ("Stage 1 and 2, three auditors", "body", 31_400, 0, 0, "Offer of 12 May, by days and size"),
    ("Surveillance audits", "body", 0, 11_800, 11_800, "The same offer"),
    ("Compliance officer, half of the time", "people", 52_000, 38_000, 38_000, "Payroll, with overhead"),
    ("System owners, five days a quarter each", "people", 21_600, 14_400, 14_400, "Own estimate"),
    ("Implementation workshop", "advice", 18_500, 0, 0, "Invoice"),
    ("Lead implementer training, two people", "advice", 5_200, 0, 2_600, "Price list of the trainer"),
    ("Recording proxy, running", "tools", 9_600, 9_600, 9_600, "Cloud bill, extrapolated"),
)


@seeders.add(order=70)
def seed_programme() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if PlanStep.objects.within(officer.organisation).exists():
        return
    with officer.working():
        _plan(officer)
        _gaps(officer)
        for what, kind, first, second, third, basis in COSTS:
            cost = CostItem(
                organisation=officer.organisation, name=what, kind=kind, year_1=first, year_2=second, year_3=third,
                basis=basis,
            )  # fmt: skip
            _dated(cost, timezone.localdate() - dt.timedelta(days=190))
            create_record(record=cost, by=officer)


def _plan(officer: Actor) -> None:
    today = timezone.localdate()
    begun = today - dt.timedelta(days=BEGUN)
    made: dict[str, PlanStep] = {}
    for line, step in unsaved_steps(starting_points()["all"], begun, officer):
        step.after = sorted(made[one].reference for one in line.after)
        if line.key == "nist":  # put off by intent: it was planned for later from the first day
            step.starts_on, step.first_planned = today - dt.timedelta(days=72), today - dt.timedelta(days=13)
        step.owner = person_of(OWNERS.get(line.key, "carla@nordhaven.example"))
        _dated(step, begun)
        made[line.key] = create_record(record=step, by=officer)
    slow_end = made[SLOW].first_planned
    for key, step in made.items():
        _went(key, step, slow_end, officer)
    _choose_body(made, today, officer)


def _went(key: str, step: PlanStep, slow_end: Any, officer: Actor) -> None:
    """A step began when it was planned and ended when it was planned, but for the slow one and what waits for it."""
    moved = dt.timedelta(days=SLIPPED if step.starts_on > slow_end else 0)
    planned_end = step.starts_on + moved + dt.timedelta(days=step.days - 1)
    if moved:
        step.starts_on += moved
        _dated(step, slow_end + dt.timedelta(days=4))
        change_record(record=step, by=officer, lock=step.lock, reason="moved: controls over the life cycle took longer")
    if key in LATER:
        return
    step.started_on = step.starts_on
    step.done_on = None if key in OPEN else planned_end + dt.timedelta(days=SLIPPED if key == SLOW else 0)
    _dated(step, step.done_on or step.started_on)
    change_record(record=step, by=officer, lock=step.lock)


def _choose_body(made: dict[str, PlanStep], today: dt.date, officer: Actor) -> None:
    """A step of the firm's own, which should have begun last week."""
    step = PlanStep(
        organisation=officer.organisation, name="Sign with the certification body",
        phase=PlanStep.Phase.OUTWARD, starts_on=today - dt.timedelta(days=6), days=8, owner=officer.person,
        description="Two offers are compared; the days of Stage 1 and 2 are fixed in writing.",
    )  # fmt: skip
    _dated(step, today - dt.timedelta(days=60))
    create_record(record=step, by=officer)
    first = made["stage-1-concerns"]
    first.after = sorted([*first.after, step.reference])
    _dated(first, today - dt.timedelta(days=20))
    change_record(record=first, by=officer, lock=first.lock, reason="no audit without a contract")


def _gaps(officer: Actor) -> None:
    framework = framework_of(officer)
    if framework is None:
        return
    covering = steps_covering(officer)
    today = timezone.localdate()
    for number, row in enumerate(row for area in areas_of(framework, officer) for row in area.requirements):
        values = dict(ANSWERS.get(row.code, {"standing": "done", "found": KEPT_BY_CONTROLS}))
        looked_on = today - dt.timedelta(days=40 + 3 * number % 90)
        answer = GapAnswer(organisation=officer.organisation, requirement=row, owner=officer.person)
        _dated(answer, today - dt.timedelta(days=BEGUN - 6))
        create_record(record=answer, by=officer)
        if row.code in UNSEEN:
            continue
        if "needed" in values:
            answer.step = covering.get(row.code)
            answer.owner = person_of(values.pop("who", "carla@nordhaven.example"))
        for name, value in values.items():
            setattr(answer, name, value)
        answer.looked_on = looked_on
        _dated(answer, looked_on)
        change_record(record=answer, by=officer, lock=answer.lock)


def _dated(record: Any, on: dt.date) -> None:
    record._history_date = min(timezone.now(), timezone.now() - (timezone.localdate() - on))

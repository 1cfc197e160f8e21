"""What is done about the demo firm's risks, the plan that was signed, and an acceptance that no longer holds."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from aims.models import Risk, Treatment, TreatmentPlan
from controls.models import Control
from grc.access.actor import Actor
from grc.actions.records import change_record, create_record
from grc.approvals.demo import APPROVER, OFFICER, send, sign
from grc.approvals.signing import sign_waiting
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders

JONAS = "jonas@nordhaven.example"
SIGNED_DAYS_AGO = 100
Line = tuple[str, str, str, str, int, int | None, str]

# beginning of the risk's name, what is done, who, starter of the control, due in days, done days ago, cost
FIRST: tuple[Line, ...] = (
    ("Claims of people", "Compare referral rates on matched claims each month", JONAS, "a-6-2-6", -12, None, "8400"),
    ("Claims of people", "Retrain without name and postcode", JONAS, "a-7-4", -60, 75, "21500"),
    ("A handler confirms", "Plant wrong proposals once a week", JONAS, "a-9-2", -30, 41, "3000"),
    ("A handler confirms", "Measure time on page with the works council", JONAS, "a-9-2", 25, None, "4500"),
    ("Health data reach", "The proxy refuses special categories", OFFICER, "ai-path-3", -90, 96, "12000"),
    ("The provider replaces", "Pin the version and refuse others in the proxy", OFFICER, "ai-path-3", -40, 44, "1500"),
    ("The provider replaces", "Run the fixed test set each night", OFFICER, "a-6-2-4", -5, None, "2600"),
    ("The assistant promises", "Answer from the policy’s own text only", JONAS, "a-6-2-4", 20, None, "9800"),
    ("Hidden instructions", "Tools see one customer’s contracts only", OFFICER, "ai-path-4", -70, 66, "5200"),
    ("Hidden instructions", "Attack set at each release", OFFICER, "a-6-2-4", 60, None, "7000"),
    ("People do not notice", "Notice at the start and after every pause", JONAS, "a-8-2", -200, 190, "900"),
    ("The summary leaves", "Check thirty files each quarter", JONAS, "a-6-2-4", -4, None, "3600"),
    ("The assistant is down", "A phone line stands in within ten minutes", JONAS, "", -20, 25, "2400"),
    ("Confidential submissions", "Contract without training use", OFFICER, "a-10-3", -60, 80, "0"),
)
LATER: tuple[Line, ...] = (
    ("Staff paste", "Approved tools on every desk", OFFICER, "a-9-2", 14, None, "18000"),
    ("Staff paste", "Block public tools on managed devices", OFFICER, "", -9, None, "1200"),
    ("The only engineer", "Write the proxy’s handbook", OFFICER, "", 30, None, ""),
)


def seed_first_treatments(officer: Actor) -> None:
    for line in FIRST:
        _treatment(line, officer, begun=205)


def sign_plan(officer: Actor) -> None:
    """The plan as it was signed some months ago, when ten risks were known."""
    approver = demo_actor(APPROVER, HOME)
    plan = TreatmentPlan(
        organisation=officer.organisation, name="Treatment plan for AI risks",
        summary="Ten risks are open. The bias in claims triage is the highest; its monthly comparison is what we pay "
        "most attention to. Two treatments of the assistant end this year.",
        review_on=timezone.localdate() + dt.timedelta(days=20),
    )  # fmt: skip
    with transaction.atomic():
        _dated(plan, SIGNED_DAYS_AGO + 6)
        create_record(record=plan, by=officer)
        review = send(plan, "The first plan by our own criteria.", officer, approver)
        sign(review, approver, days_ago=SIGNED_DAYS_AGO)


@seeders.add(order=68)
def seed_later_treatments() -> None:
    officer, approver = demo_actor(OFFICER, HOME), demo_actor(APPROVER, HOME)
    with officer.working():
        if Treatment.objects.within(officer.organisation).filter(name=LATER[0][1]).exists():
            return
        for line in LATER:
            _treatment(line, officer, begun=28)
        _finish_since_the_plan(officer)
        _name_controls(officer)
        _accepted_and_changed(officer, approver)
        _still_accepted(officer, approver)
        _next_plan(officer)
    sign_waiting(officer.organisation)


def _treatment(line: Line, officer: Actor, *, begun: int) -> None:
    start, name, who, _starter, due_in, done_ago, cost = line
    today = timezone.localdate()
    treatment = Treatment(
        organisation=officer.organisation, risk=_risk(officer, start), name=name, owner=person_of(who),
        due_on=today + dt.timedelta(days=due_in), cost=cost or None,
    )  # fmt: skip
    _dated(treatment, max(begun, (done_ago or 0) + 14))
    create_record(record=treatment, by=officer)
    if done_ago is not None and done_ago > SIGNED_DAYS_AGO:
        _done(treatment, done_ago, officer)


def _done(treatment: Treatment, days: int, officer: Actor) -> None:
    treatment.done_on = timezone.localdate() - dt.timedelta(days=days)
    _dated(treatment, days)
    change_record(record=treatment, by=officer, lock=treatment.lock, reason="Done")


def _finish_since_the_plan(officer: Actor) -> None:
    rows = Treatment.objects.within(officer.organisation).select_related("key", "organisation", "risk")
    treatments = {one.name: one for one in rows}
    for line in FIRST:
        if line[5] is not None and line[5] <= SIGNED_DAYS_AGO:
            _done(treatments[line[1]], line[5], officer)


def _name_controls(officer: Actor) -> None:
    """The controls came after the first treatments: each is named where it carries one."""
    by_starter = {control.starter: control for control in Control.objects.within(officer.organisation)}
    rows = Treatment.objects.within(officer.organisation).select_related("key", "organisation", "risk")
    treatments = {one.name: one for one in rows}
    for line in (*FIRST, *LATER):
        control, treatment = by_starter.get(line[3]), treatments[line[1]]
        if line[3] and control is not None:
            treatment.control = control
            change_record(record=treatment, by=officer, lock=treatment.lock, reason="Carried by this control")


def _accepted_and_changed(officer: Actor, approver: Actor) -> None:
    """Accepted when it was at 6; since then, the deputy left, too."""
    with transaction.atomic():
        risk = _risk(officer, "The only engineer")
        review = send(risk, "One person more is not to be had this year.", officer, approver)
        sign(review, approver, days_ago=22)
    risk = _risk(officer, "The only engineer")
    risk.likelihood = 4
    _dated(risk, 5)
    change_record(record=risk, by=officer, lock=risk.lock, reason="The deputy has given notice")


def _still_accepted(officer: Actor, approver: Actor) -> None:
    with transaction.atomic():
        risk = _risk(officer, "People do not notice")
        review = send(risk, "The records show the notice in every conversation of the sample.", officer, approver)
        sign(review, approver, days_ago=30)


def _next_plan(officer: Actor) -> None:
    plan = TreatmentPlan.objects.within(officer.organisation).select_related("key", "organisation").get()
    plan.summary = (
        "Fourteen risks are open, four of them new. Fraud signals is not decided yet, and one of its risks is not "
        "judged: both before the plan is signed again."
    )
    _dated(plan, 3)
    change_record(record=plan, by=officer, lock=plan.lock, reason="For the next signature")


def _risk(officer: Actor, start: str) -> Any:
    rows = Risk.objects.within(officer.organisation).filter(name__startswith=start)
    return rows.select_related("key", "organisation", "system").get()


def _dated(record: Any, days: int) -> None:
    record._history_date = timezone.now() - dt.timedelta(days=days)

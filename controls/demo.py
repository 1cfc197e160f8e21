"""The demo firm's controls: most in operation and tested, some planned, and a few that the records contradict."""

import datetime as dt
from typing import Any

from django.utils import timezone

from controls.actions.frameworks import adopt_framework
from controls.actions.running import due_tests, run_tests
from controls.actions.starters import adopt_starters
from controls.catalogues.shipped import KEYS
from controls.models import Control, ControlTest, Framework, Mapping, TestRun
from controls.starters.shipped import starters
from evidence.actions.requests import answer_request, send_due_requests
from evidence.models import EvidenceItem, EvidenceRequest, EvidenceWanted
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.demo import HOME, OTHER, demo_actor, person_of
from grc.registries import seeders

PLANNED = ("a-5-5", "a-6-1-2", "a-7-6", "a-8-5", "a-10-4", "ai-path-5")
LEFT_OUT = ("a-4-4", "a-7-5")
"""Nobody has a control for these yet: the wall shows it."""

OWNERS = {
    "a-6": "jonas@nordhaven.example",
    "a-7": "jonas@nordhaven.example",
    "a-9": "jonas@nordhaven.example",
    "ai-path": "sam@nordhaven.example",
}
EVIDENCE = {
    "a-2-2": ("AI policy",),
    "a-6-2-4": ("Claims triage: validation report 2026", "Broker submissions: sample review"),
    "a-7-3": ("Fraud signals: training data sheet",),
    "a-8-2": ("Customer assistant: disclosure screens",),
    "a-9-2": ("Claims triage: human oversight procedure", "Override log, third quarter 2026"),
    "a-10-3": ("Data processing agreement with the model provider",),
}
SYSTEMS = {
    "a-6-2-5": ("SYS-0001", "SYS-0002", "SYS-0003"),
    "a-6-2-8": ("SYS-0001", "SYS-0002", "SYS-0003", "SYS-0004"),
    "a-8-2": ("SYS-0002",),
    "a-9-2": ("SYS-0001",),
    "ai-path-1": ("SYS-0001", "SYS-0002"),
    "ai-path-3": ("SYS-0001", "SYS-0002", "SYS-0003"),
    "ai-path-4": ("SYS-0001", "SYS-0002"),
}
SAMPLES = """CLM-2026-004317 | ok
CLM-2026-004329 | ok
CLM-2026-004340 | ok | overridden, reason given
CLM-2026-004351 | exception | confirmed eleven seconds after it was proposed
CLM-2026-004377 | ok"""
CONFIRMED, REJECTED = 24, "Both speak of policies, but one of information security alone."


@seeders.add(order=65)
def seed_controls() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if Framework.objects.within(officer.organisation).exists():
        return
    with officer.working():
        for key in KEYS:
            adopt_framework(key=key, by=officer)
        controls = adopt_starters(keys=[key for key in starters() if key not in LEFT_OUT], by=officer)
        by_key = {control.starter: control for control in controls}
        for number, control in enumerate(controls):
            _run_in(control, number, officer)
        _link(by_key, EVIDENCE, officer)
        _link(by_key, SYSTEMS, officer)
        _test_by_hand(by_key, officer)
        _judge_mappings(officer)
        _ask(by_key, officer)
        run_tests(tests=due_tests(officer.organisation, timezone.now()), by=Actor.system(officer.organisation))
    stranger = demo_actor("rosa@brightwell.example", OTHER)
    with stranger.working():
        adopt_framework(key="iso42001", by=stranger)


def _run_in(control: Control, number: int, officer: Actor) -> None:
    """Who keeps it, and since when it runs; a draft's brackets are filled in once it does."""
    email = next((who for start, who in OWNERS.items() if control.starter.startswith(start)), "")
    control.owner = person_of(email) if email else officer.person
    if control.starter not in PLANNED:
        today = timezone.localdate()
        control.state, control.operating_since = Control.State.OPERATING, today - dt.timedelta(days=260 - 5 * number)
        control.how = control.how.replace("[", "").replace("]", "")
        control.review_on = today + dt.timedelta(days=(-6, 40, 75, 110, 150)[number % 5])
    change_record(record=control, by=officer, lock=control.lock, reason="Described with those who do it")


def _link(by_key: dict[str, Control], wanted: dict[str, tuple[str, ...]], officer: Actor) -> None:
    items = {item.name: item.reference for item in EvidenceItem.objects.within(officer.organisation)}
    for key, names in wanted.items():
        for name in names:
            reference = items.get(name, name if name.startswith("SYS-") else "")
            if reference:
                link_records(source=by_key[key], reference=reference, by=officer)


def _test_by_hand(by_key: dict[str, Control], officer: Actor) -> None:
    today = timezone.localdate()
    people = ControlTest.objects.within(officer.organisation).filter(way=ControlTest.Way.PEOPLE)
    for number, key in enumerate(("a-9-2", "a-6-2-4", "a-2-2", "a-3-3", "a-7-3", "a-10-3")):
        test = people.filter(control=by_key[key]).select_related("control").order_by("kind", "pk").first()
        if test is None:
            continue
        first: dict[str, Any] = {"result": "passed", "conclusion": "Done as described."}
        if number == 0:
            first = {
                "result": "failed", "samples": SAMPLES, "population": 1240,
                "conclusion": "One of five was confirmed too fast to have been looked at. Jonas talks with the team.",
            }  # fmt: skip
        run = TestRun(
            organisation=officer.organisation, test=test, done_on=today - dt.timedelta(days=34 + 9 * number),
            period_from=today - dt.timedelta(days=150), period_to=today - dt.timedelta(days=40), **first,
        )  # fmt: skip
        create_record(record=run, by=officer)
    late = people.filter(control=by_key["a-6-2-6"]).order_by("pk").first()
    if late is not None:
        late.first_on = today - dt.timedelta(days=12)
        change_record(record=late, by=officer, lock=late.lock)
        ControlTest.objects.within(officer.organisation).filter(pk=late.pk).update(next_on=late.first_on)


def _judge_mappings(officer: Actor) -> None:
    rows = Mapping.objects.within(officer.organisation).select_related("key", "organisation", "source", "target")
    published = rows.filter(confidence=Mapping.Confidence.PARTIAL).order_by("pk")[:CONFIRMED]
    for mapping in published:
        mapping.standing = Mapping.Standing.CONFIRMED
        change_record(record=mapping, by=officer, lock=mapping.lock, reason="Compared with both texts")
    doubtful = rows.filter(source__code="A.2.3", confidence=Mapping.Confidence.PROPOSAL).order_by("pk").first()
    if doubtful is not None:
        doubtful.standing, doubtful.remarks = Mapping.Standing.REJECTED, REJECTED
        change_record(record=doubtful, by=officer, lock=doubtful.lock)


def _ask(by_key: dict[str, Control], officer: Actor) -> None:
    """Some evidence was due: one request was answered, one is late, the others are still to come."""
    today = timezone.localdate()
    rows = EvidenceWanted.objects.within(officer.organisation).select_related("key", "organisation", "about")
    for key, days in (("a-9-2", -9), ("a-6-2-4", 6), ("a-10-3", 11)):
        wanted = rows.filter(about=by_key[key].key).order_by("pk").first()
        if wanted is not None:
            wanted.owner, wanted.first_on = person_of("jonas@nordhaven.example"), today + dt.timedelta(days=days)
            change_record(record=wanted, by=officer, lock=wanted.lock)
            EvidenceWanted.objects.within(officer.organisation).filter(pk=wanted.pk).update(next_on=wanted.first_on)
    send_due_requests(organisation=officer.organisation, today=today)
    report = (
        EvidenceItem.objects.within(officer.organisation).filter(name__startswith="Claims triage: validation").first()
    )
    answered = EvidenceRequest.objects.within(officer.organisation).filter(about=by_key["a-6-2-4"].key).first()
    if report is not None and answered is not None:
        answer_request(request=answered, item=report, by=officer)

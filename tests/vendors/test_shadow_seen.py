"""Counting what systems call, and judging it by what is approved."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.actions.sources import run_pull
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from tests.controls.records import TimedLog, taken_in
from tests.factories import make
from tests.vendors.shadow_case import PINNED, PLANTED, Case, answer, approve, call, case_of, honest, read
from vendors.models import Offering, SeenModel, ShadowUse
from vendors.shadow import seen
from vendors.shadow.findings import Shadow, shadow_of
from vendors.shadow.seen import count_new

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(system: Actor, monkeypatch: pytest.MonkeyPatch) -> Case:
    return case_of(system, monkeypatch)


def looked(log: TimedLog, by: Actor, settings: Any) -> Shadow:
    with by.working(), taken_in(log, by, settings):
        count_new(by.organisation)
    return shadow_of(by.organisation)


def found(shadow: Shadow) -> list[tuple[str, str, str]]:
    return [(one.seen.system, one.seen.model, one.why.value) for one in shadow.findings]


def rows(by: Actor) -> list[tuple[Any, ...]]:
    names = ("source", "system", "model", "answered", "day", "first_seen", "last_seen", "decisions")
    return sorted(SeenModel.objects.within(by.organisation).values_list(*names))


def test_honest_records_show_nothing(case: Case, settings: Any) -> None:
    shadow = looked(honest(), case.by, settings)
    assert found(shadow) == []
    assert [(one.model, one.decisions, route.reference) for one, _system, route in shadow.covered] == [
        (PINNED, 8, case.route.reference)
    ]
    assert (shadow.unseen, shadow.counted) == ([], True)


def test_planted_model_is_found_among_honest_records(case: Case, settings: Any) -> None:
    log = honest()
    log.add(20, call(50, model=PLANTED))
    log.add(10, call(51, model=PLANTED))
    shadow = looked(log, case.by, settings)
    assert found(shadow) == [("assistant", PLANTED, "unknown")]
    assert shadow.findings[0].seen.decisions == 2
    assert shadow.findings[0].system is not None
    assert shadow.findings[0].seen.last_seen - shadow.findings[0].seen.first_seen == dt.timedelta(minutes=10)


def test_what_was_denied_called_nothing(case: Case, settings: Any) -> None:
    log = honest()
    log.add(20, call(50, model=PLANTED, outcome="deny", reason_codes=["model"]))
    assert found(looked(log, case.by, settings)) == []


def test_model_that_answered_instead_is_found(case: Case, settings: Any) -> None:
    log = honest()
    log.add(20, call(50))
    log.add(19, answer(50, PLANTED))
    log.add(18, call(51))
    log.add(17, answer(51, f"{PINNED}@{PLANTED.partition('/')[2]}"))
    shadow = looked(log, case.by, settings)
    assert [(one[0], one[1], one[2]) for one in found(shadow)] == [
        ("assistant", f"{PINNED}@gpt-4o-mini-2024-07-18", "unknown"),
        ("assistant", PLANTED, "unknown"),
    ]
    assert all(one.seen.answered for one in shadow.findings)
    assert shadow.covered[0][0].decisions == 10


def test_each_reason_has_its_word(case: Case, settings: Any) -> None:
    by, log = case.by, honest(2)
    vendor = case.offering.vendor
    asked = make("offerings", by, vendor=vendor, name="Asked for")
    make("routes", by, plan=make("vendor-plans", by, offering=asked), model_ids=["asked/for"])
    free = make("vendor-plans", by, offering=case.offering, name="Free", tier="free", allowed=False)
    make("routes", by, plan=free, model_ids=["free/model"])
    route = read(case.route)
    route.model_ids = [PINNED, "added/later"]
    change_record(record=route, by=by, lock=route.lock)
    for number, (name, model) in enumerate(
        [("other", PINNED), ("assistant", "asked/for"), ("assistant", "free/model"), ("assistant", "added/later"),
         ("nobody", PINNED), ("assistant", "what/ever")], 60
    ):  # fmt: skip
        log.add(100 - number, call(number, name, model))
    shadow = looked(log, by, settings)
    assert set(found(shadow)) == {
        ("other", PINNED, ShadowUse.OTHER_SYSTEM),
        ("nobody", PINNED, ShadowUse.OTHER_SYSTEM),
        ("assistant", "asked/for", ShadowUse.NOT_APPROVED),
        ("assistant", "free/model", ShadowUse.PLAN),
        ("assistant", "added/later", ShadowUse.ADDED),
        ("assistant", "what/ever", ShadowUse.UNKNOWN),
    }
    assert {one.seen.system: one.system is None for one in shadow.findings} == {
        "other": False, "nobody": True, "assistant": False,
    }  # fmt: skip
    approve(case.offering, by)
    assert ("assistant", "added/later", "added") not in found(shadow_of(by.organisation))


def test_route_covers_as_it_was_approved_not_as_it_was_edited(case: Case, settings: Any) -> None:
    route = read(case.route)
    route.model_ids = ["openai/something-else"]
    change_record(record=route, by=case.by, lock=route.lock)
    shadow = looked(honest(), case.by, settings)
    assert (found(shadow), len(shadow.covered)) == ([], 1)


def test_suspended_offering_a_plan_that_is_barred_and_a_use_that_ended_cover_no_more(case: Case, settings: Any) -> None:
    looked(honest(), case.by, settings)
    plan = read(case.route.plan)
    plan.allowed = False
    plan = change_record(record=plan, by=case.by, lock=plan.lock)
    assert found(shadow_of(case.by.organisation)) == [("assistant", PINNED, "plan")]
    plan.allowed = True
    change_record(record=plan, by=case.by, lock=plan.lock)
    offerings = Offering.objects.within(case.by.organisation).filter(pk=case.offering.pk)
    offerings.update(state="suspended", state_reason="An incident")
    assert found(shadow_of(case.by.organisation)) == [("assistant", PINNED, "not-approved")]
    offerings.update(state="approved", state_reason="")
    case.assistant.uses.update(until=timezone.localdate() - dt.timedelta(days=1))
    assert found(shadow_of(case.by.organisation)) == [("assistant", PINNED, "other-system")]
    archive_record(record=read(case.route), by=case.by)
    assert found(shadow_of(case.by.organisation)) == [("assistant", PINNED, "unknown")]


def test_star_stands_for_any_version(system: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case_of(system, monkeypatch, models=("openai/gpt-4o-2024*",))
    log = honest()
    log.add(20, call(50, model="openai/gpt-4o-2024-08-06"))
    log.add(19, call(51, model=PLANTED))
    shadow = looked(log, system, settings)
    assert found(shadow) == [("assistant", PLANTED, "unknown")]
    assert len(shadow.covered) == 2


def test_registered_use_that_no_record_shows_is_hinted_only_where_the_system_sends_records(
    case: Case, settings: Any
) -> None:
    silent = make("ai-systems", case.by, name="Silent", runtime_id="silent")
    unused = make("routes", case.by, model_ids=["mistral/large"])
    use = make("uses", case.by, system=case.assistant, route=unused)
    make("uses", case.by, system=silent, route=unused)
    shadow = looked(honest(), case.by, settings)
    assert [(one.use, one.system.name) for one in shadow.unseen] == [(use.reference, "Assistant")]


def test_counted_in_steps_twice_or_anew_it_is_the_same(
    case: Case, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    by, log = case.by, honest(10)
    with by.working(), taken_in(log, by, settings) as source:
        monkeypatch.setattr(seen, "STEP", 3)
        assert count_new(by.organisation) == 20
        first = rows(by)
        assert count_new(by.organisation) == 0  # the task, delivered a second time
        assert rows(by) == first
        log.add(0, call(90))
        log.add(0, call(91, model=PLANTED))
        log.add(0, answer(90, PLANTED))  # its decision is not in the same step
        run_pull(source=source)
        assert count_new(by.organisation) == 3
    kept = rows(by)
    assert kept != first
    monkeypatch.setattr(seen, "STEP", 200_000)
    call_command("count_seen_models")
    assert "nordhaven: 23 records counted" in capsys.readouterr().out
    assert rows(by) == kept


def test_old_calls_are_use_no_more(case: Case, settings: Any) -> None:
    log = TimedLog()
    log.add(60 * 24 * 100, call(1, model=PLANTED))
    log.add(5, call(2))
    assert found(looked(log, case.by, settings)) == []


def test_as_many_queries_for_one_as_for_many(
    case: Case, settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    log = honest(1)
    log.add(9, call(40, model="a/0"))
    looked(log, case.by, settings)
    with CaptureQueriesContext(connection) as few:
        shadow_of(case.by.organisation)
    more = TimedLog("proxy-2.acme.example/decisions")
    for number in range(20):
        more.add(9, call(number, f"system-{number}", f"a/{number}"))
        make("uses", case.by)
    assert len(looked(more, case.by, settings).findings) == 21
    with django_assert_num_queries(len(few)):
        shadow_of(case.by.organisation)
    assert len(few) <= 8

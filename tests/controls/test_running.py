"""Tests that run themselves: on a real signed log, finding what was planted and nothing else."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from controls.actions.running import due_tests, run_tests
from controls.models import ControlTest, TestRun
from controls.models.test import Result
from controls.rules.systems import KnownSystem, systems_of
from controls.tasks import run_due_tests
from evidence.models import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import links_of
from grc.actions.records import archive_record, change_record
from grc.models import Notice
from tests.approvals.making import approved, sent
from tests.controls.records import TimedLog, taken_in
from tests.evidence.tlog.honest_log import completion, decision, heartbeat
from tests.factories import make

pytestmark = pytest.mark.django_db


def asking(by: Actor, must: str = "", where: str = "", **fields: Any) -> ControlTest:
    values = {"way": "records", "must": must, "where": where, "wait_minutes": 0, "method": ""}
    return make("control-tests", by, **values | fields)  # type: ignore[no-any-return]


def run(test: ControlTest, by: Actor) -> TestRun:
    (made,) = run_tests(tests=[test], by=by)
    return made


def places(made: TestRun) -> list[int]:
    return [offence["seq"] for offence in made.found["offences"]]


@pytest.fixture
def denials() -> tuple[TimedLog, list[int]]:
    """Ten denials, two of which give no reason; and what else a log holds."""
    log, wrong = TimedLog(), []
    for number in range(10):
        reasons = [] if number in (3, 7) else ["blocked"]
        seq = log.add(60 - number, decision(number, outcome="deny", reason_codes=reasons))
        wrong += [seq] if not reasons else []
        log.add(60 - number, decision(100 + number, reason_codes=[]))
        log.add(60 - number, completion(100 + number))
    log.add(1, heartbeat())
    return log, wrong


def test_what_was_planted_is_found_and_nothing_else(system: Actor, settings: Any, denials: Any) -> None:
    log, wrong = denials
    with system.working(), taken_in(log, system, settings):
        made = run(asking(system, "reason_codes is set\npolicy.version is set", "outcome is deny"), system)
    assert made.result == Result.FAILED
    assert places(made) == wrong
    assert (made.population, made.exceptions) == (10, 2)
    assert made.found["records_read"] == len(log.entries)
    assert made.found["good"] == 8
    assert made.found["sums"] == [["credit-assistant", "reason_codes is set (it is not set)", 2]]
    assert made.found["offences"][0]["why"] == "reason_codes is set (it is not set)"


def test_an_honest_log_passes(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        made = run(asking(system, "policy.version is set"), system)
        assert (made.result, made.exceptions, made.found["asked"]) == (Result.PASSED, 0, 20)


def test_nothing_to_test_is_no_pass(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        assert run(asking(system, "policy.id is set", "system.id is nobody"), system).result == Result.NOTHING


def test_without_any_log_there_is_nothing_to_test(system: Actor) -> None:
    with system.working():
        assert run(asking(system, "policy.id is set"), system).result == Result.NOTHING
        assert run(asking(system, looks_at="any", longest_gap=5), system).result == Result.NOTHING


@pytest.mark.parametrize(("share", "result"), [("80", "passed"), ("80.01", "failed"), ("0", "passed")])
def test_a_share_is_judged_exactly(system: Actor, settings: Any, denials: Any, share: str, result: str) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        assert run(asking(system, "reason_codes is set", "outcome is deny", at_least=share), system).result == result


def test_what_a_decision_lacks_is_looked_for_in_its_completion(system: Actor, settings: Any) -> None:
    log = TimedLog()
    seen = {"human": {"ref": "a" * 64, "action": "confirmed"}}
    for number in range(4):
        log.add(50, decision(number))
    log.add(49, completion(0, **seen))
    log.add(48, completion(1))
    log.add(47, decision(5, **seen))
    log.add(1, completion(2, **seen))
    with system.working(), taken_in(log, system, settings):
        made = run(asking(system, "human.action is set"), system)
        assert (made.result, places(made)) == (Result.FAILED, [1, 3])
        of_completions = run(asking(system, "system.id is credit-assistant", looks_at="completion"), system)
    assert (of_completions.result, of_completions.population) == (Result.PASSED, 3)


def test_the_period_ends_where_completions_can_still_come(system: Actor, settings: Any) -> None:
    log = TimedLog()
    log.add(60 * 24 * 3, decision(0, outcome="deny"))
    log.add(90, decision(1, outcome="deny"))
    log.add(20, decision(2, outcome="deny"))
    with system.working(), taken_in(log, system, settings):
        made = run(asking(system, "reason_codes is set", over_days=1, wait_minutes=60), system)
        assert places(made) == [1]
        assert places(run(asking(system, "reason_codes is set", over_days=7, wait_minutes=0), system)) == [0, 1, 2]
    assert made.until_at is not None
    assert made.began_at == made.until_at - dt.timedelta(days=1)


def test_gaps_between_records_of_a_log_are_found(system: Actor, settings: Any) -> None:
    log = TimedLog()
    for ago in (60 * 24 * 2, 600, 570, 480, 10):
        log.add(ago, heartbeat())
    with system.working(), taken_in(log, system, settings):
        made = run(asking(system, looks_at="any", longest_gap=91, over_days=1), system)
        # the first began before the period; then 30 and 90 minutes are allowed, 470 are not
        assert places(made) == [1, 4]
        assert (made.result, made.exceptions) == (Result.FAILED, 2)
        assert run(asking(system, looks_at="any", longest_gap=3000, over_days=1), system).result == Result.PASSED
        silent = run(asking(system, looks_at="any", longest_gap=9, over_days=1), system)
        assert "silent for 10 minutes" in silent.found["offences"][-1]["why"]


def test_fields_of_the_registers_are_known(system: Actor, settings: Any) -> None:
    log = TimedLog()
    log.add(5, decision(0, model={"name": "gpt-x", "version": "1"}))
    log.add(4, decision(1, system={"id": "unheard-of", "version": "1"}))
    with system.working(), taken_in(log, system, settings):
        make("ai-systems", system, runtime_id="credit-assistant", risk_class="high", risk_class_reason="Annex III")
        assert places(run(asking(system, "register.known is yes"), system)) == [1]
        high = run(asking(system, "human.action is set", "register.risk_class is high"), system)
        assert (high.population, places(high)) == (1, [0])
        unapproved = run(asking(system, "register.model_approved is yes", "model.name is set"), system)
        assert (unapproved.population, places(unapproved)) == (1, [0])


def test_a_model_is_approved_from_the_signature_on() -> None:
    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    known = KnownSystem(1, "claims", "Claims", "high", "operation", {"gpt-x-1": at})
    assert known.approved(["gpt-x-1"], at)
    assert not known.approved(["gpt-x-1"], at - dt.timedelta(microseconds=1))
    assert not known.approved(["gpt-x", ""], at)


def test_an_approved_component_is_an_approved_model(system: Actor, actor_of: Any) -> None:
    author, approver = actor_of("compliance-officer"), actor_of("approver")
    with author.working():
        known = make("ai-systems", author, runtime_id="claims")
        component = make("components", author, system=known, pinned_version="gpt-x-1")
    approved(sent(component, author, approver), approver)
    with system.working():
        assert list(systems_of(system.organisation)["claims"].models) == ["gpt-x-1"]
        component.refresh_from_db()
        component.pinned_version = "gpt-x-2"
        change_record(record=component, by=system, lock=component.lock)
        # what was signed counts, not what the row says since
        assert list(systems_of(system.organisation)["claims"].models) == ["gpt-x-1"]


def test_the_index_in_the_database_does_not_decide(system: Actor, settings: Any, denials: Any) -> None:
    log, wrong = denials
    with system.working(), taken_in(log, system, settings):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE assay_owner")
            cursor.execute("ALTER TABLE evidence_decision DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM evidence_decision")
            cursor.execute("SET LOCAL ROLE assay_app")
        made = run(asking(system, "reason_codes is set", "outcome is deny"), system)
    assert places(made) == wrong


def test_what_cannot_be_read_is_no_answer(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings) as source:
        from evidence.models import Segment

        path = settings.MEDIA_ROOT / Segment.objects.within(system.organisation).get(source=source).path
        path.chmod(0o600)
        path.write_bytes(b"\0" * path.stat().st_size)
        made = run(asking(system, "policy.version is set"), system)
    assert made.result in (Result.UNABLE, Result.NOTHING, Result.FAILED)
    assert made.result != Result.PASSED
    assert source.reference in made.conclusion
    assert made.found["logs"][0]["trouble"]


def test_the_evidence_is_kept_by_the_month_and_linked(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        test = asking(system, "reason_codes is set", "outcome is deny")
        first, second = run(test, system), run(test, system)
        item = EvidenceItem.objects.within(system.organisation).get()
        assert first.item == second.item == item
        linked = {linked.key.reference for linked in links_of(record=item.key, actor=system)}
        assert {test.reference, test.control.reference} == linked
        files = ItemFile.objects.within(system.organisation).filter(item=item).order_by("number")
        said = [json.loads(file.file.content.read()) for file in files]
    assert [one["run"] for one in said] == [first.reference, second.reference]
    assert said[0]["asked"]["must"] == ["reason_codes is set"]
    assert len(said[0]["outcome"]["offences"]) == 2
    assert said[0]["outcome"]["logs"][0]["checkpoint"].startswith("proxy-1.acme.example/decisions\n")


def test_what_ran_by_itself_is_changed_by_nobody(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        made = run(asking(system, "policy.version is set"), system)
        made.conclusion = "All is well."
        for act in (change_record, archive_record):
            more = {"lock": made.lock} if act is change_record else {}
            with pytest.raises(Denied, match="stays as it came out"):
                act(record=made, by=system, **more)
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            TestRun.objects.within(system.organisation).filter(pk=made.pk).update(result=Result.PASSED)


def test_whoever_keeps_it_is_told_of_a_failure_once_a_day(
    system: Actor, settings: Any, denials: Any, actor_of: Any
) -> None:
    owner = actor_of("contributor").person
    with system.working(), taken_in(denials[0], system, settings):
        test = asking(system, "reason_codes is set", "outcome is deny", owner=owner)
        run(test, system)
        run(test, system)
        run(asking(system, "policy.version is set", owner=owner), system)
        told = list(Notice.unscoped.filter(person=owner))
    assert [notice.about_id for notice in told] == [test.pk]
    assert "2 records" in told[0].text


def test_due_tests_run_by_schedule_and_once(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        daily = asking(system, "policy.version is set", every="daily")
        for fields in ({"every": ""}, {"every": "daily", "paused": True}):
            asking(system, "policy.version is set", **fields)
        gone = asking(system, "policy.version is set", every="daily")
        archive_record(record=gone, by=system)
        retired = make("controls", system, state="retired")
        asking(system, "policy.version is set", every="daily", control=retired)
        assert due_tests(system.organisation, timezone.now()) == [daily]
    settings.CELERY_TASK_ALWAYS_EAGER = True
    run_due_tests()
    run_due_tests()
    with system.working():
        daily.refresh_from_db()
        assert TestRun.objects.within(system.organisation).count() == 1
        assert daily.last_result == Result.PASSED
        assert daily.next_run_at > timezone.now() + dt.timedelta(hours=23)
        assert due_tests(system.organisation, timezone.now() + dt.timedelta(hours=25)) == [daily]


def test_several_questions_share_one_pass(system: Actor, settings: Any, denials: Any) -> None:
    with system.working(), taken_in(denials[0], system, settings):
        tests = [asking(system, "policy.version is set"), asking(system, "reason_codes is set", "outcome is deny")]
        tests.append(asking(system, looks_at="any", longest_gap=100))
        runs = run_tests(tests=tests, by=system)
    assert [made.result for made in runs] == [Result.PASSED, Result.FAILED, Result.PASSED]


def test_whoever_may_not_change_the_test_does_not_run_it(actor_of: Any, system: Actor) -> None:
    with system.working():
        test = asking(system, "policy.version is set")
    reader = actor_of("internal-auditor")
    with reader.working(), pytest.raises(Denied):
        run_tests(tests=[test], by=reader)

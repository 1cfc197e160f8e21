"""Tests on their pages and through the API: written by people, run by workers, followed by what they mean."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from controls.jobs import start_run
from controls.models import Control, ControlTest, TestRun
from controls.testing.home import tests_to_look_at as to_look_at
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.models import Job
from tests.controls.records import TimedLog, taken_in
from tests.evidence.tlog.honest_log import decision
from tests.factories import make

pytestmark = pytest.mark.django_db
API = "/api/v1/o/nordhaven/control-tests"


def on_records(by: Actor, **fields: Any) -> ControlTest:
    values = {"way": "records", "method": "", "must": "policy.version is set", "wait_minutes": 0}
    return make("control-tests", by, **values | fields)  # type: ignore[no-any-return]


@pytest.fixture
def eager(settings: Any, django_capture_on_commit_callbacks: Any) -> Any:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    return django_capture_on_commit_callbacks


def test_the_page_of_a_test_asks_only_what_belongs_to_its_way(system: Actor, client_of: Callable[..., Client]) -> None:
    client, samples, records = client_of("compliance-officer"), "Sample size", "By itself, on decision records</h2>"
    by_people = client.get(make("control-tests", system, way="people").get_absolute_url()).content.decode()
    by_itself = client.get(on_records(system).get_absolute_url()).content.decode()
    assert samples in by_people
    assert records not in by_people
    assert samples not in by_itself
    assert records in by_itself


def test_run_now_is_work_for_a_worker_and_ends_on_the_run(
    system: Actor, client_of: Callable[..., Client], settings: Any, eager: Any
) -> None:
    log = TimedLog()
    log.add(5, decision(0))
    log.add(4, decision(1, policy={"id": "POL-7", "version": "", "sha256": "d" * 64}))
    client = client_of("compliance-officer")
    with system.working(), taken_in(log, system, settings):
        test = on_records(system)
        with eager(execute=True):
            answer = client.post(f"/o/nordhaven/control-tests/{test.reference}/run")
    job = Job.unscoped.get(kind="control-tests")
    assert answer.status_code == 302
    assert answer["Location"].endswith(str(job.public_id))
    assert (job.state, job.error) == ("done", "")
    run = TestRun.unscoped.get()
    assert job.result == {"runs": [run.reference]}
    assert run.created_by is None  # what ran by itself is nobody's word
    assert f"/test-runs/{run.reference}" in client.get(answer["Location"]).content.decode()
    page = client.get(run.get_absolute_url()).content.decode()
    for said in ("Failed", "policy.version is set (it is not set)", "credit-assistant", str(run.item)):
        assert said in page
    assert "/edit" not in page.partition("<main")[2].partition("</main")[0]


def test_what_came_out_is_shown_without_decisions_to_whoever_may_not_see_them(
    system: Actor, client_of: Callable[..., Client], settings: Any
) -> None:
    from controls.actions.running import run_tests
    from grc.access.roles import ROLES, Permission

    log = TimedLog()
    log.add(5, decision(0, policy={"id": "POL-7", "version": "", "sha256": "d" * 64}))
    with system.working(), taken_in(log, system, settings):
        (run,) = run_tests(tests=[on_records(system)], by=system)
    for key, role in ROLES.items():
        if Permission.CONTROLS_VIEW not in role.grants:
            assert client_of(key).get(run.get_absolute_url()).status_code == 404
            continue
        page = client_of(key).get(run.get_absolute_url()).content.decode()
        link = f'href="/o/nordhaven/decisions/{run.found["offences"][0]["decision_id"]}"'
        assert (link in page) is (Permission.DECISIONS_VIEW in role.grants)


def test_a_test_by_people_or_an_archived_one_does_not_run(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    with system.working():
        by_people, gone = make("control-tests", system), on_records(system)
        archive_record(record=gone, by=system)
    for test in (by_people, gone):
        assert client.post(f"/o/nordhaven/control-tests/{test.reference}/run").status_code == 302
        assert client.post(f"{API}/{test.reference}/run").status_code == 400
    assert not Job.unscoped.exists()


def test_whoever_lost_the_right_meanwhile_runs_nothing(system: Actor, actor_of: Callable[..., Actor]) -> None:
    from grc.jobs.actions import run_job
    from grc.models import Membership

    officer = actor_of("compliance-officer")
    with officer.working():
        job = start_run(test=on_records(officer), by=officer)
    Membership.objects.filter(person=officer.person).update(role="reader")
    run_job(job)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "may not run it" in job.error
    assert not TestRun.unscoped.exists()


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"must": "policy.versoin is set"}, "must", "Did you mean policy.version?"),
        ({"where": "outcome is denied"}, "where", "is one of allow"),
        ({"must": "", "longest_gap": None}, "must", "what each record must"),
        ({"must": "", "where": "outcome is deny", "longest_gap": 5}, "must", "each of these records must"),
        ({"at_least": "100.5"}, "at_least", "100"),
        ({"over_days": 0}, "over_days", "1"),
        ({"over_days": 400}, "over_days", "366"),
        ({"longest_gap": 0}, "longest_gap", "1"),
        ({"wait_minutes": -1}, "wait_minutes", "0"),
        ({"first_on": "0001-01-01"}, "first_on", "2000"),
    ],
)
def test_what_asks_nothing_is_refused_at_its_field(
    system: Actor, client_of: Callable[..., Client], fields: dict[str, Any], field: str, says: str
) -> None:
    with system.working():
        control = make("controls", system)
    data = {"control": control.reference, "name": "T", "way": "records", "kind": "operation", "must": "trace_id is set"}
    answer = client_of("compliance-officer").post(API, data | fields, "application/json")
    assert answer.status_code == 400, answer.content
    assert says in " ".join(answer.json()["fields"][field])
    assert not ControlTest.unscoped.exists()


def test_a_run_by_people_says_what_follows_for_the_test(system: Actor) -> None:
    today = timezone.localdate()
    with system.working():
        test = make("control-tests", system, every="quarterly", first_on=today - dt.timedelta(days=100))
        assert test.next_on is not None
        first = make("test-runs", system, test=test, done_on=today, result="failed", conclusion="No minutes.")
        test.refresh_from_db()
        assert (test.last_result, test.last_run_at.date()) == ("failed", today)
        assert test.next_on > today
        make("test-runs", system, test=test, done_on=today - dt.timedelta(days=50), result="passed")
        test.refresh_from_db()
        assert test.last_result == "failed"  # the later day counts, not the later entry
        archive_record(record=first, by=system)
        test.refresh_from_db()
        assert test.last_result == "passed"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"samples": "CLM-1 | perhaps"}, "samples"),
        ({"samples": "CLM-1"}, "samples"),
        ({"samples": "CLM-1 | exception | late", "result": "passed"}, "conclusion"),
        ({"result": "failed"}, "conclusion"),
        ({"result": "unable"}, "conclusion"),
        ({"done_on": "2999-01-01"}, "done_on"),
        ({"period_from": "2026-02-01", "period_to": "2026-01-01"}, "__all__"),
    ],
)
def test_a_run_that_contradicts_itself_is_refused(
    system: Actor, client_of: Callable[..., Client], fields: dict[str, Any], field: str
) -> None:
    with system.working():
        test = make("control-tests", system)
    data = {"test": test.reference, "done_on": "2026-01-05", "result": "passed"}
    client = client_of("compliance-officer")
    answer = client.post("/api/v1/o/nordhaven/test-runs", data | fields, "application/json")
    assert answer.status_code == 400
    assert field in answer.json()["fields"], answer.content
    pasted = "CLM-1\tok\nCLM-2\texception\tconfirmed too fast\n\nCLM-3 | OK |"
    good = data | {"samples": pasted, "conclusion": "One of three, and it was caught the next day."}
    made = client.post("/api/v1/o/nordhaven/test-runs", good, "application/json")
    assert (made.json()["sampled"], made.json()["exceptions"]) == (3, 1)


def test_a_test_on_records_takes_no_run_by_hand(system: Actor, client_of: Callable[..., Client]) -> None:
    with system.working():
        test = on_records(system)
    data = {"test": test.reference, "done_on": "2026-01-05", "result": "passed"}
    answer = client_of("compliance-officer").post("/api/v1/o/nordhaven/test-runs", data, "application/json")
    assert answer.status_code == 400
    assert "runs by itself" in answer.json()["fields"]["test"][0]


def test_a_paused_test_and_an_unscheduled_one_have_no_next_day(system: Actor) -> None:
    with system.working():
        test = make("control-tests", system, every="monthly", first_on=dt.date(2099, 1, 31))
        assert test.next_on == dt.date(2099, 1, 31)
        test.paused = True
        change_record(record=test, by=system, lock=test.lock)
        assert test.next_on is None
        daily = on_records(system, every="daily")
        assert daily.next_run_at is not None
        daily.every = ""
        change_record(record=daily, by=system, lock=daily.lock)
        assert daily.next_run_at is None


def test_home_says_what_failed_and_what_is_due_to_whoever_keeps_it(
    system: Actor, actor_of: Callable[..., Actor]
) -> None:
    contributor, today = actor_of("contributor"), timezone.localdate()
    with system.working():
        mine = make("controls", system, owner=contributor.person)
        failed = make("control-tests", system, name="Failed one", owner=contributor.person, control=mine)
        make("test-runs", system, test=failed, result="failed", conclusion="No minutes.")
        make("control-tests", system, name="Due one", every="yearly", first_on=today, owner=contributor.person)
        make("control-tests", system, name="Somebody else's", every="yearly", first_on=today)
        retired = make("controls", system, state=Control.State.RETIRED)
        make("control-tests", system, name="Rests", every="yearly", first_on=today, control=retired)
    with contributor.working():
        said = [(str(todo.text), todo.tone) for todo in to_look_at(contributor)]
    assert said == [("Test “Due one”", "yellow"), ("Look into “Failed one”", "red")]


def test_a_control_in_operation_says_how(client_of: Callable[..., Client]) -> None:
    data = {"name": "Bare", "objective": "Nothing runs unseen.", "state": "operating"}
    client = client_of("compliance-officer")
    answer = client.post("/api/v1/o/nordhaven/controls", data, "application/json")
    assert answer.status_code == 400
    assert "how it works here" in answer.content.decode()
    good = data | {"how": "The team looks.", "operating_since": "2026-01-01"}
    assert client.post("/api/v1/o/nordhaven/controls", good, "application/json").status_code == 201

"""What is shown of nonconformities and improvements: pages, overview, home page, and what comes of a test."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.home.improvement import effectiveness_to_check, nonconformities, nonconformities_to_look_at
from aims.improvement.actions import NotMovable, make_nonconformity_of
from aims.improvement.case import is_late, late
from aims.improvement.overview import days_to_close, overview_of
from aims.models import Improvement, Nonconformity
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import archive_record, change_record
from tests.aims.improvement.cases import action_for, closed, fresh, worked_on
from tests.factories import make

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]


def days_ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def test_the_form_suggests_days_and_asks_the_whys_as_a_chain(client_of: Callable[..., Client]) -> None:
    page = client_of("compliance-officer").get("/o/nordhaven/nonconformities/new").content.decode()
    assert f'value="{(timezone.localdate() + dt.timedelta(days=60)).isoformat()}"' in page
    assert "form-chain" in page
    assert 'name="effect"' not in page
    assert 'name="state"' not in page


def test_whys_are_shown_as_a_chain(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    made = make("nonconformities", actor_of("compliance-officer"), why_1="No list", why_2="Nobody asked for one")
    page = client_of("reader").get(made.get_absolute_url())
    assert page.status_code == 404
    page = client_of("approver").get(made.get_absolute_url()).content.decode()
    assert "facts-chain" in page
    assert page.index("No list") < page.index("Nobody asked for one")


def test_days_that_have_not_come_are_refused(client_of: Callable[..., Client]) -> None:
    tomorrow = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    values = {"name": "X", "source": "own", "grade": "minor", "description": "Y", "found_on": tomorrow}
    answer = client_of("compliance-officer").post("/o/nordhaven/nonconformities/new", values)
    assert (answer.status_code, "This day has not come yet." in answer.content.decode()) == (422, True)


def test_others_of_the_same_requirement_or_system_are_shown(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    officer = actor_of("compliance-officer")
    requirement, system = make("requirements", officer), make("ai-systems", officer)
    made = make("nonconformities", officer, requirement=requirement, system=system)
    same = make("nonconformities", officer, requirement=requirement, name="Same requirement")
    also = make("nonconformities", officer, system=system, name="Same system")
    other = make("nonconformities", officer, name="Unlike it")
    gone = make("nonconformities", officer, system=system, name="Archived one")
    archive_record(record=gone, by=officer)
    page = client_of("approver").get(made.get_absolute_url()).content.decode()
    assert all(row.name in page for row in (same, also))
    assert not any(row.name in page for row in (other, gone))


def test_contributors_add_actions_of_their_own_to_what_they_keep(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    officer, jonas = actor_of("compliance-officer"), actor_of("contributor")
    mine = make("nonconformities", officer, owner=jonas.person)
    theirs = make("nonconformities", officer)
    client = client_of("contributor")
    values = {"name": "Do it", "due_on": "2026-12-01", "owner": str(jonas.person.public_id)}  # type: ignore[union-attr]
    assert client.post(f"{theirs.get_absolute_url()}/actions", values).status_code == 403
    wrong = client.post(f"{mine.get_absolute_url()}/actions", values | {"owner": str(officer.person.public_id)})  # type: ignore[union-attr]
    assert (wrong.status_code, "Do it" in wrong.content.decode()) == (422, True)
    assert client.post(f"{mine.get_absolute_url()}/actions", values).status_code == 302


def test_late_is_the_same_for_one_and_for_the_database(actor_of: Actors) -> None:
    officer, today = actor_of("compliance-officer"), timezone.localdate()
    for grade in ("major", "minor"):
        for found in (1, 90, 91, 200):
            for due in (None, days_ago(1), today):
                make("nonconformities", officer, grade=grade, found_on=days_ago(found), due_on=due)
    rows = Nonconformity.objects.within(officer.organisation)
    assert set(rows.filter(late(today))) == {row for row in rows if is_late(row, today)}
    assert 0 < rows.filter(late(today)).count() < rows.count()


def test_the_overview_counts_ages_repetitions_and_what_is_late(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    requirement = make("requirements", officer)
    young = make("nonconformities", officer, found_on=days_ago(30), requirement=requirement)
    old = make("nonconformities", officer, found_on=days_ago(91), grade="major")
    ended = closed(officer, auditor, found_on=days_ago(20), requirement=requirement)
    before = make("nonconformities", officer, found_on=days_ago(400), requirement=requirement, due_on=days_ago(1))
    done_late = action_for(young, officer, due_on=days_ago(3))
    action_for(young, officer, due_on=days_ago(3), done_on=days_ago(1))
    overview = overview_of(officer)
    assert [(row.grade, row.counts) for row in overview.ages] == [("major", (0, 0, 0, 1)), ("minor", (1, 0, 0, 1))]
    assert set(overview.late) == {old, before}
    assert overview.late_actions == [done_late]
    assert [(one.requirement, list(one.cases)) for one in overview.repeated] == [(requirement, [ended, young])]
    chart = days_to_close(officer)
    assert (chart.labels[-1], chart.series[1].values[-1]) == (f"{timezone.localdate():%Y-%m}", 20)
    assert all(value is None for value in chart.series[0].values)


def test_the_overview_asks_the_same_number_of_queries_for_many(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    officer, client = actor_of("compliance-officer"), client_of("approver")
    counts = []
    for number in (1, 8):
        for _each in range(number):
            requirement = make("requirements", officer)
            for _twice in range(2):
                row = make(
                    "nonconformities", officer, due_on=days_ago(2), requirement=requirement, found_on=days_ago(9)
                )
                action_for(row, officer, due_on=days_ago(2))
        client.get("/o/nordhaven/nonconformities/overview")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/o/nordhaven/nonconformities/overview").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_report_is_handed_out_as_pdf_docx_and_xlsx_and_noted(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    from grc.models.activity import ActivityEvent

    made = make("nonconformities", actor_of("compliance-officer"), name="=1+1", due_on=days_ago(1))
    client = client_of("approver")
    beginnings = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}
    for kind, beginning in beginnings.items():
        body = b"".join(client.get(f"/o/nordhaven/nonconformities/report.{kind}").streaming_content)  # type: ignore[attr-defined]
        assert body.startswith(beginning)
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert rows[1][:2] == (made.reference, "=1+1")
    assert rows[1][-1] == "Yes"
    assert client.get("/o/nordhaven/nonconformities/report.exe").status_code == 404
    assert ActivityEvent.unscoped.filter(verb="exported").count() == 3


# Home


def test_home_tells_owners_what_is_late_and_checkers_what_waits_for_them(actor_of: Actors) -> None:
    officer, auditor, jonas = actor_of("compliance-officer"), actor_of("internal-auditor"), actor_of("contributor")
    make("nonconformities", officer, name="Late one", due_on=days_ago(2), owner=jonas.person)
    waiting = worked_on(officer, jonas, due_on=None)
    closed(officer, auditor, name="Done with")
    action_for(make("nonconformities", officer, due_on=None), officer, name="Due soon", due_on=days_ago(-3))
    far = action_for(make("nonconformities", officer, due_on=None), officer, name="Far off", due_on=days_ago(-60))
    texts = [todo.text for todo in nonconformities_to_look_at(officer)]
    assert [text for text in texts if "Late one" in text]
    assert "Due soon" in texts
    assert far.name not in texts
    assert ["Late one" in str(todo.text) for todo in nonconformities_to_look_at(jonas)] == [True]
    assert list(nonconformities_to_look_at(auditor)) == []
    assert [todo.url for todo in effectiveness_to_check(auditor)] == [f"{waiting.get_absolute_url()}/check"]
    assert [todo.url for todo in effectiveness_to_check(officer)] == [f"{waiting.get_absolute_url()}/check"]
    assert list(effectiveness_to_check(jonas)) == []
    (figure,) = nonconformities(auditor)
    assert (figure.value, figure.note, figure.tone) == ("4", "0 major, 1 late", "red")


def test_who_keeps_an_action_is_not_asked_to_check(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    action_for(made, officer, owner=auditor.person, done_on=timezone.localdate())
    assert list(effectiveness_to_check(auditor)) == []


# Of a test run


def failed_run(by: Actor, **fields: Any) -> Any:
    values = {"result": "failed", "conclusion": "One of two was wrong.", "samples": "A | ok |\nB | exception | late"}
    return make("test-runs", by, **values | fields)


def test_a_failed_test_run_is_made_a_nonconformity_once(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    officer = actor_of("compliance-officer")
    run = failed_run(officer)
    client = client_of("compliance-officer")
    url = f"{run.get_absolute_url()}/nonconformity"
    assert url in client.get(run.get_absolute_url()).content.decode()
    answer = client.post(url)
    made = Nonconformity.objects.within(officer.organisation).get()
    assert answer["Location"] == made.get_absolute_url()
    assert (made.test_run, made.source, made.found_on) == (run, "monitoring", run.done_on)
    assert "One of two was wrong." in made.description
    assert "Exceptions: 1 of 2" in made.description
    page = client.get(run.get_absolute_url()).content.decode()
    assert url not in page
    assert made.reference in page
    assert run.reference in client.get(made.get_absolute_url()).content.decode()
    assert made.reference in client.post(url, follow=True).content.decode()
    answer = client.post(f"/api/v1/o/nordhaven/test-runs/{run.reference}/nonconformity")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["result"])
    assert Nonconformity.objects.within(officer.organisation).count() == 1


def test_what_passed_is_not_made_a_nonconformity(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    officer = actor_of("compliance-officer")
    run = make("test-runs", officer)
    with pytest.raises(NotMovable):
        make_nonconformity_of(run=run, by=officer)
    assert "/nonconformity" not in client_of("compliance-officer").get(run.get_absolute_url()).content.decode()


def test_who_may_not_write_nonconformities_makes_none(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    run = failed_run(actor_of("compliance-officer"))
    with pytest.raises(Denied):
        make_nonconformity_of(run=run, by=actor_of("internal-auditor"))
    assert (
        f"{run.reference}/nonconformity"
        not in client_of("internal-auditor").get(run.get_absolute_url()).content.decode()
    )
    url = f"/api/v1/o/nordhaven/test-runs/{run.reference}/nonconformity"
    assert client_of("internal-auditor").post(url).status_code == 403
    made = client_of("contributor").post(url)
    assert (made.status_code, made.json()["test_run"]) == (201, run.reference)


# Improvements


def test_an_improvement_is_accepted_in_one_click_and_ends_with_what_came_of_it(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    idea = make("improvements", actor_of("compliance-officer"))
    url, client = idea.get_absolute_url(), client_of("compliance-officer")
    assert client_of("contributor").post(f"{url}/accept").status_code == 403
    assert client.post(f"{url}/accept").status_code == 302
    assert client.post(f"{url}/finish", {"result": " ", "lock": "2"}).status_code == 422
    assert client.post(f"{url}/finish", {"result": "Two hours a week", "lock": "2"}).status_code == 302
    row = Improvement.objects.within(idea.organisation).get()
    assert (row.state, row.result, row.done_on) == ("done", "Two hours a week", timezone.localdate())
    assert client.post(f"{url}/finish", {"result": "More", "lock": "3"}).status_code == 422
    assert client.post(f"{url}/accept").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.result) == ("done", "Two hours a week")


def test_who_finishes_what_somebody_else_changed_since_is_told_and_loses_nothing(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    officer = actor_of("compliance-officer")
    idea = make("improvements", officer, state="accepted")
    url, client = idea.get_absolute_url(), client_of("compliance-officer")
    assert f'name="lock" value="{idea.lock}"' in client.get(f"{url}/finish").content.decode()
    seen = idea.lock
    idea.result = "Theirs"
    change_record(record=idea, by=officer, lock=seen)
    told = client.post(f"{url}/finish", {"result": "Mine", "lock": str(seen)})
    assert (told.status_code, "Mine" in told.content.decode()) == (409, True)
    row = Improvement.objects.within(idea.organisation).get()
    assert (row.state, row.result) == ("accepted", "Theirs")
    assert client.post(f"{url}/finish", {"result": "Mine"}).status_code == 422
    assert client.post(f"{url}/finish", {"result": "Mine", "lock": str(row.lock)}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.result) == ("done", "Mine")


def test_the_api_finishes_with_the_same_lock(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    idea = make("improvements", actor_of("compliance-officer"), state="accepted")
    url, client = f"/api/v1/o/nordhaven/improvements/{idea.reference}/finish", client_of("compliance-officer")

    def finish(**body: Any) -> Any:
        return client.post(url, body, "application/json")

    assert client_of("contributor").post(url, {"lock": 1, "result": "X"}, "application/json").status_code == 403
    assert finish(result="Faster").json()["fields"] == {"lock": ["This field is required."]}
    assert finish(result="Faster", lock=idea.lock + 1).status_code == 409
    done = finish(result="Faster", lock=idea.lock)
    assert (done.status_code, done.json()["state"], done.json()["result"]) == (200, "done", "Faster")
    assert finish(result="Again", lock=done.json()["lock"]).json()["fields"] == {"state": ["It is done already."]}


def test_the_closed_page_offers_no_step_to_who_may_take_none(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    made = closed(actor_of("compliance-officer"), actor_of("internal-auditor"))
    page = client_of("approver").get(fresh(made).get_absolute_url()).content.decode()
    for step in ("check", "close", "reopen", "edit"):
        assert f"{made.reference}/{step}" not in page

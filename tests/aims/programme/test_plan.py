"""A plan is begun, its steps are begun, finished and moved; what is refused says why."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from aims.home.programme import certificate_expected, steps_of_mine
from aims.models import PlanStep
from aims.programme.actions import (
    NotPlanned,
    PlanExists,
    begin_plan,
    begin_step,
    finish_step,
    moves_of,
    shift_steps,
)
from aims.programme.plans import starting_points
from aims.programme.reading import read_plan, waiting_for
from aims.programme.schedule import Circle, State
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import change_record
from grc.models import Organisation
from tests.aims.programme.making import API, PAGES, day, queries, step
from tests.factories import make

pytestmark = pytest.mark.django_db
P = PAGES + "plan/"


def test_beginning_makes_every_step_with_dates_owner_and_order(actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    steps = begin_plan(start="iso27001", starts_on=day(3), by=officer)
    point = starting_points()["iso27001"]
    assert len(steps) == len(point.lines)
    assert {one.owner for one in steps} == {officer.person}
    plan = read_plan(officer)
    assert plan.schedule.end == point.dated(day(3)).end == plan.schedule.first_end
    assert plan.schedule.slip == 0
    assert plan.certified
    audit = next(one for one in steps if one.name == "Internal audit")
    review = next(one for one in steps if one.name == "Management review")
    assert review.after == [audit.reference]
    assert audit.covers == ["9.2.1", "9.2.2"]
    assert PlanStep.history.filter(organisation=officer.organisation).count() == len(steps)


def test_a_second_plan_is_refused_until_the_old_one_is_archived(actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    old = begin_plan(start="extension", starts_on=day(0), by=officer)
    with pytest.raises(PlanExists):
        begin_plan(start="nothing", starts_on=day(0), by=officer)
    assert PlanStep.objects.within(officer.organisation).count() == len(old)
    new = begin_plan(start="nothing", starts_on=day(0), by=officer, archive_old=True)
    rows = PlanStep.objects.within(officer.organisation)
    assert rows.filter(archived_at=None).count() == len(new)
    assert rows.exclude(archived_at=None).count() == len(old)


def test_a_contributor_archives_no_steps_of_others(actor_of: Callable[..., Actor]) -> None:
    begin_plan(start="extension", starts_on=day(0), by=actor_of("compliance-officer"))
    contributor = actor_of("contributor")
    with pytest.raises(Denied):
        begin_plan(start="nothing", starts_on=day(0), by=contributor, archive_old=True)
    assert not PlanStep.objects.within(contributor.organisation).exclude(archived_at=None).exists()


@pytest.mark.parametrize(("start", "starts_on"), [("nowhere", dt.date(2026, 3, 2)), ("nothing", dt.date(9000, 1, 1))])
def test_an_unknown_start_or_a_far_day_is_refused(system: Actor, start: str, starts_on: dt.date) -> None:
    with pytest.raises(NotPlanned) as refused:
        begin_plan(start=start, starts_on=starts_on, by=system)
    assert refused.value.field in {"start", "starts_on"}


def test_page_shows_the_steps_before_it_makes_them(
    client_of: Callable[..., Client], organisation: Organisation
) -> None:
    client = client_of("compliance-officer")
    page = client.get(P + "begin?start=nothing&starts_on=2026-03-02").content.decode()
    assert "Put the record of AI decisions in place" in page
    assert "29 Nov 2026" in page
    assert not PlanStep.objects.within(organisation).exists()
    assert client.get(P + "begin?start=nothing&starts_on=soon").status_code == 422
    assert client.get(P + "begin?start=nowhere&starts_on=2026-03-02").status_code == 422
    assert client.get(P + "begin?start=nothing&starts_on=9999-12-01").status_code == 422
    made = client.post(P + "begin", {"start": "nothing", "starts_on": "2026-03-02"})
    assert (made.status_code, made["Location"]) == (302, P + "picture")
    again = client.post(P + "begin", {"start": "nothing", "starts_on": "2026-03-02"})
    assert again.status_code == 422
    assert "There is a plan already" in again.content.decode()
    assert "Archive the 24 steps" in again.content.decode()
    assert client_of("approver").get(P + "begin").status_code == 403
    assert client_of("reader").get(P + "begin").status_code == 404


def test_first_planned_is_set_once_and_never_moves(system: Actor) -> None:
    one = step(system, "Scope", 0, 10)
    assert one.first_planned == day(9)
    one.starts_on, one.days = day(20), 30
    change_record(record=one, by=system, lock=one.lock)
    one.refresh_from_db()
    assert one.first_planned == day(9)
    (line,) = read_plan(system).lines
    assert line.planned.slip == 40


def test_one_click_begins_and_the_next_finishes(client_of: Callable[..., Client], system: Actor) -> None:
    first = step(system, "Context", -3)
    second = step(system, "Scope", 0, after=[first.reference])
    client = client_of("compliance-officer")
    page = client.get(first.get_absolute_url()).content.decode()
    assert f"{P}{first.reference}/begin" in page
    assert "What waits for it" in page
    assert second.reference in page
    client.post(f"{P}{second.reference}/begin")
    second.refresh_from_db()
    assert second.started_on is None  # it waits
    client.post(f"{P}{first.reference}/begin")
    client.post(f"{P}{first.reference}/finish")
    first.refresh_from_db()
    assert (first.started_on, first.done_on) == (day(0), day(0))
    assert "/finish" not in client.get(first.get_absolute_url()).content.decode().split("<main")[1]
    client.post(f"{P}{second.reference}/begin")
    second.refresh_from_db()
    assert second.started_on == day(0)
    assert read_plan(system).by_reference[second.reference].planned.state == State.RUNNING


def test_what_is_not_the_next_click_is_refused(system: Actor) -> None:
    one = step(system, "Scope", 0)
    with pytest.raises(NotPlanned, match="Begin"):
        finish_step(step=one, by=system)
    begin_step(step=one, by=system)
    with pytest.raises(NotPlanned, match="begun already"):
        begin_step(step=one, by=system)
    finish_step(step=one, by=system)
    with pytest.raises(NotPlanned, match="finished already"):
        finish_step(step=one, by=system)
    later = step(system, "Later", 5, started_on=day(5))
    with pytest.raises(NotPlanned, match="later than today"):
        finish_step(step=later, by=system)


def test_a_contributor_begins_their_own_steps_alone(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], system: Actor
) -> None:
    own = step(system, "Own", 0, owner=actor_of("contributor").person)
    other = step(system, "Other", 0)
    client = client_of("contributor")
    assert client.post(f"{P}{own.reference}/begin").status_code == 302
    assert client.post(f"{P}{other.reference}/begin").status_code == 403
    assert client_of("approver").post(f"{P}{other.reference}/begin").status_code == 403
    assert client_of("reader").post(f"{P}{other.reference}/begin").status_code == 404
    assert "/begin" not in client.get(other.get_absolute_url()).content.decode().split("<main")[1]


def test_a_step_moves_with_what_depends_on_it_and_nothing_else(system: Actor) -> None:
    a = step(system, "A", 0, 10)
    b = step(system, "B", 0, 10, after=[a.reference])
    c = step(system, "C", 0, 10, after=[b.reference])
    other = step(system, "Other", 0, 5)
    shift_steps(step=b, days=7, by=system, reason="holidays")
    for one in (a, b, c, other):
        one.refresh_from_db()
    assert [one.starts_on for one in (a, b, c, other)] == [day(0), day(17), day(27), day(0)]
    assert read_plan(system).schedule.end == day(36)
    last = PlanStep.history.filter(organisation=system.organisation, reference=c.reference).latest("history_id")
    assert last.history_change_reason == "holidays"


def test_a_move_that_makes_no_sense_is_refused(system: Actor) -> None:
    one = step(system, "A", 5)
    for days in (0, 366, -366):
        with pytest.raises(NotPlanned) as refused:
            moves_of(step=one, days=days, by=system)
        assert refused.value.field == "days"
    with pytest.raises(NotPlanned, match="over"):
        moves_of(step=one, days=-6, by=system)
    begin_step(step=one, by=system)
    with pytest.raises(NotPlanned, match="begun"):
        moves_of(step=one, days=3, by=system)


def test_a_move_that_touches_a_step_of_another_is_refused_whole(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client], system: Actor
) -> None:
    own = step(system, "Own", 0, owner=actor_of("contributor").person)
    other = step(system, "Other", 0, after=[own.reference])
    answer = client_of("contributor").post(f"{P}{own.reference}/shift", {"days": "5"})
    assert answer.status_code == 403
    for one in (own, other):
        one.refresh_from_db()
        assert one.starts_on == day(0)


def test_move_is_looked_at_before_it_is_made(client_of: Callable[..., Client], system: Actor) -> None:
    one = step(system, "A", 0)
    step(system, "Behind", 0, after=[one.reference])
    client = client_of("compliance-officer")
    page = client.get(f"{P}{one.reference}/shift?days=4&reason=Holidays").content.decode()
    assert "Behind" in page
    one.refresh_from_db()
    assert one.starts_on == day(0)
    assert client.get(f"{P}{one.reference}/shift?days=many").status_code == 422
    refused = client.post(f"{P}{one.reference}/shift", {"days": "-9"})
    assert refused.status_code == 422
    assert "is over" in refused.content.decode()
    client.post(f"{P}{one.reference}/shift", {"days": "4", "reason": "Holidays"})
    one.refresh_from_db()
    assert one.starts_on == day(4)


def test_picture_names_the_critical_path_the_slip_and_its_cause(
    client_of: Callable[..., Client], system: Actor, other_organisation: Organisation
) -> None:
    slow = step(system, "Slow one", -50, 10, started_on=day(-50), done_on=day(-22))
    late = step(system, "Audit", -3, 10, after=[slow.reference], phase="certification", first_planned=day(-12))
    step(Actor.system(other_organisation), "Foreign", 0)
    page = client_of("approver").get(P + "picture").content.decode()
    assert "Certificate expected" in page
    assert "21 days later" in page
    assert f"{slow} took it 19 days back" in page
    assert "Can begin, 3 days late" in page
    assert "Critical" in page
    assert late.reference in page
    assert "Foreign" not in page


def test_picture_of_one_owner_and_of_nobody(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], system: Actor
) -> None:
    person = actor_of("contributor").person
    assert person is not None
    step(system, "Mine of all", 0, owner=person)
    step(system, "Theirs alone", 0, owner=actor_of("approver").person)
    client = client_of("approver")
    table = client.get(f"{P}picture?owner={person.public_id}").content.decode().split('id="every-step"')[1]
    assert "Mine of all" in table
    assert "Theirs alone" not in table
    assert client.get(f"{P}picture?owner=nobody").status_code == 400
    assert client.get(f"{P}picture?owner={actor_of('reader').person.public_id}").status_code == 400  # type: ignore[union-attr]
    assert client_of("reader").get(P + "picture").status_code == 404


def test_steps_that_wait_for_each_other_are_named_everywhere(client_of: Callable[..., Client], system: Actor) -> None:
    one = step(system, "One", 0)
    two = step(system, "Two", 0, after=[one.reference])
    one.after = [two.reference]
    change_record(record=one, by=system, lock=one.lock)  # as an import of two rows at once might
    client = client_of("compliance-officer")
    answer = client.get(P + "picture")
    assert answer.status_code == 409
    assert two.reference in answer.content.decode()
    assert client.get(one.get_absolute_url()).status_code == 200
    assert client.get("/o/nordhaven/").status_code == 200
    assert client.get(PAGES + "pictures/plan.png").status_code == 200
    assert client.get(API + "plan/schedule").status_code == 409
    with pytest.raises(Circle):
        read_plan(system)


def test_plan_page_asks_as_often_for_many_steps(client_of: Callable[..., Client], system: Actor) -> None:
    made = [step(system, f"Step {n}", n) for n in range(5)]
    make("gap", system, step=made[0])
    client = client_of("approver")
    few = queries(client, P + "picture")
    detail = queries(client, made[0].get_absolute_url())
    for n in range(55):
        step(system, f"More {n}", n, after=[made[0].reference])
    assert queries(client, P + "picture") == few
    assert queries(client, made[0].get_absolute_url()) == detail


def test_what_waits_is_found_through_others(system: Actor) -> None:
    a = step(system, "A", 0)
    b = step(system, "B", 0, after=[a.reference])
    c = step(system, "C", 0, after=[b.reference])
    step(system, "Other", 0)
    plan = read_plan(system)
    assert [line.step for line in waiting_for(a, plan)] == [b, c]
    assert waiting_for(c, plan) == []


def test_home_shows_the_expected_day_and_own_steps(actor_of: Callable[..., Actor], system: Actor) -> None:
    officer = actor_of("compliance-officer")
    assert list(certificate_expected(officer)) == []
    step(system, "Late one", -20, 10, started_on=day(-20), owner=officer.person)
    step(system, "Next one", 3, owner=officer.person)
    step(system, "Far one", 30, owner=officer.person, phase="certification")
    step(system, "Of another", -20, owner=actor_of("approver").person)
    (figure,) = certificate_expected(officer)
    assert figure.label == "Certificate expected"
    found = [(str(todo.text), todo.tone) for todo in steps_of_mine(officer)]
    assert [text.split(" ", 2)[0] for text, _tone in found] == ["Finish", "Begin"]
    assert [tone for _text, tone in found] == ["red", "blue"]
    assert list(steps_of_mine(actor_of("approver"))) == []
    assert list(certificate_expected(actor_of("reader"))) == []


def test_api_begins_a_plan_and_refuses_a_second(client_of: Callable[..., Client], system: Actor) -> None:
    client = client_of("compliance-officer")
    body = {"start": "extension", "starts_on": str(timezone.localdate())}
    made = client.post(API + "plan/begin", body, content_type="application/json")
    assert made.status_code == 201
    assert len(made.json()) == 16
    assert client.post(API + "plan/begin", body, content_type="application/json").status_code == 400
    wrong = client.post(API + "plan/begin", body | {"start": "x"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["start"])
    read = client.get(API + "plan/schedule").json()
    assert (len(read["steps"]), read["slip"], read["certificate"]) == (16, 0, False)
    first = made.json()[0]["reference"]
    assert client.post(f"{API}plan/{first}/finish").status_code == 409
    assert client.post(f"{API}plan/{first}/begin").json()["started_on"] == str(day(0))
    moved = client.post(f"{API}plan/{first}/shift", {"days": 3}, content_type="application/json")
    assert moved.status_code == 409
    second = made.json()[1]["reference"]
    moved = client.post(f"{API}plan/{second}/shift", {"days": 3}, content_type="application/json")
    assert moved.status_code == 200
    assert moved.json()[0]["starts_on"] == str(day(3))
    assert client_of("approver").post(f"{API}plan/{second}/begin").status_code == 403

"""The communication plan, what top management granted, and changes to the management system."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aims.home.support import changes_not_made, commitments_ending, people_to_be_told, risks_to_treat
from aims.models import Communication
from aims.support.actions import tell_today
from aims.support.communication import calendar_of
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.links import link_records
from grc.actions.records import archive_record
from grc.models import Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db
CALENDAR = "/o/nordhaven/communications/calendar"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("every", "following"),
    [
        ("", None),
        ("weekly", dt.date(2027, 2, 7)),
        ("monthly", dt.date(2027, 2, 28)),
        ("quarterly", dt.date(2027, 4, 30)),
        ("half-yearly", dt.date(2027, 7, 31)),
        ("yearly", dt.date(2028, 1, 31)),
    ],
)
def test_done_today_sets_the_next_day_by_its_cadence(
    every: str, following: dt.date | None, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = make("communications", system, every=every, next_on=dt.date(2026, 11, 1))
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC))
    done = tell_today(communication=line, by=system)
    assert (done.last_on, done.next_on) == (dt.date(2027, 1, 31), following)
    again = tell_today(communication=line, by=system)
    assert (again.lock, again.next_on) == (done.lock, following)


def test_today_is_the_readers(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    line = make("communications", system, every="monthly")
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 6, 10, 23, 30, tzinfo=dt.UTC))
    with timezone.override(zoneinfo.ZoneInfo("Pacific/Auckland")):
        assert tell_today(communication=line, by=system).last_on == dt.date(2026, 6, 11)


def test_page_and_api_do_the_same_for_who_may(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    line, mine = make("communications", system), make("communications", system, owner=actor_of("contributor").person)
    page, api = f"{line.get_absolute_url()}/done", f"/api/v1/o/nordhaven/communications/{line.reference}/done"
    for role, status in (("reader", 404), ("approver", 403), ("contributor", 403)):
        assert client_of(role).post(page).status_code == status
        assert client_of(role).post(api).status_code == status
    with pytest.raises(NotVisible):
        tell_today(communication=_foreign(other_organisation), by=system)
    client = client_of("compliance-officer")
    assert "Done today" in client.get(line.get_absolute_url()).content.decode()
    assert "Done today" not in client_of("approver").get(line.get_absolute_url()).content.decode()
    assert client.post(page)["Location"] == line.get_absolute_url()
    assert client.post(page, {"from": "calendar"})["Location"] == CALENDAR
    answer = client.post(api)
    assert (answer.status_code, answer.json()["last_on"], answer.json()["next_on"]) == (200, day(0).isoformat(), None)
    assert client_of("contributor").post(f"{mine.get_absolute_url()}/done").status_code == 302


def _foreign(other: Organisation) -> Communication:
    line: Communication = make("communications", Actor.system(other))
    return line


def test_archived_line_is_not_done_any_more(system: Actor, client_of: Callable[..., Client]) -> None:
    line = make("communications", system)
    archive_record(record=line, by=system)
    with pytest.raises(Denied):
        tell_today(communication=line, by=system)
    assert client_of("compliance-officer").post(f"{line.get_absolute_url()}/done").status_code == 403


def test_calendar_goes_by_month_late_first_and_without_a_day_last(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    make("communications", system, name="When it happens")
    make("communications", system, name="Next year", next_on=day(380))
    make("communications", system, name="Yesterday", next_on=day(-1))
    make("communications", system, name="Now", next_on=day(0), owner=actor_of("contributor").person)
    months = calendar_of(system)
    assert [[line.name for line, _may in month.lines] for month in months] == [
        ["Yesterday"], ["Now"], ["Next year"], ["When it happens"],
    ]  # fmt: skip
    assert [str(months[0].title), str(months[-1].title)] == ["Late", "When the occasion comes"]
    assert client_of("approver").get(CALENDAR).content.decode().count('value="calendar"') == 0
    assert client_of("contributor").get(CALENDAR).content.decode().count('value="calendar"') == 1
    assert client_of("compliance-officer").get(CALENDAR).content.decode().count('value="calendar"') == 4
    assert client_of("reader").get(CALENDAR).status_code == 404


def texts(source: Callable[[Actor], Any], actor: Actor) -> list[tuple[str, str]]:
    return [(str(todo.text).split(" ", 2)[-1], todo.tone) for todo in source(actor)]


def test_home_tells_what_is_to_be_told(system: Actor, actor_of: Callable[..., Actor]) -> None:
    for name, days in (("late", -1), ("near", 7), ("soon", 14), ("far", 15)):
        make("communications", system, name=f"this {name}", next_on=day(days))
    found = [(str(todo.text), todo.tone) for todo in people_to_be_told(actor_of("compliance-officer"))]
    assert found == [("Tell: this late", "red"), ("Tell: this near", "yellow"), ("Tell: this soon", "blue")]
    assert list(people_to_be_told(actor_of("contributor"))) == []
    assert list(people_to_be_told(actor_of("approver"))) == []


def test_home_tells_what_was_granted_and_ends(system: Actor, actor_of: Callable[..., Actor]) -> None:
    for name, days in (("over", -1), ("last day", 0), ("soon", 60), ("later", 61)):
        make("commitments", system, name=name, valid_until=day(days))
    make("commitments", system, name="for good")
    found = texts(commitments_ending, actor_of("compliance-officer"))
    assert found == [("over", "red"), ("last day", "yellow"), ("soon", "yellow")]
    assert list(commitments_ending(actor_of("approver"))) == []


def test_home_tells_of_a_change_whose_day_has_passed(system: Actor, actor_of: Callable[..., Actor]) -> None:
    make("planned-changes", system, name="late", planned_on=day(-1))
    make("planned-changes", system, name="today", planned_on=day(0))
    make("planned-changes", system, name="made", planned_on=day(-9), state="made", made_on=day(-8))
    assert texts(changes_not_made, actor_of("compliance-officer")) == [("late", "red")]
    assert list(changes_not_made(actor_of("approver"))) == []


def test_change_says_what_it_concerns(system: Actor, client_of: Callable[..., Client]) -> None:
    change, role = make("planned-changes", system), make("responsibilities", system, name="Stopper of systems")
    client = client_of("approver")
    assert "Link the roles" in client.get(change.get_absolute_url()).content.decode()
    link_records(source=change, reference=role.reference, by=system)
    page = client.get(change.get_absolute_url()).content.decode()
    assert page.index('id="concerned"') < page.index("Stopper of systems")


def test_risks_are_told_to_their_owner(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("contributor")
    make("risks", system, owner=me.person, name="to treat", treat_by=day(3), state="treating")
    make("risks", system, owner=me.person, name="treated", treat_by=day(3), state="treated")
    make("risks", system, name="of others", treat_by=day(3), state="treating")
    assert [(str(todo.text), todo.tone) for todo in risks_to_treat(me)] == [("RSK-0001 to treat", "yellow")]

"""Rehearsals of exit plans, and incidents at vendors: told in time or late, closed whole."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from tests.factories import make
from tests.vendors.ready import fresh
from vendors.home.reviews import exits_to_write, incidents_to_close
from vendors.models import Agreement, VendorIncident
from vendors.using.exits import NotRehearsed, rehearse_exit
from vendors.using.incidents import NotClosable, close_incident, judge_telling, make_finding_of, telling_of

Actors = Callable[..., Actor]
db = pytest.mark.django_db
API = "/api/v1/o/nordhaven"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def bound(hours: int | None = 24, **fields: object) -> Agreement:
    return Agreement(vendor_id=1, breach_hours=hours, effective_on=dt.date(2020, 1, 1), **fields)


def incident(known: dt.datetime | None, told: dt.datetime | None) -> VendorIncident:
    return VendorIncident(vendor_id=1, known_at=known, told_at=told)


@pytest.mark.parametrize(
    "known, hours_later, late",
    [
        (dt.datetime(2026, 3, 10, 9, tzinfo=BERLIN), 24, False),
        (dt.datetime(2026, 3, 10, 9, tzinfo=BERLIN), 24.01, True),
        (dt.datetime(2026, 3, 28, 9, tzinfo=BERLIN), 24, False),  # clocks go forward in this night
        (dt.datetime(2026, 10, 24, 9, tzinfo=BERLIN), 24, False),  # and back in this one
        (dt.datetime(2026, 10, 24, 9, tzinfo=BERLIN), 24.5, True),
        (dt.datetime(2024, 2, 28, 12, tzinfo=dt.UTC), 24, False),  # a leap day
        (dt.datetime(2024, 2, 28, 23, 30, tzinfo=ZoneInfo("Pacific/Auckland")), 25, True),
    ],
)
def test_told_in_time_is_counted_in_real_hours(known: dt.datetime, hours_later: float, late: bool) -> None:
    told = known.astimezone(dt.UTC) + dt.timedelta(hours=hours_later)
    assert judge_telling(incident(known, told), [bound()], NOW).late is late


def test_the_same_wall_clock_a_day_later_is_not_the_same_hours() -> None:
    known = dt.datetime(2026, 10, 24, 9, tzinfo=BERLIN)  # 25 hours until 9 o'clock on the next day
    told = dt.datetime(2026, 10, 25, 9, tzinfo=BERLIN)
    found = judge_telling(incident(known.astimezone(dt.UTC), told.astimezone(dt.UTC)), [bound()], NOW)
    assert (found.late, found.took) == (True, dt.timedelta(hours=25))
    known, told = dt.datetime(2026, 3, 28, 9, tzinfo=BERLIN), dt.datetime(2026, 3, 29, 10, tzinfo=BERLIN)
    found = judge_telling(incident(known.astimezone(dt.UTC), told.astimezone(dt.UTC)), [bound()], NOW)
    assert (found.late, found.took) == (False, dt.timedelta(hours=24))


def test_nothing_is_said_where_nothing_is_known() -> None:
    known = NOW - dt.timedelta(hours=30)
    assert judge_telling(incident(None, NOW), [bound()], NOW).late is None
    assert judge_telling(incident(known, NOW), [], NOW).late is None
    assert judge_telling(incident(known, None), [bound(48)], NOW).late is None
    assert judge_telling(incident(known, None), [bound(24)], NOW).late is True


def test_only_an_agreement_in_force_binds() -> None:
    known = NOW - dt.timedelta(hours=30)
    for fields in ({"ended_on": dt.date(2026, 1, 1)}, {"offering_id": 7}):
        assert judge_telling(incident(known, NOW), [bound(**fields)], NOW).late is None
    later = Agreement(vendor_id=1, breach_hours=1, effective_on=dt.date(2026, 12, 1))
    found = judge_telling(incident(known, NOW), [later, bound(24), bound(72)], NOW)
    assert (found.late, found.deadline) == (True, known + dt.timedelta(hours=24))


@db
def test_the_page_says_whether_it_was_late(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    vendor = make("vendors", manager)
    make("agreements", manager, vendor=vendor, breach_hours=24, effective_on=dt.date(2020, 1, 1))
    known = timezone.now() - dt.timedelta(days=9)
    made = make("vendor-incidents", manager, vendor=vendor, known_at=known, told_at=known + dt.timedelta(hours=51))
    page = client_of("contributor").get(made.get_absolute_url()).content.decode()
    assert all(words in page for words in ("51 hours after", "within 24 hours", "Late"))
    assert telling_of(made, timezone.now()).late is True
    assert [todo.tone for todo in incidents_to_close(manager)] == ["red"]


@db
def test_an_incident_is_closed_whole_and_its_finding_made_once(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    manager = actor_of("vendor-manager")
    made = make("vendor-incidents", manager, severity="high", name="A leak")
    with pytest.raises(NotClosable, match="whether our data was concerned; what was done"):
        close_incident(incident=made, our_data="unknown", done=" ", lock=made.lock, by=manager)
    finding = make_finding_of(incident=made, by=manager)
    assert (finding.name, finding.severity, finding.incident) == ("After the incident: A leak", "high", made)
    with pytest.raises(NotClosable, match=finding.reference):
        make_finding_of(incident=made, by=manager)
    client, url = client_of("vendor-manager"), f"{API}/vendor-incidents/{made.reference}"
    assert client.post(f"{url}/finding", {}, "application/json").status_code == 400
    body = {"lock": made.lock, "our_data": "no", "done": "Keys changed."}
    closed = client.post(f"{url}/close", body, "application/json")
    assert (closed.status_code, closed.json()["state"], closed.json()["closed_on"]) == (200, "closed", str(day(0)))
    with pytest.raises(NotClosable, match="closed already"):
        close_incident(incident=fresh(made), our_data="no", done="x", lock=fresh(made).lock, by=manager)
    other = make("vendor-incidents", manager)
    page = client.post(f"{other.get_absolute_url()}/close", {"lock": other.lock, "our_data": "yes", "done": ""})
    assert page.status_code == 422
    values = {"lock": other.lock, "our_data": "yes", "done": "Done."}
    assert client.post(f"{other.get_absolute_url()}/close", values).status_code == 302
    assert client.post(f"{other.get_absolute_url()}/finding").status_code == 302


@db
def test_a_rehearsal_has_its_day_its_result_and_what_was_learned(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    manager = actor_of("vendor-manager")
    plan = make("exit-plans", manager)
    good = {"on": day(-1), "result": "worked", "learned": "", "next_on": day(300)}
    for wrong, words in (
        ({"on": day(1)}, "not come"), ({"result": "never"}, "whether it worked"),
        ({"result": "failed"}, "did not work"), ({"next_on": day(-1)}, "after this one"),
    ):  # fmt: skip
        with pytest.raises(NotRehearsed, match=words):
            rehearse_exit(plan=plan, lock=plan.lock, by=manager, **{**good, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Denied):
        rehearse_exit(plan=plan, lock=plan.lock, by=actor_of("reader"), **good)  # type: ignore[arg-type]
    rehearse_exit(plan=plan, lock=plan.lock, by=manager, **good)  # type: ignore[arg-type]
    assert (fresh(plan).rehearsed_on, fresh(plan).rehearsal, fresh(plan).review_on) == (day(-1), "worked", day(300))
    with pytest.raises(NotRehearsed, match="later than that"):
        rehearse_exit(plan=fresh(plan), lock=fresh(plan).lock, by=manager, **{**good, "on": day(-2)})  # type: ignore[arg-type]
    client = client_of("vendor-manager")
    body = {"lock": fresh(plan).lock, "on": str(day(0)), "result": "partly", "learned": "Access was missing."}
    answer = client.post(f"{API}/exit-plans/{plan.reference}/rehearse", body, "application/json")
    assert (answer.status_code, answer.json()["rehearsal"]) == (200, "partly")
    form = client.get(f"{plan.get_absolute_url()}/rehearse").content.decode()
    assert f'value="{day(0)}"' in form


@db
def test_a_weighty_vendor_without_a_plan_and_a_plan_that_failed_are_work(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    weighty = {"criticality": "high", "criticality_reason": "Much stops."}
    bare = make("vendors", manager, **weighty)
    covered = make("vendors", manager, **weighty)
    make("vendors", manager)
    make("vendors", manager, **weighty, ended_on=day(0))
    plan = make(
        "exit-plans", manager, vendor=covered, rehearsal="failed", rehearsed_on=day(-1), rehearsal_note="No access."
    )
    found = list(exits_to_write(manager))
    assert [todo.tone for todo in found] == ["red", "yellow"]
    assert found[0].url.endswith(f"vendor={bare.reference}")
    assert found[1].url == plan.get_absolute_url()
    assert list(exits_to_write(actor_of("reader"))) == []

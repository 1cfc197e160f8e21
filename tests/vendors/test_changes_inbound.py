"""A vendor's notice to us: which days count, that the last day follows them, and what is due before it hurts."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import change_record
from tests.factories import make
from tests.vendors.changing import fresh
from vendors.changes.inbound import NotDecidable, decide_notice, objection_text
from vendors.home.changes import vendors_notices
from vendors.models import VendorNotice

pytestmark = pytest.mark.django_db
Day = dt.date
RECEIVED = Day(2028, 1, 30)


@pytest.fixture
def vera(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def fact(by: Actor, vendor: Any, days: int | None, **fields: Any) -> Any:
    offering = fields.pop("offering", None) or make("offerings", by, vendor=vendor)
    values = {"topic": "notice", "days": days, "verified_on": timezone.localdate(), "good_for_days": 30} | fields
    return make("vendor-facts", by, offering=offering, **values)


def test_its_own_days_come_before_the_agreement_and_that_before_facts(vera: Actor) -> None:
    vendor = make("vendors", vera)
    known = fact(vera, vendor, 15)
    agreement = make("agreements", vera, vendor=vendor, objection_days=10)
    given = {"vendor": vendor, "received_on": RECEIVED}
    own = make("vendor-notices", vera, agreement=agreement, days=30, **given)
    by_agreement = make("vendor-notices", vera, agreement=agreement, **given)
    by_fact = make("vendor-notices", vera, **given)
    other = make("vendor-notices", vera, received_on=RECEIVED)
    assert [one.object_until for one in (own, by_agreement, by_fact, other)] == [
        Day(2028, 2, 29), Day(2028, 2, 9), Day(2028, 2, 14), None,
    ]  # fmt: skip
    found = [one.days_that_count() for one in (own, by_agreement, by_fact)]
    assert [one.source if one else "" for one in found] == [None, agreement, known]


@pytest.mark.parametrize(
    "fields",
    [
        {"verified_on": timezone.localdate() - dt.timedelta(days=30)},
        {"confidence": "unverified"},
        {"topic": "retention"},
        {"days": None},
        {"archived_at": timezone.now()},
    ],
)
def test_a_fact_that_may_not_be_cited_gives_no_days(vera: Actor, fields: dict[str, Any]) -> None:
    vendor = make("vendors", vera)
    fact(vera, vendor, fields.pop("days", 15), **fields)
    assert make("vendor-notices", vera, vendor=vendor, received_on=RECEIVED).object_until is None


def test_of_several_facts_the_shortest_counts(vera: Actor) -> None:
    vendor = make("vendors", vera)
    for days in (30, 10, 180):
        fact(vera, vendor, days)
    assert make("vendor-notices", vera, vendor=vendor, received_on=RECEIVED).object_until == Day(2028, 2, 9)


def test_the_last_day_follows_its_agreement_and_facts(vera: Actor) -> None:
    vendor = make("vendors", vera)
    agreement, known = make("agreements", vera, vendor=vendor, objection_days=10), fact(vera, vendor, 15)
    one = make("vendor-notices", vera, vendor=vendor, agreement=agreement, received_on=RECEIVED)
    two = make("vendor-notices", vera, vendor=vendor, received_on=RECEIVED)
    agreement, known = fresh(agreement), fresh(known)
    agreement.objection_days, known.days = 20, 25
    for record in (agreement, known):
        change_record(record=record, by=vera, lock=record.lock)
    assert (fresh(one).object_until, fresh(two).object_until) == (Day(2028, 2, 19), Day(2028, 2, 24))
    assert fresh(one).history.first().history_change_reason == f"Days of {agreement.reference}"
    one = fresh(one)
    one.received_on = Day(2028, 2, 1)
    assert change_record(record=one, by=vera, lock=one.lock).object_until == Day(2028, 2, 21)


def test_a_decided_notice_keeps_its_day(vera: Actor) -> None:
    vendor = make("vendors", vera)
    agreement = make("agreements", vera, vendor=vendor, objection_days=10)
    today = timezone.localdate()
    one = make("vendor-notices", vera, vendor=vendor, agreement=agreement, received_on=today)
    decide_notice(notice=one, by=vera, decision="objected", reason="Not there.", lock=1)
    agreement = fresh(agreement)
    agreement.objection_days = 90
    change_record(record=agreement, by=vera, lock=agreement.lock)
    row = fresh(one)
    assert (row.decision, row.decided_on, row.object_until) == ("objected", today, today + dt.timedelta(days=10))


def test_deciding_is_refused_with_its_reason(vera: Actor, actor_of: Callable[..., Actor]) -> None:
    one = make("vendor-notices", vera)
    given: dict[str, Any] = {"notice": one, "by": vera, "decision": "accepted", "reason": "Fine.", "lock": 1}
    for words, other in (
        ("Give the reason", {"reason": "  "}),
        ("Accept it, or object", {"decision": "open"}),
        ("lies between", {"on": one.received_on - dt.timedelta(days=1)}),
        ("lies between", {"on": timezone.localdate() + dt.timedelta(days=1)}),
    ):
        with pytest.raises(NotDecidable, match=words):
            decide_notice(**given | other)
    with pytest.raises(Denied):
        decide_notice(**given | {"by": actor_of("approver")})
    decide_notice(**given)
    with pytest.raises(NotDecidable, match="decided already"):
        decide_notice(**given | {"notice": fresh(one)})


@pytest.mark.parametrize(
    ("days", "tone"), [(15, None), (14, "yellow"), (8, "yellow"), (7, "orange"), (1, "red"), (0, "red"), (-1, "red")]
)
def test_it_is_said_before_it_hurts(vera: Actor, days: int, tone: str | None) -> None:
    begun = timezone.localdate() - dt.timedelta(days=10)
    make("vendor-notices", vera, received_on=begun, days=10 + days if days > -10 else 0)
    found = list(vendors_notices(vera))
    assert [one.tone for one in found] == ([tone] if tone else [])
    if found:
        assert found[0].due_on == timezone.localdate() + dt.timedelta(days=days)


def test_a_notice_without_a_day_is_said_at_once(vera: Actor) -> None:
    make("vendor-notices", vera)
    (found,) = vendors_notices(vera)
    assert "Nobody knows" in str(found.why)


def test_the_page_says_where_the_days_come_from_and_has_words_to_copy(
    vera: Actor, client_of: Callable[..., Client]
) -> None:
    vendor = make("vendors", vera, name="Vectorhaus")
    known = fact(vera, vendor, 15)
    one: VendorNotice = make("vendor-notices", vera, vendor=vendor, received_on=timezone.localdate())
    client = client_of("vendor-manager")
    page = client.get(one.get_absolute_url()).content.decode()
    assert known.reference in page
    assert "15 days left" in page
    assert "Objection to:" in page
    assert "Vectorhaus" in objection_text(one, vera)
    answer = client.post(f"{one.get_absolute_url()}/decide", {"lock": 1, "decision": "accepted", "reason": ""})
    assert answer.status_code == 422
    body = {"lock": 1, "decision": "accepted", "reason": "Fine."}
    url = f"/api/v1{one.get_absolute_url()}/decide"
    assert client.post(url, body, "application/json").json()["decision"] == "accepted"
    assert client.post(url, {**body, "lock": 2}, "application/json").status_code == 400
    assert "Objection to:" not in client.get(one.get_absolute_url()).content.decode()

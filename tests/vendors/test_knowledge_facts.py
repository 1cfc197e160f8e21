"""Facts go stale on their day, in the reader's zone; what is stale or unverified cannot be cited."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.many import create_records
from grc.actions.records import archive_record, change_record
from tests.factories import make
from vendors.models import ReviewAnswer, VendorFact
from vendors.models.citable import FactIsStale, citable, is_stale, require_citable

pytestmark = pytest.mark.django_db


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("verified_on", "good_for", "last_good"),
    [
        (dt.date(2023, 3, 1), 365, dt.date(2024, 2, 28)),
        (dt.date(2024, 2, 28), 1, dt.date(2024, 2, 28)),
        (dt.date(2024, 2, 28), 2, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 366, dt.date(2025, 2, 28)),
        (dt.date(2025, 2, 28), 1, dt.date(2025, 2, 28)),
        (dt.date(2025, 10, 1), 180, dt.date(2026, 3, 29)),
    ],
)
def test_fact_is_good_for_so_many_days_leap_days_and_all(
    verified_on: dt.date, good_for: int, last_good: dt.date, system: Actor
) -> None:
    fact = make("vendor-facts", system, verified_on=verified_on, good_for_days=good_for)
    fact.refresh_from_db()
    assert fact.stale_on == last_good + dt.timedelta(days=1)
    assert not is_stale(fact, last_good)
    assert is_stale(fact, fact.stale_on)
    assert list(citable(system.organisation, last_good)) == [fact]
    assert list(citable(system.organisation, fact.stale_on)) == []


def test_stale_on_follows_every_way_of_saving(system: Actor, client_of: Callable[..., Client]) -> None:
    fact = make("vendor-facts", system, verified_on=day(-10), good_for_days=30)
    assert fact.stale_on == day(20)
    fact.verified_on = day(0)
    assert change_record(record=fact, by=system, lock=fact.lock).stale_on == day(30)
    client, url = client_of("compliance-officer"), f"/api/v1/o/nordhaven/vendor-facts/{fact.reference}"
    answer = client.patch(url, {"lock": fact.lock, "good_for_days": 90}, content_type="application/json")
    assert answer.json()["stale_on"] == day(90).isoformat()
    answer = client.patch(
        url, {"lock": answer.json()["lock"], "stale_on": "2099-01-01"}, content_type="application/json"
    )
    assert answer.status_code == 400
    many = [
        VendorFact(
            organisation=system.organisation, offering=fact.offering, topic="other", says=f"{n}", source="DPA",
            verified_on=day(-n), good_for_days=10,
        )
        for n in (1, 2)
    ]  # fmt: skip
    create_records(records=many, by=system)
    rows = VendorFact.objects.within(system.organisation).filter(topic="other").order_by("pk")
    assert [row.stale_on for row in rows] == [day(9), day(8)]


def test_day_is_the_readers(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = make("vendor-facts", system, verified_on=dt.date(2026, 6, 1), good_for_days=10)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 6, 10, 23, 30, tzinfo=dt.UTC))
    with timezone.override(zoneinfo.ZoneInfo("America/New_York")):
        require_citable(fact, timezone.localdate())
    with timezone.override(zoneinfo.ZoneInfo("Pacific/Auckland")), pytest.raises(FactIsStale):
        require_citable(fact, timezone.localdate())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"verified_on": dt.date(2026, 1, 1)}, "stale"),
        ({"confidence": "unverified"}, "not verified"),
        ({"verified_on": None, "confidence": "unverified"}, "not verified"),
    ],
)
def test_what_is_not_citable_says_why(values: dict[str, Any], words: str, system: Actor) -> None:
    fact = make("vendor-facts", system, **{"verified_on": day(-1), **values})
    with pytest.raises(FactIsStale, match=words):
        require_citable(fact, day(0))
    assert not citable(system.organisation, day(0)).exists()


def test_archived_fact_is_not_cited(system: Actor) -> None:
    fact = make("vendor-facts", system, verified_on=day(-1))
    assert citable(system.organisation, day(0)).exists()
    with pytest.raises(FactIsStale, match="archived"):
        require_citable(archive_record(record=fact, by=system), day(0))


def test_form_and_api_refuse_an_answer_that_cites_what_is_stale(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    answer, client = make("review-answers", system), client_of("compliance-officer")
    offering = make("offerings", system, vendor=answer.review.vendor)
    old = make("vendor-facts", system, offering=offering, verified_on=day(-200))
    new = make("vendor-facts", system, offering=offering, topic="training", verified_on=day(-3))
    foreign = make("vendor-facts", system, verified_on=day(-3))
    url = f"/api/v1/o/nordhaven/review-answers/{answer.reference}"
    for fact, words in ((old, "stale"), (foreign, "another vendor")):
        body = {"lock": answer.lock, "fact": fact.reference}
        refused = client.patch(url, body, content_type="application/json")
        assert refused.status_code == 400
        assert words in refused.content.decode()
        assert list(refused.json()["fields"]) == ["fact"]
        form = {"review": answer.review.reference, "question": 6, "verdict": "open", **body}
        page = client.post(f"{answer.get_absolute_url()}/edit", form)
        assert page.status_code == 422
        assert words in page.content.decode()
    taken = client.patch(url, {"lock": answer.lock, "fact": new.reference}, content_type="application/json")
    assert taken.status_code == 200


def test_action_cannot_cite_what_is_stale_either(system: Actor) -> None:
    review = make("vendor-reviews", system)
    offering = make("offerings", system, vendor=review.vendor)
    old = make("vendor-facts", system, offering=offering, verified_on=day(-200))
    answer = ReviewAnswer.objects.within(system.organisation).select_related("key").get(review=review, question=1)
    answer.fact = old
    with pytest.raises(Denied, match="stale"):
        change_record(record=answer, by=system, lock=answer.lock)


def test_finished_review_keeps_what_it_cited(system: Actor) -> None:
    answer = make("review-answers", system)
    offering = make("offerings", system, vendor=answer.review.vendor)
    fact = make("vendor-facts", system, offering=offering, verified_on=day(-3), good_for_days=1830)
    answer.fact = fact
    answer = change_record(record=answer, by=system, lock=answer.lock)
    review = answer.review
    review.outcome, review.conclusion, review.done_on = "good", "Fine.", day(0)
    change_record(record=review, by=system, lock=review.lock)
    fact.good_for_days = 1
    change_record(record=fact, by=system, lock=fact.lock)
    answer = ReviewAnswer.objects.within(system.organisation).select_related("key", "organisation").get(pk=answer.pk)
    answer.clean()
    assert answer.fact == fact


def test_fact_is_of_its_own_offering_and_not_from_tomorrow(system: Actor, client_of: Callable[..., Client]) -> None:
    offering, other = make("offerings", system), make("vendor-plans", system)
    body = {"offering": offering.reference, "topic": "training", "says": "No.", "source": "DPA", "confidence": "high"}
    client, url = client_of("compliance-officer"), "/api/v1/o/nordhaven/vendor-facts"
    for values, field in (
        ({"verified_on": day(1).isoformat()}, "verified_on"),
        ({"verified_on": day(0).isoformat(), "plan": other.reference}, "plan"),
        ({"verified_on": day(0).isoformat(), "route": make("routes", system).reference}, "route"),
        ({}, "look"),
    ):
        answer = client.post(url, body | values, content_type="application/json")
        assert answer.status_code == 400, values
        assert field in answer.content.decode()

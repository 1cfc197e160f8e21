"""What is known and held on the pages of facts, offerings and vendors, in lists, by API, and on the home page."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc import formats
from grc.access.actor import Actor
from grc.registers.register import registers
from tests.factories import make
from vendors.home.knowledge import assurance_to_renew, facts_to_verify
from vendors.knowledge.freshness import freshness_of
from vendors.models import VendorFact

pytestmark = pytest.mark.django_db
LIST = "/o/nordhaven/vendor-facts/"
CERTIFIED: dict[str, Any] = {
    "standard": "iso42001", "status": "certified", "body": "Body", "accreditation": "DAkkS", "number": "1",
    "scope": "All of it.",
}  # fmt: skip
REPORT: dict[str, Any] = {
    "standard": "soc2", "status": "report", "soc_type": 2, "opinion": "unqualified",
    "period_from": dt.date(2020, 1, 1),
}  # fmt: skip


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("values", "state", "citable"),
    [
        ({"verified_on": 0, "good_for_days": 31}, "fresh", True),
        ({"verified_on": 0, "good_for_days": 30}, "ending", True),
        ({"verified_on": -1, "good_for_days": 2}, "ending", True),
        ({"verified_on": -1, "good_for_days": 1}, "stale", False),
        ({"verified_on": 0, "confidence": "unverified"}, "unverified", False),
        ({"verified_on": None, "confidence": "unverified"}, "unverified", False),
    ],
)
def test_freshness_in_words_in_the_list_and_on_the_page(
    values: dict[str, Any], state: str, citable: bool, system: Actor, client_of: Callable[..., Client]
) -> None:
    looked = values["verified_on"]
    fact = make("vendor-facts", system, **values | {"verified_on": None if looked is None else day(looked)})
    freshness = freshness_of(fact, day(0))
    assert (freshness.state, freshness.citable) == (state, citable)
    client = client_of("compliance-officer")
    page = client.get(fact.get_absolute_url()).content.decode()
    assert freshness.words in page
    assert ("Yes: somebody looked" in page) is citable
    api = "/api/v1/o/nordhaven/vendor-facts"
    for name in ("fresh", "ending", "stale", "unverified"):
        is_in = name == state or (name == "fresh" and state == "ending")
        assert (fact.reference in client.get(f"{LIST}?freshness={name}").content.decode()) is is_in, name
        assert (client.get(f"{api}?freshness={name}").json()["count"] == 1) is is_in
    assert client.get(f"{LIST}?freshness=old").status_code == 400


def test_list_marks_the_day_from_which_a_fact_is_stale(system: Actor, client_of: Callable[..., Client]) -> None:
    register = registers.of(VendorFact)
    tones = [(-1, "red"), (0, "red"), (1, "orange"), (30, "orange"), (31, "")]
    assert [register.tone("stale_on", day(days)) for days, _tone in tones] == [tone for _days, tone in tones]
    assert register.tone("confidence", "high") == "green"
    make("vendor-facts", system, verified_on=day(-30), good_for_days=30)
    page = client_of("vendor-manager").get(LIST).content.decode()
    assert re.search(r'class="state state-red">\s*(<time[^>]*>)?' + re.escape(formats.day(day(0))), page)


def test_page_of_a_fact_says_what_contradicts_and_who_cites_it(system: Actor, client_of: Callable[..., Client]) -> None:
    review = make("vendor-reviews", system)
    offering = make("offerings", system, vendor=review.vendor)
    fact = make("vendor-facts", system, offering=offering, verified_on=day(0), conflict="A blog says 60.")
    client = client_of("approver")
    assert "No review cites it" in client.get(fact.get_absolute_url()).content.decode()
    answer = make("review-answers", system, review=review, fact=fact)
    page = client.get(fact.get_absolute_url()).content.decode()
    assert "A blog says 60." in page
    assert answer.reference in page
    assert "Verified today" not in page


def test_offering_shows_facts_by_topic_plans_apart_and_what_is_missing(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    offering = make("offerings", system)
    free = make("vendor-plans", system, offering=offering, name="Trial", tier="free", allowed=False)
    route = make("routes", system, plan=free, name="Paris")
    make("vendor-facts", system, offering=offering, topic="retention", says="Of all.", verified_on=day(0))
    make("vendor-facts", system, offering=offering, plan=free, topic="training", says="Of the trial.")
    make("vendor-facts", system, offering=offering, route=route, topic="residency", says="Of the route.")
    page = client_of("compliance-officer").get(offering.get_absolute_url()).content.decode()
    places = [page.index(text) for text in ("Of all.", "Plan: Trial (Free or trial)", "Of the trial.", "Route: Paris")]
    assert places == sorted(places)
    assert "Nobody may use this plan." in page
    assert "2 cannot be cited" in page
    assert f"new?offering={offering.reference}&amp;topic=notice" in page
    assert f"new?offering={offering.reference}&amp;topic=training" not in page


def test_each_fact_stands_with_its_source_and_its_day(system: Actor, client_of: Callable[..., Client]) -> None:
    offering = make("offerings", system)
    for topic, values in (
        ("training", {"verified_on": day(0)}),
        ("notice", {"verified_on": None, "confidence": "unverified"}),
    ):
        make("vendor-facts", system, offering=offering, topic=topic, source=f"{topic}.example/terms", **values)
    page = re.sub(r"<[^>]+>", "", client_of("approver").get(offering.get_absolute_url()).content.decode())
    words = " ".join(page.split())
    assert f"training.example/terms · looked at on {formats.day(day(0))}" in words
    assert "notice.example/terms Not verified" in words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            CERTIFIED | {"expires_on": day(0)},
            ["Counts", "by Body. It counts until", "Nobody has confirmed it"],
        ),
        (CERTIFIED | {"expires_on": day(-1)}, ["Does not count", "Certificate expired."]),
        (REPORT | {"period_to": day(-500)}, ["Does not count", "too old"]),
        (REPORT | {"period_to": day(-500), "bridge_until": day(0)}, ["Counts", "only the vendor’s own letter speaks"]),
        (REPORT | {"period_to": day(-9), "opinion": "adverse"}, ["Does not count", "the controls did not hold"]),
        ({"standard": "iso42001", "status": "claimed"}, ["Does not count", "Only a live certificate"]),
    ],
)
def test_page_of_a_certificate_or_report_says_whether_it_counts_today(
    values: dict[str, Any], said: list[str], system: Actor, client_of: Callable[..., Client]
) -> None:
    held = make("assurances", system, **values)
    page = re.sub(r"<[^>]+>", "", client_of("approver").get(held.get_absolute_url()).content.decode())
    words = " ".join(page.split("Does it count today?")[1].split("What it is")[0].split())
    assert [text for text in said if text not in words] == []
    assert words.startswith(said[0])


def test_offering_and_vendor_say_what_is_left_open(system: Actor, client_of: Callable[..., Client]) -> None:
    offering = make("offerings", system, decisions="decides")
    client = client_of("approver")
    page = client.get(offering.get_absolute_url()).content.decode()
    assert "Not enough for how it is used" in page
    assert page.count("Nothing is recorded") == 3
    make("assurances", system, vendor=offering.vendor, expires_on=day(9), **CERTIFIED)
    page = client.get(offering.get_absolute_url()).content.decode()
    assert "Enough for how it is used" in page
    assert "Nobody has confirmed it with Body yet" in page
    assert "Practitioners’ orientation" in page
    assert "Certified by Body" in client.get(offering.vendor.get_absolute_url()).content.decode()


def test_coverage_by_api(system: Actor, client_of: Callable[..., Client]) -> None:
    offering = make("offerings", system, decisions="decides")
    held = make("assurances", system, vendor=offering.vendor, expires_on=day(9), **CERTIFIED)
    url = f"/api/v1/o/nordhaven/offerings/{offering.reference}/coverage"
    said = client_of("approver").get(url).json()
    assert (said["offering"], said["enough"]) == (offering.reference, True)
    assert [(one["standard"], one["live"], one["assurance"]) for one in said["held"]] == [
        ("iso42001", True, held.reference), ("iso27001", False, None), ("soc2", False, None),
    ]  # fmt: skip
    assert said["held"][0]["until"] == day(9).isoformat()
    assert all(gap["what"] and gap["reason"] for gap in said["leaves_open"])
    assert client_of("reader").get(url).status_code == 404
    assert client_of("approver").get(url.replace(offering.reference, "OFR-9999")).status_code == 404


def test_pages_take_as_many_queries_with_many_facts_and_certificates(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    offering, client = make("offerings", system), client_of("compliance-officer")
    pages = (offering.get_absolute_url(), offering.vendor.get_absolute_url())
    counts = []
    for number in (1, 6):
        for _n in range(number):
            plan = make("vendor-plans", system, offering=offering)
            make("vendor-facts", system, offering=offering, plan=plan)
            make("assurances", system, vendor=offering.vendor, offering=offering, expires_on=day(9), **CERTIFIED)
            make("offerings", system, vendor=offering.vendor)
        for page in pages:
            client.get(page)
        with CaptureQueriesContext(connection) as queries:
            for page in pages:
                client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_home_asks_owners_to_verify_one_line_an_offering(system: Actor, actor_of: Callable[..., Actor]) -> None:
    vera = actor_of("vendor-manager")
    offering, quiet = make("offerings", system, name="Model"), make("offerings", system, name="Quiet")
    stale = {"verified_on": day(-200), "owner": vera.person}
    make("vendor-facts", system, offering=offering, topic="training", **stale)
    make("vendor-facts", system, offering=offering, topic="retention", verified_on=day(-150), owner=vera.person)
    make("vendor-facts", system, offering=offering, topic="notice", verified_on=day(-149), owner=vera.person)
    make("vendor-facts", system, offering=quiet, verified_on=day(-150), owner=vera.person)
    make("vendor-facts", system, offering=offering, topic="residency", verified_on=day(-300))
    found = [(str(todo.text), todo.tone, todo.due_on) for todo in facts_to_verify(vera)]
    assert found == [
        ("Verify 2 facts on Model", "yellow", day(-20)),
        ("Verify 1 fact on Quiet", "blue", day(30)),
    ]
    assert list(facts_to_verify(actor_of("approver"))) == []
    for _n in range(2):
        make("vendor-facts", system, verified_on=day(-190), owner=vera.person)
    (one,) = facts_to_verify(vera)
    assert (str(one.text), one.why) == ("Verify 5 facts on 4 offerings", "3 are stale and cannot be cited.")
    assert one.due_on == day(-20)


@pytest.mark.parametrize(
    ("values", "tone"),
    [
        (CERTIFIED | {"expires_on": -1}, "red"),
        (CERTIFIED | {"expires_on": 0}, "yellow"),
        (CERTIFIED | {"expires_on": 30}, "yellow"),
        (CERTIFIED | {"expires_on": 31}, "blue"),
        (CERTIFIED | {"expires_on": 90}, "blue"),
        (CERTIFIED | {"expires_on": 91}, ""),
        (REPORT | {"period_to": -400}, "red"),
        (REPORT | {"period_to": -400, "bridge_until": 5}, "yellow"),
        (REPORT | {"period_to": -350}, "yellow"),
        (REPORT | {"period_to": -300}, "blue"),
        (REPORT | {"period_to": -200}, ""),
    ],
)
def test_home_tells_owners_what_ends(
    values: dict[str, Any], tone: str, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    vera = actor_of("vendor-manager")
    values = {
        name: day(value) if type(value) is int and name != "soc_type" else value for name, value in values.items()
    }
    make("assurances", system, owner=vera.person, **values)
    make("assurances", system, **values)
    assert [todo.tone for todo in assurance_to_renew(vera)] == ([tone] if tone else [])
    assert list(assurance_to_renew(actor_of("approver"))) == []

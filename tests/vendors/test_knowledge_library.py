"""The library of known providers: every row with source, date and confidence, taken over once, never as current."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import archive_record
from grc.models import Organisation
from tests.factories import make
from vendors.knowledge.adopting import NoSuchProvider, adopt_providers
from vendors.knowledge.library import library
from vendors.models import Assurance, Offering, Vendor, VendorFact, VendorPlan
from vendors.models.citable import citable

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/vendors/known", "/api/v1/o/nordhaven/vendors/known"
ALL = list(library().providers)
FACTS = [(key, fact) for key, provider in library().providers.items() for fact in provider.facts]
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def test_library_holds_six_providers_with_what_buyers_ask() -> None:
    assert [one.vendor["name"] for one in library().providers.values()] == [
        "OpenAI", "Anthropic", "Google Cloud", "Microsoft", "Amazon Web Services", "Mistral AI",
    ]  # fmt: skip
    for provider in library().providers.values():
        topics = {fact.topic for fact in provider.facts if not fact.tier}
        assert topics >= {"role", "training", "retention", "residency", "dpa", "subprocessors", "notice", "soc2"}
        assert len({fact.key for fact in provider.facts}) == len(provider.facts)


@pytest.mark.parametrize(("key", "fact"), FACTS, ids=[f"{key}/{fact.key}" for key, fact in FACTS])
def test_row_has_its_source_date_and_confidence(key: str, fact: object) -> None:
    known = next(one for one in library().providers[key].facts if one is fact)
    assert known.topic in VendorFact.Topic.values
    assert known.confidence in VendorFact.Confidence.values
    assert known.source and all(known.source)
    assert known.says
    assert not known.tier or library().providers[key].free_plan
    dates = [found for line in known.source for found in DATE.findall(line)]
    if known.verified_on is None:
        assert known.confidence == "unverified"
    else:
        assert known.confidence != "unverified"
        assert known.verified_on.isoformat() == max(dates), "the newest date that its sources name"
        assert known.verified_on < library().as_of


def test_taken_over_once_with_dates_as_they_are_and_nothing_to_be_cited(system: Actor) -> None:
    first = adopt_providers(keys=ALL, by=system)
    assert sum(one.facts for one in first) == len(FACTS)
    again = adopt_providers(keys=ALL, by=system)
    assert [(one.facts, one.claims) for one in again] == [(0, 0)] * len(ALL)
    assert [one.offering for one in again] == [one.offering for one in first]
    rows = VendorFact.objects.within(system.organisation)
    assert rows.count() == len(FACTS)
    assert not citable(system.organisation, timezone.localdate()).exists()
    assert not rows.filter(verified_on=timezone.localdate()).exists()
    kept = {fact.starter: fact.verified_on for fact in rows}
    assert kept == {f"{key}/{fact.key}": fact.verified_on for key, fact in FACTS}
    assert set(Assurance.objects.within(system.organisation).values_list("status", flat=True)) == {"claimed"}


def test_adds_to_the_vendor_and_offering_that_are_there(system: Actor) -> None:
    vendor = make("vendors", system, name="Mistral AI", kind="model")
    offering = make("offerings", system, vendor=vendor, name="La plateforme / AI Studio")
    plan = make("vendor-plans", system, offering=offering, name="Experiment", tier="free", allowed=False)
    mine = make("vendor-facts", system, offering=offering, topic="retention", says="Ours.")
    make("assurances", system, vendor=vendor, standard="soc2")
    (adopted,) = adopt_providers(keys=["mistral"], by=system)
    assert (adopted.offering, adopted.claims) == (offering, 0)
    assert adopted.facts == len(library().providers["mistral"].facts) - 1
    mine.refresh_from_db()
    assert mine.says == "Ours."
    assert VendorFact.objects.within(system.organisation).get(starter="mistral/training-free").plan == plan
    assert Vendor.objects.within(system.organisation).count() == 1


def test_free_tier_becomes_a_plan_that_nobody_may_use(system: Actor) -> None:
    adopt_providers(keys=["openai-api", "mistral"], by=system)
    plans = VendorPlan.objects.within(system.organisation).order_by("pk")
    assert [(plan.tier, plan.allowed) for plan in plans] == [("free", False)] * 2


def test_archived_fact_may_be_taken_over_again(system: Actor) -> None:
    adopt_providers(keys=["bedrock"], by=system)
    fact = VendorFact.objects.within(system.organisation).get(starter="bedrock/training")
    archive_record(record=fact, by=system)
    (adopted,) = adopt_providers(keys=["bedrock"], by=system)
    assert adopted.facts == 1


def test_all_or_none_and_only_who_may(system: Actor, actor_of: Callable[..., Actor]) -> None:
    for keys in (["openai-api", "nobody"], []):
        with pytest.raises(NoSuchProvider):
            adopt_providers(keys=keys, by=system)
    with pytest.raises(Denied):
        adopt_providers(keys=ALL, by=actor_of("reader"))
    assert not Offering.objects.within(system.organisation).exists()


def test_page_says_that_nothing_is_current(client_of: Callable[..., Client], system: Actor) -> None:
    client = client_of("compliance-officer")
    page = client.get(PAGE).content.decode()
    assert "Nothing here is current" in page
    assert page.count('name="starter"') == len(ALL)
    assert "not verified" in page
    one = client.post(PAGE, {"starter": ["azure-openai"]})
    offering = Offering.objects.within(system.organisation).get()
    assert one["Location"] == offering.get_absolute_url()
    assert "Contradicted" in client.get(offering.get_absolute_url()).content.decode()
    assert client.post(PAGE, {"starter": ["vertex-ai", "bedrock"]})["Location"] == "/o/nordhaven/offerings/"
    assert client.post(PAGE, {"starter": ["nobody"]}).status_code == 422
    assert client.post(PAGE).status_code == 422
    page = client.get(PAGE).content.decode()
    assert page.count('name="starter"') == len(ALL) - 3
    assert f"Taken over: {offering.reference}" in page


def test_page_and_api_by_role(client_of: Callable[..., Client]) -> None:
    body = {"providers": ["openai-api"]}
    for role, get, post in (("reader", 404, 404), ("approver", 200, 403), ("vendor-manager", 200, 201)):
        client = client_of(role)
        assert client.get(PAGE).status_code == get
        assert client.get(API).status_code == get
        assert client.post(API, body, content_type="application/json").status_code == post
    assert 'name="starter"' not in client_of("approver").get(PAGE).content.decode()


def test_api_lists_and_adopts(client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    rows = client.get(API).json()
    assert [row["key"] for row in rows] == ALL
    assert all(row["used"] is None and row["as_of"] for row in rows)
    assert all({"source", "verified_on", "confidence", "conflict"} <= set(fact) for fact in rows[0]["facts"])
    made = client.post(API, {"providers": ALL[:2]}, content_type="application/json")
    assert made.status_code == 201
    assert [one["facts"] for one in made.json()] == [len(library().providers[key].facts) for key in ALL[:2]]
    again = client.post(API, {"providers": ALL[:2]}, content_type="application/json")
    assert [(one["facts"], one["claims"]) for one in again.json()] == [(0, 0)] * 2
    assert client.get(API).json()[0]["used"] == made.json()[0]["offering"]
    assert client.post(API, {"providers": ["x"]}, content_type="application/json").status_code == 400
    assert client.post(API, {"providers": []}, content_type="application/json").status_code == 400


def test_organisations_do_not_meet(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    adopt_providers(keys=ALL, by=Actor.system(other_organisation))
    assert client_of("compliance-officer").get(PAGE).content.decode().count('name="starter"') == len(ALL)
    assert not VendorFact.objects.within(system.organisation).exists()


def test_page_takes_as_many_queries_empty_or_taken_over(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    adopt_providers(keys=ALL, by=system)
    with CaptureQueriesContext(connection) as after:
        client.get(PAGE)
    assert len(before) == len(after)

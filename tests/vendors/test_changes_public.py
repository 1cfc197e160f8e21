"""The list as customers read it: drafts stay inside, editions stay as they were, promises are held against it."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.versions import make_version
from grc.demo import HOME, demo_actor
from grc.models import Version
from grc.registries import seeders
from tests.factories import make
from tests.vendors.changing import NOON, announced, customer, draft, fresh, listed
from vendors.changes.actions import put_in_effect
from vendors.changes.places import outside, places_in
from vendors.changes.promises import read_promises
from vendors.changes.public import NothingNew, differences, editions_of, publish_list, read_list
from vendors.models import SubprocessorChange, SubprocessorList, SubprocessorNotice, VendorNotice

pytestmark = pytest.mark.django_db
JUNE = dt.datetime(2028, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def vera(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def test_drafts_are_not_on_it_and_announced_changes_are(vera: Actor) -> None:
    old = listed(vera, name="Old")
    draft(vera, subprocessor=make("subprocessors", vera, name="Secret plan"))
    new = make("subprocessors", vera, name="New")
    change = announced(vera, kind="replace", subprocessor=new, replaces=old)
    shown = read_list(vera.organisation)
    assert [(line["name"], line["state"]) for line in shown.lines] == [("Old", "leaving"), ("New", "planned")]
    assert (shown.lines[0]["until"], shown.lines[1]["from"]) == ("2028-06-01", "2028-06-01")
    put_in_effect(change=change, by=vera, at=JUNE)
    shown = read_list(vera.organisation)
    assert [(line["name"], line["state"], line["since"]) for line in shown.lines] == [("New", "current", "2028-06-01")]
    assert shown.changed_on == dt.date(2028, 6, 1)


def test_an_edition_stays_as_it_was(vera: Actor) -> None:
    row = listed(vera, name="Old", location="Ireland")
    first = publish_list(by=vera, note="The first.", at=NOON)
    with pytest.raises(NothingNew):
        publish_list(by=vera)
    row.location = "Iceland"
    row.save()
    second = publish_list(by=vera, at=JUNE)
    version = Version.unscoped.get(key=first.pk)
    assert version.sha256 == hashlib.sha256(bytes(version.body)).hexdigest()
    assert json.loads(bytes(version.body))["subprocessors"][0]["location"] == "Ireland"
    kept = fresh(first)
    kept.owner = None
    kept.save()
    assert make_version(record=fresh(first), by=vera).number == 1  # made again it is the same
    (found,) = differences(first.lines, second.lines)
    assert (found.kind, found.what) == ("changed", [("location", "Ireland", "Iceland")])
    assert [one.record for one in editions_of(vera.organisation)] == [second, first]


def test_pages_files_and_api_say_the_same(vera: Actor, client_of: Callable[..., Client]) -> None:
    listed(vera, name="Vectorhaus GmbH", data=["personal"])
    client, base = client_of("vendor-manager"), "/o/nordhaven/subprocessors/public"
    assert "Vectorhaus GmbH" in client.get(base).content.decode()
    client.post(f"{base}/publish", {"note": "The first."})
    edition = SubprocessorList.unscoped.get()
    again = client.post(f"/api/v1{base}", {"note": ""}, "application/json")
    assert again.status_code == 409
    for url in (f"{base}.json", f"/api/v1{base}.json"):
        body = json.loads(b"".join(client.get(f"{url}?edition={edition.reference}").streaming_content))
        assert body["edition"] == edition.reference
        assert body["subprocessors"] == edition.lines
        assert body["sha256"] == Version.unscoped.get(key=edition.pk).sha256
    assert b"Vectorhaus GmbH" in b"".join(client.get(f"{base}.csv").streaming_content)
    assert b"".join(client.get(f"{base}.pdf?edition={edition.reference}").streaming_content).startswith(b"%PDF")
    assert client.get(f"/api/v1{base}").json()["lines"][0]["name"] == "Vectorhaus GmbH"
    assert client.get(f"{base}.exe").status_code == client.get(f"{base}.pdf?edition=SPL-0099").status_code == 404
    make("subprocessors", vera)
    listed(vera, name="Late AG")
    page = client.get(f"{base}/editions").content.decode()
    assert "Late AG" in page
    assert "Added" in page
    assert client.get(f"{base}/editions?from={edition.reference}&to={edition.reference}").status_code == 200
    made = client.post(f"/api/v1{base}", {"note": "Late AG."}, "application/json")
    assert made.status_code == 201
    assert client.get(edition.get_absolute_url()).status_code == 200
    assert client.get(f"{edition.get_absolute_url()}/download").status_code == 200


def test_publishing_is_for_who_keeps_customers(vera: Actor, actor_of: Callable[..., Actor]) -> None:
    listed(vera)
    with pytest.raises(Denied):
        publish_list(by=actor_of("contributor"))


def test_the_list_takes_as_many_queries_for_20_as_for_1(vera: Actor, client_of: Callable[..., Client]) -> None:
    client, counts = client_of("vendor-manager"), []
    for number in (1, 19):
        for _ in range(number):
            listed(vera)
            customer(vera, f"C{_}x{number}", residency="EU")
            announced(vera)
            publish_list(by=vera)
        for page in ("subprocessors/public", "customer-commitments/overview"):
            client.get(f"/o/nordhaven/{page}")
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(f"/o/nordhaven/{page}").status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize(
    ("location", "promised", "beyond"),
    [
        ("Dublin, Ireland", "EU", set()),
        ("Ireland", "Germany", {"IE"}),
        ("Ohio, United States", "EEA", {"US"}),
        ("USA and Ireland", "EU or Switzerland", {"US"}),
        ("Zurich, Switzerland", "European Union", {"CH"}),
        ("Norway", "EU", {"NO"}),
        ("Norway", "EEA", set()),
        ("IE", "DE or IE", set()),
        ("UK", "EU", {"GB"}),
        ("Frankfurt", "EU", None),
        ("Ireland", "wherever we like", None),
        ("Georgia", "EU", {"GE"}),
        ("Guinea-Bissau", "Guinea", {"GW"}),
    ],
)
def test_places_are_compared_as_far_as_words_tell(location: str, promised: str, beyond: set[str] | None) -> None:
    assert outside(location, promised) == beyond


def test_a_word_within_another_names_no_country() -> None:
    assert places_in("Omaniac, Chadwick; it is in our region") == frozenset()


def test_what_stands_against_a_promise_is_named(vera: Actor) -> None:
    strict = customer(vera, "Strict", 10, residency="EEA", incident_hours=24)
    customer(vera, "Wide", 45, residency="EEA or United States", incident_hours=72, training_allowed=True)
    vendor = make("vendors", vera, name="Trainer")
    make("agreements", vera, vendor=vendor, training="may")
    make("subprocessors", vera, name="Quill Inc.", location="Ohio, United States", vendor=vendor)
    found = read_promises(vera)
    assert [(one.commitment, one.tone) for one in found.against] == [(strict, "red")] * 2
    assert "United States" in found.against[0].text
    assert "Trainer may train" in found.against[1].text
    assert found.longest and found.shortest and found.fastest
    assert [one.name for one in (found.longest, found.shortest, found.fastest)] == ["Wide", "Strict", "Strict"]


def test_the_page_of_a_commitment_shows_what_runs_from_it(vera: Actor, client_of: Callable[..., Client]) -> None:
    one = customer(vera, "Strict", residency="EEA", incident_hours=24)
    make("subprocessors", vera, name="Quill Inc.", location="Ohio, United States")
    change: SubprocessorChange = announced(vera, name="Mail moves")
    page = client_of("vendor-manager").get(one.get_absolute_url()).content.decode()
    for words in (change.name, "within 24 hours", "Contradiction"):
        assert words in page


def test_the_demo_shows_it_all() -> None:
    for seed in [
        one for one in seeders if one.__module__ in ("grc.demo", "vendors.demo.base", "vendors.demo.changes")
    ] * 2:
        seed()
    by = demo_actor("vera@nordhaven.example", HOME)
    changes = SubprocessorChange.objects.within(by.organisation).order_by("pk")
    assert [one.state for one in changes] == ["in-effect", "announced", "draft"]
    shown: Any = read_list(by.organisation)
    assert (len(shown.current), len(shown.planned)) == (7, 1)
    assert SubprocessorNotice.objects.within(by.organisation).filter(objected_on__isnull=False).count() == 1
    assert [one.decision for one in VendorNotice.objects.within(by.organisation).order_by("pk")] == ["open", "accepted"]
    assert len(editions_of(by.organisation)) == 2
    assert read_promises(by).against

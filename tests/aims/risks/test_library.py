"""The starter risks and the catalogues that risks are matched with."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import Risk
from aims.risk_catalogues import read_ids, risk_catalogues, titles
from aims.risks.actions import adopt_starter_risks
from aims.risks.library import TOPICS, starter_risks
from controls.catalogues.shipped import catalogue
from grc.access.actor import Actor
from grc.actions.records import archive_record
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/risks/starters"
API = f"/api/v1{PAGE}"


def boxes(client: Client, query: str = "") -> int:
    """How many starters can be ticked."""
    return client.get(f"{PAGE}{query}").content.decode().count('name="starter"')


def test_every_starter_names_only_what_is_there() -> None:
    iso = catalogue("iso42001")
    for starter in starter_risks().values():
        assert starter.topic in TOPICS, starter.key
        assert set(starter.catalogue_ids) <= set(titles()), starter.key
        assert starter.catalogue_ids, starter.key
        assert starter.treatments, starter.key
        assert starter.consequences, starter.key
        assert all(iso.item(code).kind == "control" for code in starter.controls), starter.key
        assert len(starter.name) <= 200
    assert {starter.topic for starter in starter_risks().values()} == set(TOPICS)
    assert len(starter_risks()) >= 45


def test_library_covers_every_risk_of_nist_and_owasp() -> None:
    used = {code for starter in starter_risks().values() for code in starter.catalogue_ids}
    for one in risk_catalogues():
        assert one.source
        assert one.date
        assert one.licence
        if one.key in {"nist", "owasp", "mit"}:
            assert set(one.ids) <= used, one.key
    assert [len(one.ids) for one in risk_catalogues() if one.key in {"nist", "owasp"}] == [12, 10]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("LLM01", "“LLM01” lacks its year, and the numbers change: LLM01:2026 is Prompt Injection."),
        ("LLM06:2025", "(Excessive Agency) is of the list of 2025; in that of 2026 it is LLM03:2026."),
        ("LLM07:2025", "(System Prompt Leakage) is of the list of 2025; the one of 2026 is used here."),
        ("LLM44", "There is no “LLM44” in the list of OWASP."),
        ("AML.T9999", "No catalogue here has the id “AML.T9999”."),
    ],
)
def test_unknown_ids_are_refused_with_a_sentence(given: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_ids(["GAI-02", given])
    assert sentence in refused.value.message_dict["catalogue_ids"][0]


def test_ids_are_shown_with_titles_and_narrow_the_list(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    sent = {"name": "Told to lie", "event": "y", "catalogue_ids": ["llm01:2026", "LLM01:2026", "aml.t0051"]}
    made = client.post("/api/v1/o/nordhaven/risks", sent, "application/json")
    assert made.json()["catalogue_ids"] == ["LLM01:2026", "AML.T0051"]
    make("risks", system, name="Another")
    page = client.get(f"/o/nordhaven/risks/{made.json()['reference']}").content.decode()
    assert "LLM01:2026 Prompt Injection" in page
    listed = client.get("/o/nordhaven/risks/?catalogue_ids=LLM01:2026").content.decode()
    assert "Told to lie" in listed
    assert "Another" not in listed
    assert client.get("/o/nordhaven/risks/?catalogue_ids=LLM01").status_code == 400
    refused = client.post("/o/nordhaven/risks/new", {"name": "x", "event": "y", "catalogue_ids": "GAI-02, LLM01"})
    assert refused.status_code == 422
    assert "lacks its year" in refused.content.decode()


def test_starters_are_found_by_topic_catalogue_and_words(client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    assert boxes(client) == len(starter_risks())
    asked = "?catalogue=owasp&topic=agents&q=private+data"
    owasp = client.get(f"{PAGE}{asked}").content.decode()
    assert boxes(client, asked) == 1
    assert "An agent carries data out by its own tools" in owasp
    assert "No starter fits" in client.get(f"{PAGE}?q=unheardof").content.decode()
    for wrong in ("topic=x", "catalogue=x", "system=SYS-0404"):
        assert client.get(f"{PAGE}?{wrong}").status_code == 400


def test_chosen_starters_become_open_risks_of_the_system(system: Actor, client_of: Callable[..., Client]) -> None:
    triage, client = make("ai-systems", system, name="Triage"), client_of("compliance-officer")
    sent = {"system": triage.reference, "starter": ["drift", "overreliance"]}
    answer = client.post(PAGE, sent, follow=True)
    assert "2 risks are added." in answer.content.decode()
    drift = Risk.unscoped.get(starter="drift")
    assert (drift.system, drift.state, drift.treatment, drift.score) == (triage, "open", "undecided", None)
    assert drift.catalogue_ids == starter_risks()["drift"].catalogue_ids
    assert drift.treatment_plan.splitlines() == starter_risks()["drift"].treatments
    assert drift.history.count() == 1
    page = client.get(f"{PAGE}?system={triage.reference}").content.decode()
    assert f"In the list: {drift.reference}" in page
    assert "In the list" not in client.get(PAGE).content.decode()
    again = client.post(PAGE, sent)
    assert again.status_code == 422
    assert "is in the list already" in again.content.decode()
    assert Risk.unscoped.count() == 2
    archive_record(record=drift, by=system)
    assert len(adopt_starter_risks(keys=["drift"], system=triage, by=system)) == 1
    assert adopt_starter_risks(keys=["drift"], system=None, by=system)[0].system is None


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({}, 422, "Choose at least one starter."),
        ({"starter": ["drift", "nonsense"]}, 422, "There is no starter"),
        ({"starter": ["drift"], "system": "SYS-0404"}, 400, "There is no AI system"),
    ],
)
def test_refused_starters_make_nothing(
    sent: dict[str, object], status: int, words: str, client_of: Callable[..., Client]
) -> None:
    answer = client_of("compliance-officer").post(PAGE, sent)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not Risk.unscoped.exists()


def test_starters_by_api_and_for_who_may(
    system: Actor, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    triage, client = make("ai-systems", system), client_of("compliance-officer")
    made = client.post(API, {"system": triage.reference, "starters": ["drift"]}, "application/json")
    assert made.status_code == 201
    listed = client.get(f"{API}?system={triage.reference}&topic=operation").json()
    assert [one["risk"] for one in listed if one["key"] == "drift"] == [made.json()[0]["reference"]]
    assert client.post(API, {"system": triage.reference, "starters": ["drift"]}, "application/json").status_code == 409
    for wrong in ({}, {"starters": []}, {"starters": ["x"]}, {"starters": ["outage"], "system": "SYS-0404"}):
        assert client.post(API, wrong, "application/json").status_code == 400
    assert client_of("approver").get(PAGE).status_code == 200
    assert boxes(client_of("approver")) == 0
    assert client_of("approver").post(PAGE, {"starter": "outage"}).status_code == 403
    assert client_of("reader").get(PAGE).status_code == 404
    assert client_of("contributor").post(PAGE, {"starter": "outage"}).status_code == 302
    assert Risk.unscoped.get(starter="outage").owner == actor_of("contributor").person


def test_page_takes_as_many_queries_full_as_empty(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as empty:
        client.get(PAGE)
    adopt_starter_risks(keys=list(starter_risks())[:20], system=None, by=system)
    with CaptureQueriesContext(connection) as full:
        client.get(PAGE)
    assert len(full) == len(empty)

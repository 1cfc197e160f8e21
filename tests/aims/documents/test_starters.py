"""Starters: whole texts of our own, filled with what the records say, and nothing invented."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from aims.documents.adding import NoSuchStarter, add_starters
from aims.documents.facts import FACTS, PLACE, filled, literal
from aims.documents.points import open_points
from aims.documents.starting import CATALOGUE, starters
from aims.models import Document
from aims.models.support import READERS
from controls.catalogues.shipped import catalogue
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import links_of
from grc.actions.records import archive_record
from grc.formatted.page import shown
from grc.formatted.reading import gaps_of
from tests.aims.documents.test_documents import fresh
from tests.aims.documents.test_formatted import checked
from tests.approvals.making import edited, somebody
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/documents/starters"


@pytest.mark.parametrize("key", list(starters()))
def test_starter_is_whole(key: str) -> None:
    starter = starters()[key]
    assert 250 <= starter.words <= 700
    assert starter.kind in Document.Kind.values
    assert set(starter.readers) <= {value for value, _label in READERS}
    assert set(PLACE.findall(starter.text)) <= set(FACTS)
    for code in starter.answers:
        assert catalogue(CATALOGUE).item(code)
    assert starter.own
    assert starter.about
    assert gaps_of(starter.text), "something must be made one's own"
    assert max(len(sentence.split()) for sentence in starter.text.replace("\n", ". ").split(". ")) <= 45
    assert len(shown(starter.text).contents) >= 4
    checked(starter.text)


def test_starters_are_the_ones_that_are_asked_for() -> None:
    kinds = [starter.kind for starter in starters().values()]
    assert len(kinds) == 22
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"policy": 3, "procedure": 12, "plan": 3, "role": 4}
    names = [starter.name for starter in starters().values()]
    assert len(set(names)) == len(names)


def test_facts_come_from_the_records(system: Actor, actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    make("ai-systems", system, name="Claims | triage", owner=officer.person, purpose="Sorts claims\nSecond line")
    make("ai-systems", system, name="Out one", in_scope="out", scope_reason="Not ours")
    make("responsibilities", system, name="Manager", duty="both", holder=officer.person)
    make("scope", system, text="AI in claims.")
    make("objectives", system, name="Fewer errors", unit="%", due_on=dt.date(2027, 5, 1))
    text = filled("{{organisation}} {{manager}} {{scope}}\n\n{{systems}}\n\n{{exclusions}}\n\n{{objectives}}", officer)
    assert "Nordhaven" in text
    assert str(officer.person) in text
    assert "AI in claims." in text
    assert r"| Claims \| triage | Sorts claims |" in text
    assert "- Out one: Not ours" in text
    assert "Fewer errors" in text
    assert gaps_of(text) == ["say who works on Fewer errors"]


def test_missing_facts_are_gaps_and_not_inventions(system: Actor) -> None:
    for name in FACTS:
        if name != "organisation":
            assert gaps_of(filled("{{" + name + "}}", system)), name
    with pytest.raises(KeyError):
        filled("{{nonsense}}", system)


def test_facts_show_only_what_one_may_see(system: Actor, actor_of: Callable[..., Actor]) -> None:
    make("scope", system, text="A secret scope")
    assert "secret" not in filled("{{scope}}", actor_of("reader"))


def test_words_of_others_format_nothing() -> None:
    assert checked(literal("a *b* [c](https://x.example) | d\n# e")).text == "a *b* [c](https://x.example) | d # e"


def test_adding_makes_linked_drafts_with_open_points(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    officer = actor_of("compliance-officer")
    framework = make("frameworks", system, origin="shipped", catalogue=CATALOGUE)
    for code in ("5.2", "A.2.2"):
        make("requirements", system, framework=framework, code=code)
    with officer.working():
        policy, audit = add_starters(keys=["ai-policy", "internal-audit"], by=officer)
    assert policy.state == "draft"
    assert any(point.stops for point in open_points(policy))
    linked = {link.key.title for link in links_of(record=policy.key, actor=officer)}
    assert len(linked) == 2
    page = client_of("compliance-officer").get(policy.get_absolute_url()).content.decode()
    assert "Starter text: make it your own" in page
    edited(policy, officer, text=policy.text + "\nOur own words.")
    assert "Starter text: make it your own" not in client_of("reader").get(policy.get_absolute_url()).content.decode()
    with pytest.raises(NoSuchStarter, match="in use already"):
        add_starters(keys=["document-control", "ai-policy"], by=officer)
    assert Document.objects.within(system.organisation).count() == 2
    archive_record(record=fresh(audit), by=officer)
    assert add_starters(keys=["internal-audit"], by=officer)


@pytest.mark.parametrize("keys", [[], ["nonsense"], ["../../etc/passwd"]])
def test_adding_refuses_what_is_no_starter(system: Actor, keys: list[str]) -> None:
    with pytest.raises(NoSuchStarter):
        add_starters(keys=keys, by=somebody(system, "compliance-officer"))


def test_adding_refuses_a_taken_name_and_who_may_not(system: Actor) -> None:
    make("documents", system, name="AI policy")
    with pytest.raises(NoSuchStarter, match="give it another name"):
        add_starters(keys=["ai-policy"], by=somebody(system, "compliance-officer"))
    with pytest.raises(Denied):
        add_starters(keys=["document-control"], by=somebody(system, "reader"))


def test_page_offers_and_marks(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {}).status_code == 422
    assert client.post(PAGE, {"starter": ["ai-policy", "nonsense"]}).status_code == 422
    assert client.post(PAGE, {"starter": ["ai-policy"]}).status_code == 302
    assert client.post(PAGE, {"starter": ["scope", "suppliers"]}).status_code == 302
    assert client.get(PAGE).content.decode().count("In use: DOC-") == 3
    reader = client_of("reader")
    assert 'name="starter"' not in reader.get(PAGE).content.decode()
    assert reader.post(PAGE, {"starter": ["ai-policy"]}).status_code == 403
    assert client_of("platform-engineer").get(PAGE).status_code == 404


def test_api_offers_and_adds(system: Actor, client_of: Callable[..., Client]) -> None:
    client, url = client_of("compliance-officer"), "/api/v1/o/nordhaven/document-starters"
    assert len(client.get(url).json()) == 22
    assert client.post(url, {"starters": ["ai-policy"]}, "application/json").status_code == 201
    assert client.post(url, {"starters": ["ai-policy"]}, "application/json").status_code == 400
    assert client.post(url, {"starters": []}, "application/json").status_code == 400
    assert client_of("reader").post(url, {"starters": ["scope"]}, "application/json").status_code == 403
    assert client_of("platform-engineer").get(url).status_code == 404

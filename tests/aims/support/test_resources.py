"""What a system needs to run: by kind, with what is missing; components are taken over, not typed again."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import Resource
from aims.support.actions import NotTakenOver, take_over_component
from aims.support.resources import lines_of, systems_in_use
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import archive_record
from grc.models import Organisation
from tests.attacks.racing import race
from tests.factories import make

pytestmark = pytest.mark.django_db
OVERVIEW = "/o/nordhaven/resources/overview"


def test_panel_shows_own_and_shared_resources_and_what_is_missing(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    ai = make("ai-systems", system)
    make("resources", system, system=ai, name="Own data")
    make("resources", system, system=None, name="Shared rack", kind="computing")
    make("resources", system, name="Of another system")
    make("resources", system, system=ai, name="Few people", kind="people", enough=False, gap="Two are ill.")
    page = client_of("compliance-officer").get(ai.get_absolute_url()).content.decode()
    for shown in ("Own data", "Shared rack", "for all systems", "Few people", "Two are ill.", "None named"):
        assert shown in page
    assert "Of another system" not in page
    (line,) = lines_of([ai], system)
    assert [shelf.kind.value for shelf in line.empty] == ["tooling"]
    assert f"/o/nordhaven/resources/new?system={ai.reference}&amp;kind=tooling" in page
    assert 'id="resources"' not in client_of("reader").get(ai.get_absolute_url()).content.decode()
    assert "resources/new" not in client_of("approver").get(ai.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("kind", "taken"), [("dataset", "data"), ("model", "tooling"), ("tool", "tooling"), ("store", "computing")]
)
def test_component_becomes_a_resource_once(kind: str, taken: str, system: Actor) -> None:
    part = make("components", system, kind=kind, name="Claims", pinned_version="v4", supplier="Acme", description="All")
    made = take_over_component(component=part, by=system)
    assert (made.name, made.kind, made.provider, made.description) == ("Claims v4", taken, "Acme", "All")
    assert made.system == part.system
    with pytest.raises(NotTakenOver, match="already"):
        take_over_component(component=part, by=system)
    (line,) = lines_of([part.system], system)
    assert [shelf.parts for shelf in line.shelves] == [[], [], [], []]


def test_prompt_and_archived_component_become_none(system: Actor) -> None:
    prompt, gone = make("components", system, kind="prompt"), make("components", system, kind="tool")
    archive_record(record=gone, by=system)
    gone.refresh_from_db()
    for part in (prompt, gone):
        with pytest.raises(NotTakenOver):
            take_over_component(component=part, by=system)


def test_taking_over_by_page_and_api(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    part, client = make("components", system, kind="tool", name="Payment"), client_of("compliance-officer")
    page, api = f"{part.get_absolute_url()}/take-over", f"/api/v1/o/nordhaven/components/{part.reference}/take-over"
    assert f'action="{page}"' in client.get(part.system.get_absolute_url()).content.decode()
    for role, status in (("reader", 404), ("approver", 403)):
        assert client_of(role).post(page).status_code == status
        assert client_of(role).post(api).status_code == status
    with pytest.raises(Denied):
        take_over_component(component=part, by=actor_of("approver"))
    assert client.post(page)["Location"] == f"{part.system.get_absolute_url()}#resources"
    assert client.post(api).status_code == 409
    other = make("components", system, kind="tool", name="Lookup", pinned_version="")
    answer = client.post(f"/api/v1/o/nordhaven/components/{other.reference}/take-over")
    assert (answer.status_code, answer.json()["name"], answer.json()["kind"]) == (201, "Lookup", "tooling")
    assert Resource.unscoped.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_resource(system: Actor) -> None:
    part = make("components", system, kind="tool")

    def take(_n: int) -> bool:
        try:
            with system.working():
                take_over_component(component=part, by=system)
        except NotTakenOver:
            return False
        return True

    assert sorted(race(take, ways=6)) == [False] * 5 + [True]
    assert Resource.unscoped.count() == 1


def test_overview_names_what_nobody_named(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    bare = make("ai-systems", system, name="Bare")
    make("ai-systems", system, name="Retired one", stage="retired", retired_on="2026-01-01")
    make("ai-systems", Actor.system(other_organisation), name="Foreign one")
    make("resources", system, system=None, kind="people", name="Everybody", enough=False, gap="Too few.")
    page = client_of("approver").get(OVERVIEW).content.decode()
    assert page.count("None named") == 3
    assert "Too few." in page
    for hidden in ("Retired one", "Foreign one", "resources/new"):
        assert hidden not in page
    assert client_of("reader").get(OVERVIEW).status_code == 404
    assert [one.name for one in systems_in_use(system)] == [bare.name]
    assert f"?system={bare.reference}&amp;kind=data" in client_of("compliance-officer").get(OVERVIEW).content.decode()


def test_overview_asks_as_often_for_twenty_systems_as_for_one(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(OVERVIEW).status_code == 200
        return len(queries)

    def add() -> None:
        part = make("components", system)
        make("resources", system, system=part.system, enough=False, gap="Some.")

    add()
    client.get(OVERVIEW)
    once = asked()
    for _n in range(19):
        add()
    assert asked() == once

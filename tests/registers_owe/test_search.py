"""Every record is found by what it says, by whoever may see it and by nobody else."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.roles import ROLES, Reach
from grc.actions.records import archive_record, change_record
from grc.models import Organisation, SearchEntry
from grc.models.record import Record
from grc.registers.register import Register, registers
from grc.search.finding import search
from grc.search.index import reindex
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)]

numbers = itertools.count(1)


def references(actor: Actor, text: str, **asked: Any) -> list[str]:
    with actor.working():
        return [found.reference for found in search(actor, text, most=50, **asked).found]


FOUND_BY_REFERENCE = {"acknowledgements", "subprocessor-lists", "subprocessor-notices"}


def named(register: Register, by: Actor) -> Record:
    """A record with a word of its own in its first free text."""
    texts = (
        "name",
        "note",
        "description",
        "purpose",
        "conclusion",
        "remarks",
        "reason",
        "needed",
        "proof",
        "says",
        "answer",
    )
    free = [name for name in texts if name in register.writable]
    if register.slug in FOUND_BY_REFERENCE:
        pytest.skip("its records have no words of their own")
    assert free, f"{register.slug}: say in this test by which text its records are found"
    record: Record = make(register.slug, by, **{free[0]: f"Kestrel oversight {next(numbers)}"})
    return record


def test_record_is_found_by_reference_first(register: Register, system: Actor) -> None:
    record = named(register, system)
    assert references(system, record.reference)[0] == record.reference
    assert references(system, record.reference.lower())[0] == record.reference
    assert record.reference in references(system, record.reference.rpartition("-")[2])


@pytest.mark.parametrize("text", ["kestrel", "kes", "kestrel overs", '"kestrel oversight"', "estrel", "oversights"])
def test_record_is_found_by_its_words_and_their_beginnings(register: Register, text: str, system: Actor) -> None:
    assert named(register, system).reference in references(system, text)


@pytest.mark.parametrize("text", ["kestrle", "kastrel", "kestrell oversihgt"])
def test_record_is_found_in_spite_of_a_typing_error(register: Register, text: str, system: Actor) -> None:
    record = named(register, system)
    with system.working():
        results = search(system, text)
    assert results.similar
    assert record.reference in [found.reference for found in results.found]


@pytest.mark.parametrize(
    "text", ["kestrel -oversight", '"oversight kestrel"', "kestrel zebra", "-kestrel", "xylophone"]
)
def test_record_is_not_found_by_what_it_does_not_say(register: Register, text: str, system: Actor) -> None:
    assert named(register, system).reference not in references(system, text)


def test_record_of_another_organisation_is_not_found(
    register: Register, system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    record = named(register, system)
    stranger = actor_of("administrator", other_organisation)
    assert references(stranger, "kestrel", archived=True) == []
    assert references(stranger, record.reference) == []


def test_record_without_the_permission_is_not_found(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    record = named(register, system)
    for role in ROLES.values():
        seen = role.grants.get(register.view) is Reach.ALL
        if seen and hasattr(register.model, "seen_by"):
            continue
        found = record.reference in references(actor_of(role.key), "kestrel")
        assert found == seen, role.key
        body = client_of(role.key).get("/o/nordhaven/search/suggestions", {"q": "kestrel"}).content.decode()
        assert (record.reference in body) == seen, role.key


def test_record_follows_its_changes_into_the_index(register: Register, system: Actor) -> None:
    record = named(register, system)
    record.tags = ["Falconry"]
    change_record(record=record, by=system, lock=record.lock)
    assert references(system, "", tags=["falconry"]) == [record.reference]
    assert references(system, "falconry") == [record.reference]
    record.refresh_from_db()
    archive_record(record=record, by=system)
    assert references(system, "kestrel") == []
    assert references(system, "kestrel", archived=True) == [record.reference]


def test_reindex_keeps_what_saving_kept(register: Register, organisation: Organisation, system: Actor) -> None:
    record = named(register, system)
    entry = SearchEntry.objects.within(organisation).get(key=record.pk)
    kept = (entry.title, entry.body, entry.vector, entry.archived, entry.owner_id)
    assert entry.delete()
    reindex(organisation, register)
    entry = SearchEntry.objects.within(organisation).get(key=record.pk)
    assert (entry.title, entry.body, entry.vector, entry.archived, entry.owner_id) == kept


def test_page_and_api_find_the_same(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    records = {named(register, system).reference for _ in range(2)}
    client = client_of("administrator")
    page = client.get("/o/nordhaven/search", {"q": "kestrel", "type": register.slug})
    answer = client.get("/api/v1/o/nordhaven/search", {"q": "kestrel", "type": register.slug}).json()
    assert {found.reference for found in page.context["results"].found} >= records
    assert {found["reference"] for found in answer["results"]} >= records
    assert "<mark>Kestrel</mark>" in page.content.decode()
    assert page.context["results"].counts == answer["counts"]


def test_list_search_finds_by_the_same_index(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record, other = named(register, system), make(register.slug, system)
    client = client_of("administrator")
    for text in ("kestrel", "kes over", "estrel", record.reference, "kestrle"):
        response = client.get(register.list_url("nordhaven"), {"q": text})
        shown = [row.reference for row in response.context["page"]]
        assert record.reference in shown, text
        assert other.reference not in shown or text == record.reference, text


def test_search_takes_as_many_queries_for_20_as_for_1(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/o/nordhaven/search", {"q": "kestrel"}).status_code == 200
        return len(queries)

    named(register, system)
    asked()
    one = asked()
    for _ in range(4):
        named(register, system)
    assert asked() == one
    assert one <= 15

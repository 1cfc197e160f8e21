"""Many records are changed at once: each with its own history entry, all of them or none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.access.roles import ROLES, Reach
from grc.models import ActivityEvent, Organisation
from grc.models.record import Record
from grc.registers.bulk import BulkChange, BulkRefused, change_many
from grc.registers.register import Register, registers
from tests.conftest import make_person
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)]


@pytest.fixture
def three(register: Register, system: Actor) -> list[Record]:
    return [make(register.slug, system) for _ in range(3)]


def url(register: Register) -> str:
    return f"{register.list_url('nordhaven')}bulk"


def refs(records: list[Record]) -> list[str]:
    return [record.reference for record in records]


def go(client: Client, register: Register, **data: Any) -> Any:
    """Both steps: what it will do, then doing it."""
    seen = client.post(url(register), data | {"step": "preview"})
    assert seen.status_code == 200, seen.content.decode()
    return client.post(url(register), data | {"step": "apply", "mark": seen.context["mark"]})


def entries(record: Record) -> int:
    return int(record.history.count())


def test_archive_makes_one_history_entry_each_and_is_undone(
    register: Register, three: list[Record], client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    before = {record.pk: entries(record) for record in three}
    response = go(client, register, what="archive", ref=refs(three[:2]), reason="spring cleaning")
    assert response.status_code == 200
    for record in three:
        record.refresh_from_db()
    assert [record.archived_at is not None for record in three] == [True, True, False]
    for record in three[:2]:
        assert entries(record) == before[record.pk] + 1
        last = record.history.order_by("-history_id").first()
        assert last.history_change_reason == "spring cleaning"
        assert last.history_user.email == "administrator@nordhaven.example"
        event = ActivityEvent.unscoped.filter(record=record.key).order_by("-pk").first()
        assert event is not None
        assert event.verb == "archived"
    assert entries(three[2]) == before[three[2].pk]
    go(client, register, what="restore", ref=refs(three[:2]))
    three[0].refresh_from_db()
    assert three[0].archived_at is None


KEEPS_ITS_OWNER = {"acknowledgements"}
"""Registers whose records stay with whom they were made for."""


@pytest.fixture
def handed_over(register: Register) -> None:
    if register.slug in KEEPS_ITS_OWNER:
        pytest.skip("nobody takes over from another")


@pytest.mark.usefixtures("handed_over")
def test_owner_and_tags_are_set_for_all_that_match(
    register: Register, three: list[Record], organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    owner = make_person("new-owner@nordhaven.example", organisation, "compliance-officer")
    data = {"what": "edit", "all": "1", "query": "", "set": "owner", "owner": str(owner.public_id)}
    response = go(client_of("administrator"), register, **data, add_tags="Moved, moved , EU")
    assert response.status_code == 200, response.content.decode()
    for record in three:
        record.refresh_from_db()
        assert record.owner_id == owner.pk
        assert record.tags == ["Moved", "EU"]
        assert entries(record) == 2


def test_what_changed_since_one_looked_refuses_all(
    register: Register, three: list[Record], system: Actor, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    data = {"what": "archive", "ref": refs(three)}
    mark = client.post(url(register), data | {"step": "preview"}).context["mark"]
    change_many(register=register, locks={three[1].reference: 1}, change=BulkChange(add_tags=("late",)), by=system)
    response = client.post(url(register), data | {"step": "apply", "mark": mark})
    assert response.status_code == 409
    for record in three:
        record.refresh_from_db()
        assert record.archived_at is None
    with pytest.raises(BulkRefused) as refused:
        change_many(register=register, locks=dict.fromkeys(refs(three), 1), change=BulkChange(archived=True), by=system)
    assert [refusal.reference for refusal in refused.value.refusals] == [three[1].reference]


def test_one_archived_record_refuses_an_edit_of_all_and_is_named(
    register: Register, three: list[Record], system: Actor, client_of: Callable[..., Client]
) -> None:
    change_many(register=register, locks={three[0].reference: 1}, change=BulkChange(archived=True), by=system)
    data = {"what": "edit", "ref": refs(three), "add_tags": "EU"}
    client = client_of("administrator")
    seen = client.post(url(register), data | {"step": "preview"})
    assert [refusal.reference for refusal in seen.context["refusals"]] == [three[0].reference]
    done = client.post(url(register), data | {"step": "apply", "mark": seen.context["mark"]})
    assert done.status_code == 409
    for record in three:
        record.refresh_from_db()
        assert record.tags == []


def test_roles_that_may_not_write_are_refused(
    register: Register, three: list[Record], organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    api = f"/api/v1/o/nordhaven/{register.slug}/bulk"
    body = {"records": dict.fromkeys(refs(three), 1), "archived": True}
    for role in ROLES.values():
        view, edit = role.grants.get(register.view), role.grants.get(register.edit)
        if edit is Reach.ALL:
            continue
        expected = {404} if view is None else {403} if edit is None else {409}
        page = client_of(role.key).post(
            url(register), {"what": "archive", "ref": refs(three), "step": "apply", "mark": "guessed"}
        )
        assert page.status_code in expected, (role.key, page.status_code)
        assert client_of(role.key).post(api, body, "application/json").status_code in expected, role.key
    for record in three:
        record.refresh_from_db()
        assert record.archived_at is None


def test_strangers_change_nothing(
    register: Register, three: list[Record], other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    stranger = client_of("administrator", other_organisation)
    assert stranger.post(url(register), {"what": "archive", "ref": refs(three)}).status_code == 404
    theirs = url(register).replace("/o/nordhaven/", "/o/elsewhere/")
    assert stranger.post(theirs, {"what": "archive", "ref": refs(three), "step": "apply"}).status_code == 422
    body = {"records": dict.fromkeys(refs(three), 1), "archived": True}
    answer = stranger.post(f"/api/v1/o/elsewhere/{register.slug}/bulk", body, "application/json")
    assert answer.status_code == 409
    three[0].refresh_from_db()
    assert three[0].archived_at is None


@pytest.mark.usefixtures("handed_over")
def test_api_does_the_same_with_locks(
    register: Register, three: list[Record], organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client, api = client_of("administrator"), f"/api/v1/o/nordhaven/{register.slug}/bulk"
    make_person("api-owner@nordhaven.example", organisation, "compliance-officer")
    change = {"change": {"owner": "api-owner@nordhaven.example"}, "add_tags": ["EU"], "reason": "handed over"}
    stale = client.post(api, {"records": dict.fromkeys(refs(three), 9), **change}, "application/json")
    assert stale.status_code == 409, stale.json()
    done = client.post(api, {"records": dict.fromkeys(refs(three), 1), **change}, "application/json")
    assert done.status_code == 200, done.json()
    assert done.json() == {"changed": 3, "locks": dict.fromkeys(refs(three), 2)}
    last = three[0].history.order_by("-history_id").first()
    assert (last.history_change_reason, last.tags) == ("handed over", ["EU"])
    many = client.post(api, {"query": "tag=eu", "count": 2, "archived": True}, "application/json")
    assert many.status_code == 409
    many = client.post(api, {"query": "tag=eu", "count": 3, "archived": True}, "application/json")
    assert many.json()["changed"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"archived": True},
        {"records": {"SYS-0001": 1}},
        {"records": {"SYS-0001": 1}, "archived": True, "add_tags": ["x"]},
        {"records": {"SYS-0001": "1; drop"}, "archived": True},
        {"records": {"SYS-0001": 1}, "change": {"organisation": 2}},
        {"records": {"SYS-0001": 1}, "change": {"reference": "SYS-0002"}},
        {"records": {"SYS-0001": 1}, "change": {"created_by": "x"}},
        {"records": {"SYS-0001": 1}, "add_tags": ["x" * 41]},
        {"records": {"SYS-0001": 1}, "archived": True, "nonsense": 1},
        {"query": "nonsense=1", "count": 1, "archived": True},
        {"query": "", "archived": True},
    ],
)
def test_api_refuses_what_it_does_not_understand(
    register: Register, body: dict[str, Any], organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    answer = client_of("administrator").post(f"/api/v1/o/nordhaven/{register.slug}/bulk", body, "application/json")
    assert answer.status_code == 400, answer.json()


def test_page_with_nothing_chosen_says_so(
    register: Register, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    for data in ({}, {"what": "archive"}, {"what": "nonsense", "all": "1"}, {"what": "edit", "ref": ["XX-1", "\x00"]}):
        assert client.post(url(register), data).status_code == 422, data
    assert client.post(url(register), {"what": "edit", "all": "1", "query": "owner=nobody-such"}).status_code == 400

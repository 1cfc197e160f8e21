"""Every list can be seen again as somebody arranged it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.models import Organisation, SavedView
from grc.registers.register import Register, registers
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)]
VIEWS, API = "/o/nordhaven/views", "/api/v1/o/nordhaven/views"


def arranged(register: Register) -> str:
    """An order, a filter and columns other than the usual ones."""
    columns = [name for name in register.columns if name != "reference"][::-1]
    return "owner=me&sort=-updated_at&col=reference&" + "&".join(f"col={name}" for name in columns)


def save(client: Client, register: Register, name: str = "Mine", **more: Any) -> SavedView:
    data = {"register": register.slug, "name": name, "query": arranged(register)} | more
    assert client.post(VIEWS, data).status_code == 302
    return SavedView.unscoped.get(register=register.slug, name=name)


def test_view_comes_back_as_it_was_saved(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    with system.working():
        mine = make(register.slug, system, owner=actor_of("administrator").person)
        other = make(register.slug, system)
    view = save(client, register)
    opened = client.get(register.list_url("nordhaven") + f"?view={view.public_id}&{view.query}")
    assert [row.reference for row in opened.context["page"]] == [mine.reference]
    assert other.reference not in [row.reference for row in opened.context["page"]]
    assert opened.context["query"].columns == ("reference", *[c for c in register.columns if c != "reference"][::-1])
    assert opened.context["query"].sort == "-updated_at"
    assert not opened.context["view_changed"]
    changed = client.get(register.list_url("nordhaven") + f"?view={view.public_id}&owner=me")
    assert changed.context["view_changed"]


def test_view_is_ones_own_until_it_is_shared(
    register: Register, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    owner, view = client_of("administrator"), save(client_of("administrator"), register)
    readers = [role.key for role in ROLES.values() if register.view in role.grants and role.key != "administrator"]
    blind = [role.key for role in ROLES.values() if register.view not in role.grants]
    change = f"{VIEWS}/{view.public_id}"
    for role in readers:
        assert client_of(role).get(f"{API}/{view.public_id}").status_code == 404
        assert client_of(role).post(change, {"settings": "1", "name": "Stolen"}).status_code == 404
    owner.post(change, {"settings": "1", "name": "Ours", "shared": "1"})
    for role in readers:
        assert client_of(role).get(f"{API}/{view.public_id}").json()["name"] == "Ours"
        assert "Ours" in client_of(role).get(register.list_url("nordhaven")).content.decode()
        assert client_of(role).post(change, {"settings": "1", "name": "Stolen"}).status_code == 403
        assert client_of(role).post(f"{change}/delete").status_code == 403
        patched = client_of(role).patch(f"{API}/{view.public_id}", {"name": "Stolen"}, "application/json")
        assert patched.status_code == 403
        assert client_of(role).delete(f"{API}/{view.public_id}").status_code == 403
    for role in blind:
        assert client_of(role).get(f"{API}/{view.public_id}").status_code == 404
        assert client_of(role).post(f"{change}/start").status_code == 404
    view.refresh_from_db()
    assert (view.name, view.query) == ("Ours", view.query)


def test_list_starts_with_the_view_one_chose(
    register: Register, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client, url = client_of("administrator"), register.list_url("nordhaven")
    view = save(client, register)
    assert client.get(url).status_code == 200
    client.post(f"{VIEWS}/{view.public_id}/start")
    opened = client.get(url, follow=True)
    assert opened.context["view"] == view
    assert opened.context["query"].sort == "-updated_at"
    assert client.get(f"{url}?view=all").status_code == 200
    client.post(f"{VIEWS}/{view.public_id}/start", {"off": "1"})
    assert client.get(url).status_code == 200
    client.post(f"{VIEWS}/{view.public_id}/start")
    client.post(f"{VIEWS}/{view.public_id}/delete")
    assert client.get(url).status_code == 200
    assert not SavedView.unscoped.filter(register=register.slug).exists()


def test_view_that_cannot_be_kept_is_refused_in_words(
    register: Register, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    save(client, register)
    for wrong in ({"name": "Mine"}, {"name": ""}, {"name": "x" * 81}, {"query": "sort=password"}):
        data = {"register": register.slug, "name": "Other", "query": ""} | wrong
        assert client.post(VIEWS, data).status_code == 422, wrong
        assert client.post(API, data, "application/json").status_code == 400, wrong
    assert client.post(VIEWS, {"register": "nonsense", "name": "Other"}).status_code == 404
    assert SavedView.unscoped.count() == 1


def test_strangers_see_no_view(
    register: Register, other_organisation: Organisation, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    view = save(client_of("administrator"), register, shared="1")
    stranger = client_of("administrator", other_organisation)
    assert stranger.get("/api/v1/o/elsewhere/views").json() == []
    assert stranger.get(f"/api/v1/o/elsewhere/views/{view.public_id}").status_code == 404
    assert stranger.post(f"/o/elsewhere/views/{view.public_id}/delete").status_code == 404


def test_api_does_what_pages_do(
    register: Register, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    body = {"register": register.slug, "name": "By API", "query": arranged(register), "shared": True}
    made = client.post(API, body, "application/json")
    assert made.status_code == 201, made.json()
    one = f"{API}/{made.json()['id']}"
    assert client.patch(one, {"name": "Renamed"}, "application/json").json()["name"] == "Renamed"
    assert client.patch(one, {"person": "x@y.example"}, "application/json").status_code == 400
    assert client.patch(one, {"register": "tasks"}, "application/json").status_code == 400
    assert client.post(f"{one}/start", {"start": True}, "application/json").status_code == 204
    assert client.get(register.list_url("nordhaven")).status_code == 302
    assert client.delete(one).status_code == 204
    assert client.get(API).json() == []

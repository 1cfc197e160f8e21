"""What every register owes. One without a factory fails here; which registers answer what: ``tests/alike.py``."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.roles import ROLES, Reach
from grc.actions.records import StaleRecord, change_record
from grc.models import ActivityEvent, Organisation
from grc.registers.forms import form_for
from grc.registers.register import Register, registers
from tests.conftest import make_person
from tests.factories import factories, make

ALL = list(registers)
pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", ALL, ids=lambda r: r.slug)]


def roles_with(permission: Any, *reaches: Reach | None) -> list[str]:
    return [role.key for role in ROLES.values() if role.grants.get(permission) in reaches]


def api_url(organisation: Organisation, register: Register, reference: str = "") -> str:
    return f"/api/v1/o/{organisation.slug}/{register.slug}" + (f"/{reference}" if reference else "")


def form_data(register: Register, record: Any, actor: Actor) -> dict[str, Any]:
    """What a browser would send back for an unchanged record."""
    form = form_for(register)(instance=record, actor=actor, register=register)
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if value is None or value is False:
            continue
        data[name] = [str(v) for v in value] if isinstance(value, list) else field.prepare_value(value)
    return data


@pytest.mark.every_register
def test_register_has_a_factory(register: Register) -> None:
    assert register.slug in factories, f"write a factory for {register.slug} in tests/factories/"


@pytest.mark.every_register
def test_register_is_declared_whole(register: Register) -> None:
    names = {*register.columns, *register.more_columns, *register.filters, *register.fields}
    for name in names:
        assert register.field(name)
    assert set(register.readonly) <= set(register.fields)
    assert register.about
    assert register.first_step


def test_pages_anonymous_redirects_to_login(register: Register, organisation: Organisation, system: Actor) -> None:
    record = make(register.slug, system)
    for url in (register.list_url("nordhaven"), record.get_absolute_url(), register.url("edit", record)):
        response = Client().get(url)
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]
    assert Client().get(api_url(organisation, register)).status_code == 401


@pytest.mark.every_register
def test_pages_without_the_permission_do_not_exist(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    blind = roles_with(register.view, None)
    urls = [register.list_url("nordhaven"), record.get_absolute_url(), register.url("history", record)]
    for role in blind:
        for url in [*urls, api_url(organisation, register), api_url(organisation, register, record.reference)]:
            assert client_of(role).get(url).status_code == 404, (role, url)


def test_pages_member_of_nothing_sees_nothing(register: Register, organisation: Organisation, system: Actor) -> None:
    record = make(register.slug, system)
    client = Client()
    client.force_login(make_person("nobody@example.org"))
    for url in (register.list_url("nordhaven"), record.get_absolute_url(), api_url(organisation, register)):
        assert client.get(url).status_code == 404


@pytest.mark.every_register
def test_pages_other_organisation_sees_nothing(
    register: Register, other_organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    stranger = client_of("administrator", other_organisation)
    assert stranger.get(record.get_absolute_url()).status_code == 404
    theirs = record.get_absolute_url().replace("/o/nordhaven/", "/o/elsewhere/")
    assert stranger.get(theirs).status_code == 404
    listing = stranger.get(register.list_url("elsewhere"))
    assert listing.status_code == 200
    assert record.reference not in listing.content.decode()
    assert stranger.get(api_url(other_organisation, register)).json()["count"] == 0


def test_pages_read_only_role_reads_and_is_refused_to_write(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    readers = set(roles_with(register.view, Reach.ALL)) & set(roles_with(register.edit, None))
    assert readers, "some role must be able to look without touching"
    for role in readers:
        client = client_of(role)
        assert client.get(record.get_absolute_url()).status_code == 200
        assert client.post(register.url("edit", record), form_data(register, record, system)).status_code == 403
        assert client.post(register.url("archive", record)).status_code == 403
        assert client.post(f"{register.list_url('nordhaven')}new", {}).status_code == 403
        url = api_url(organisation, register, record.reference)
        assert client.patch(url, {"lock": record.lock}, "application/json").status_code == 403
        assert client.post(api_url(organisation, register), {}, "application/json").status_code == 403
    record.refresh_from_db()
    assert record.lock == 1


def test_owner_reach_edits_own_records_only(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    for role in roles_with(register.edit, Reach.OWN):
        actor, client = actor_of(role), client_of(role)
        mine, other = make(register.slug, system, owner=actor.person), make(register.slug, system)
        assert client.get(register.url("edit", mine)).status_code == 200
        response = client.get(register.url("edit", other))
        assert response.status_code == 403
        assert "another owner" in response.content.decode()


@pytest.mark.every_register
def test_pages_editor_sees_every_page(register: Register, system: Actor, client_of: Callable[..., Client]) -> None:
    record = make(register.slug, system)
    client = client_of(roles_with(register.edit, Reach.ALL)[0])
    for what in ("detail", "edit", "history", "archive"):
        assert client.get(register.url(what, record)).status_code == 200, what
    for url in ("", "new", f"?q={record.reference}", "?archived=1", "?sort=-created_at"):
        assert client.get(register.list_url("nordhaven") + url).status_code == 200, url


def test_page_edit_with_a_stale_lock_loses_nothing(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    data = form_data(register, record, system) | {"lock": record.lock + 7, "change_reason": "kept for later"}
    response = client.post(register.url("edit", record), data)
    assert response.status_code == 409
    assert "kept for later" in response.content.decode()
    record.refresh_from_db()
    assert record.lock == 1


def test_api_patch_with_a_stale_lock_is_a_conflict(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client, url = client_of("administrator"), api_url(organisation, register, record.reference)
    assert client.patch(url, {"lock": record.lock + 1}, "application/json").status_code == 409
    response = client.patch(url, {}, "application/json")
    assert response.status_code == 400
    assert "lock" in response.json()["fields"]


def test_action_change_with_a_stale_lock_is_refused(register: Register, system: Actor) -> None:
    record = make(register.slug, system)
    with pytest.raises(StaleRecord):
        change_record(record=record, by=system, lock=record.lock + 1)


@pytest.mark.every_register
def test_page_and_api_agree(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    records = [make(register.slug, system) for _ in range(3)]
    client = client_of("administrator")
    exported = b"".join(client.get(f"{register.list_url('nordhaven')}export.csv"))
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    api = client.get(api_url(organisation, register)).json()["results"]
    references = {record.reference for record in records}
    assert references <= {row["Reference"] for row in rows}
    assert {row["Reference"] for row in rows} == {item["reference"] for item in api}
    assert client.get(api_url(organisation, register, records[0].reference)).json() in api


def test_api_refuses_what_it_does_not_know(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client, url = client_of("administrator"), api_url(organisation, register, record.reference)
    for name in ("reference", "organisation", "created_by", "nonsense"):
        response = client.patch(url, {"lock": record.lock, name: "1"}, "application/json")
        assert response.status_code == 400, name
        assert name in response.json()["fields"]
    assert client.put(url, {}, "application/json").status_code == 405
    assert client.delete(url).status_code == 405
    assert client.get(api_url(organisation, register), {"nonsense": "1"}).status_code == 400


def test_history_names_who_and_why(
    register: Register, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    client.post(register.url("archive", record), {"reason": "no longer used"})
    entry = record.history.order_by("-history_id").first()
    assert entry.history_user.email == "administrator@nordhaven.example"
    assert entry.history_change_reason == "no longer used"
    assert "no longer used" in client.get(register.url("history", record)).content.decode()
    steps = client.get(api_url(organisation, register, record.reference) + "/history").json()
    assert [step["kind"] for step in steps] == ["archived", "created"]
    assert steps[0]["reason"] == "no longer used"
    event = ActivityEvent.unscoped.filter(record=record.key).order_by("-pk").first()
    assert event is not None
    assert (event.verb, event.person) == ("archived", entry.history_user.public_id)


def test_archive_and_restore_are_each_others_undo(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    client.post(register.url("archive", record))
    link = f'href="{record.get_absolute_url()}"'
    assert link not in client.get(register.list_url("nordhaven")).content.decode()
    assert link in client.get(register.list_url("nordhaven"), {"archived": "1"}).content.decode()
    assert client.get(register.url("edit", record)).status_code == 403
    client.post(register.url("restore", record))
    record.refresh_from_db()
    assert record.archived_at is None


@pytest.mark.parametrize("where", ["page", "api"])
def test_list_takes_as_many_queries_at_20_rows_as_at_1(
    register: Register, where: str, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    url = register.list_url("nordhaven") if where == "page" else api_url(organisation, register)

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return [query["sql"] for query in queries]

    make(register.slug, system)
    asked()  # warms what is read once per process
    one = asked()
    for _ in range(19):
        make(register.slug, system)
    many = asked()
    assert len(many) == len(one), "\n".join(many)
    assert len(one) <= 15


@pytest.mark.parametrize(
    "query", ["?sort=password", "?col=organisation_id", "?q=%00", "?q=" + "x" * 300, "?owner=1;drop"]
)
def test_list_bad_parameters_are_a_400_with_a_sentence(
    register: Register, query: str, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    assert client.get(register.list_url("nordhaven") + query).status_code == 400
    assert client.get(f"{register.list_url('nordhaven')}export.csv{query}").status_code == 400


def test_export_of_an_unknown_kind_does_not_exist(register: Register, client_of: Callable[..., Client]) -> None:
    assert client_of("administrator").get(f"{register.list_url('nordhaven')}export.exe").status_code == 404

"""A small set of refusals, each a plain function that fails where something lets through what it must not.

``test_checks_matter.py`` takes one check out of the product at a time and demands that one of these fails.
"""

import datetime as dt
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import URLResolver, get_resolver
from guardian.shortcuts import assign_perm, remove_perm

from audits.actions.engagements import add_revision, change_end, end_access, open_engagement
from audits.models import Engagement
from evidence.actions.connection import check_connection
from evidence.actions.items import add_file
from evidence.actions.sources import request_pull
from evidence.bundles.assemble import disclose
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.access.roles import ROLES, Reach
from grc.access.room import READ_SCOPE
from grc.actions.links import link_records, unlink_records
from grc.actions.people import end_role, give_role, remove_person
from grc.actions.records import archive_record, change_record, create_record, restore_record
from grc.actions.tokens import make_token, revoke_token
from grc.identity.sessions import end_sessions
from grc.models import APIToken, File, GrantPeriod, Link, Membership, Person, RecordKey, ReferenceCounter
from grc.registers.register import registers
from tests.access.addresses import Address, addresses, filled, register_of
from tests.access.asking import ask, expected
from tests.access.rules import RULES
from tests.conftest import make_person
from tests.factories import make
from tests.test_registers import form_data


@dataclass
class World:
    """Two organisations, an open engagement in the first, and logged-in people."""

    system: Actor
    stranger: Actor
    records: dict[str, Any]
    foreign: dict[str, Any]
    engagement: Engagement
    actors: dict[str, Actor]
    addresses: dict[str, str]

    def client(self, person: Person | None) -> Client:
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        return client

    def of(self, role: str) -> Client:
        return self.client(self.actors[role].person)

    def room(self, rest: str = "") -> str:
        return f"/room/{self.engagement.scope.public_id}/{rest}"  # type: ignore[union-attr]


def build_world(system: Actor, stranger: Actor, actor_of: Callable[..., Actor]) -> World:
    records = {register.slug: make(register.slug, system) for register in registers}
    for register in registers:  # the other organisation's references are of no record here
        ReferenceCounter.objects.create(organisation=stranger.organisation, prefix=register.prefix, last=500)
    foreign = {register.slug: make(register.slug, stranger) for register in registers}
    link_records(source=records["evidence"], reference=records["ai-systems"].reference, by=system)
    for item, by in ((records["evidence"], system), (foreign["evidence"], stranger)):
        add_file(item=item, upload=io.BytesIO(b"a,b\r\n"), name=f"{by.organisation.slug}.csv", by=by)
    hidden = make("evidence", system, name="Hidden")
    add_file(item=hidden, upload=io.BytesIO(b"hidden\r\n"), name="hidden.csv", by=system)
    engagement = make("engagements", system, system=records["ai-systems"])
    open_engagement(engagement=engagement, by=system)
    engagement.refresh_from_db()
    where = {address.name: url for address, url in filled(one_address_a_view(), system).items()}
    actors = {role: actor_of(role) for role in ROLES}
    return World(system, stranger, records, foreign, engagement, actors, where)


def views(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns)
        else:
            view = entry.callback
            yield entry.name or "", getattr(view, "view_class", getattr(view, "cls", view))


def one_address_a_view() -> list[Address]:
    """Every view of the product once; of those that each register has, two registers' (``tests/access`` asks all)."""
    view_of, chosen = dict(views(get_resolver().url_patterns)), {}
    asked = [a for a in addresses() if a.name in RULES and RULES[a.name].where in ("organisation", "person")]
    for slug in ("ai-systems", "risks", None):
        for address in asked:
            register = register_of(address.route)
            view = view_of[address.name]
            if slug and register and register.slug == slug:
                chosen.setdefault((view, slug), address)
            elif slug is None and not any((view, other) in chosen for other in ("ai-systems", "risks", None)):
                chosen[view, None] = address
    return list(chosen.values())


def refused(act: Callable[[], Any], *errors: type[Exception]) -> None:
    with pytest.raises(errors or (Denied, NotVisible)):
        act()


# Roles, ownership, organisations


def table_holds(world: World) -> None:
    """The access table: who sees a little and changes nothing, and who sees next to nothing, at every view."""
    for role in ("reader", "platform-engineer"):
        client = world.of(role)
        for name, url in world.addresses.items():
            if RULES[name].where != "organisation":
                continue
            for method in RULES[name].methods:
                status = ask(client, method, url)
                assert status in expected(RULES[name], method, ROLES[role].grants), (role, method, url, status)


def strangers_meet_nothing(world: World) -> None:
    client = world.client(world.stranger.person)
    for register in registers:
        for url in (register.list_url("nordhaven"), world.records[register.slug].get_absolute_url()):
            assert client.get(url).status_code == 404, url
        there = world.stranger.organisation.slug
        count = client.get(f"/api/v1/o/{there}/{register.slug}").json()["count"]
        assert count == register.model.unscoped.filter(organisation=world.stranger.organisation).count()


def owners_keep_to_their_own(world: World) -> None:
    for register in registers:
        for role in [r for r in ROLES.values() if r.grants.get(register.edit) is Reach.OWN]:
            response = world.of(role.key).get(register.url("edit", world.records[register.slug]))
            assert response.status_code == 403, register.slug


def actions_ask_who(world: World) -> None:
    """Past every page: the domain's own functions."""
    for register in registers:
        record = world.records[register.slug]
        blind = next(a for r, a in world.actors.items() if register.edit not in ROLES[r].grants)
        fresh = register.model.unscoped.select_related("organisation", "key").get(pk=record.pk)
        copied = register.model.unscoped.get(pk=record.pk)
        copied.pk = None
        refused(lambda copied=copied, blind=blind: create_record(record=copied, by=blind))
        for by in (blind, world.stranger):
            refused(lambda fresh=fresh, by=by: change_record(record=fresh, by=by, lock=fresh.lock))
            refused(lambda fresh=fresh, by=by: archive_record(record=fresh, by=by))
            refused(lambda fresh=fresh, by=by: restore_record(record=fresh, by=by))


def links_ask_who(world: World) -> None:
    item, reader = world.records["evidence"], world.actors["reader"]
    other = make("ai-systems", world.system)
    refused(lambda: link_records(source=item, reference=other.reference, by=reader))
    refused(lambda: unlink_records(link=Link.unscoped.first(), by=reader))


def evidence_asks_who(world: World) -> None:
    upload = io.BytesIO(b"x,y\r\n")
    refused(lambda: add_file(item=world.records["evidence"], upload=upload, name="a.csv", by=world.actors["reader"]))


def engagements_ask_who(world: World) -> None:
    one, reader = world.engagement, world.actors["reader"]
    fresh = make("engagements", world.system, system=world.records["ai-systems"])
    refused(lambda: open_engagement(engagement=fresh, by=reader))
    refused(lambda: add_revision(engagement=one, note="", by=reader))
    refused(lambda: change_end(engagement=one, ends=one.access_until, by=reader))
    refused(lambda: end_access(engagement=one, by=reader))


def sources_ask_who(world: World) -> None:
    source, reader = world.records["sources"], world.actors["reader"]
    refused(lambda: request_pull(source=source, by=reader, enqueue=lambda run: None), Denied)
    refused(lambda: check_connection(source=source, by=reader), Denied)


def people_ask_who(world: World) -> None:
    reader, person = world.actors["reader"], world.actors["contributor"].person
    assert person is not None
    refused(lambda: give_role(person=person, role="reader", by=reader), Denied)
    refused(lambda: end_role(person=person, role="contributor", by=reader), Denied)
    refused(lambda: remove_person(person=person, by=reader), Denied)
    refused(lambda: end_sessions(person=person, by=reader), Denied)


def disclosure_asks_who(world: World) -> None:
    refused(lambda: disclose(None, by=world.actors["reader"]), Denied)  # type: ignore[arg-type]


def foreign_row(world: World, model: type[Any]) -> Any:
    if model is Person:
        return world.stranger.person
    return world.foreign["ai-systems" if model is RecordKey else registers.of(model).slug]


def foreign_rows_are_no_choice(world: World) -> None:
    client = world.of("administrator")
    for register in registers:
        record = world.records[register.slug]
        data = form_data(register, record, world.system)
        for name in register.writable:
            field = register.field(name)
            if not field.is_relation:
                continue
            row = foreign_row(world, field.related_model)
            spelt = str(getattr(row, "public_id", None) or row.reference)
            stated = getattr(row, "email", None) or row.reference
            before = getattr(register.model.unscoped.get(pk=record.pk), field.attname)
            assert client.post(register.url("edit", record), data | {name: spelt}).status_code == 422, name
            url = f"/api/v1/o/nordhaven/{register.slug}/{record.reference}"
            assert client.patch(url, {"lock": record.lock, name: stated}, "application/json").status_code == 400
            assert getattr(register.model.unscoped.get(pk=record.pk), field.attname) == before


def unknown_fields_are_named(world: World) -> None:
    for register in registers:
        record = world.records[register.slug]
        url = f"/api/v1/o/nordhaven/{register.slug}/{record.reference}"
        body = {"lock": record.lock, "organisation": 1}
        assert world.of("administrator").patch(url, body, "application/json").status_code == 400


def links_are_shown_to_who_may_see_their_end(world: World) -> None:
    """A role that sees the one side alone is not told of the other."""
    for role, actor in world.actors.items():
        if registers.by_slug("evidence").view in ROLES[role].grants or not actor.can(
            registers.by_slug("ai-systems").view
        ):
            continue
        page = world.of(role).get(world.records["ai-systems"].get_absolute_url()).content.decode()
        assert world.records["evidence"].reference not in page, role


# Logins, tokens, memberships


def pages_ask_for_a_login(world: World) -> None:
    for name, url in world.addresses.items():
        if RULES[name].methods[0] != "GET" or RULES[name].where == "public":
            continue
        assert Client(raise_request_exception=False).get(url).status_code in (302, 401), url


def writes_ask_for_a_form_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.actors["administrator"].person)  # type: ignore[arg-type]
    assert client.post("/me/theme", {"theme": "dark"}).status_code == 403
    url = "/api/v1/o/nordhaven/ai-systems"
    assert client.post(url, {}, "application/json").status_code == 403


def tokens_die(world: World) -> None:
    person = make_person(f"{uuid.uuid4().hex}@nordhaven.example", world.system.organisation, "reader")
    token, secret = make_token(person=person, name="x", days=7)

    def status() -> int:
        return Client().get("/api/v1/rooms", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert status() == 200
    APIToken.objects.filter(pk=token.pk).update(expires_at=Now())
    assert status() == 401, "expired"
    APIToken.objects.filter(pk=token.pk).update(expires_at=Now() + dt.timedelta(days=1))
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert status() == 401, "disabled"
    Person.objects.filter(pk=person.pk).update(is_active=True)
    revoke_token(token=token)
    assert status() == 401, "revoked"


def ended_members_meet_nothing(world: World) -> None:
    person = make_person(f"{uuid.uuid4().hex}@nordhaven.example", world.system.organisation, "reader")
    client = world.client(person)
    assert client.get("/o/nordhaven/").status_code == 200
    Membership.objects.filter(person=person).update(ended_at=Now())
    assert client.get("/o/nordhaven/").status_code == 404
    assert client.get("/api/v1/o/nordhaven/ai-systems").status_code == 404


def disabled_people_are_nobody(world: World) -> None:
    person = make_person(f"{uuid.uuid4().hex}@nordhaven.example", world.system.organisation, "reader")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    assert Actor.of(person, world.system.organisation) is None


# Rooms


def room_is_open_in_its_period_only(world: World) -> None:
    client = world.client(world.engagement.auditor)
    periods = GrantPeriod.unscoped.filter(scope=world.engagement.scope)
    hour = dt.timedelta(hours=1)

    def statuses() -> set[int]:
        api = f"/api/v1/rooms/{world.engagement.scope.public_id}/records"  # type: ignore[union-attr]
        return {client.get(url).status_code for url in (world.room(), world.room("records"), api)}

    assert statuses() == {200}
    periods.update(not_after=Now())
    assert statuses() == {404}, "ended"
    assert client.get("/api/v1/rooms").json() == []
    periods.update(not_before=Now() + hour, not_after=Now() + 2 * hour)
    assert statuses() == {404}, "not begun"
    periods.update(not_before=Now() - hour, revoked_at=Now())
    assert statuses() == {404}, "revoked"
    periods.update(revoked_at=None)
    remove_perm(READ_SCOPE, world.engagement.auditor, world.engagement.scope)
    assert statuses() == {404}, "no guardian row"
    assign_perm(READ_SCOPE, world.engagement.auditor, world.engagement.scope)
    assert statuses() == {200}


def room_is_one_persons(world: World) -> None:
    other = make_person(f"{uuid.uuid4().hex}@certbody.example")
    assign_perm(READ_SCOPE, other, world.engagement.scope)
    assert world.client(other).get(world.room()).status_code == 404


def room_holds_its_files_only(world: World) -> None:
    client = world.client(world.engagement.auditor)
    for file in File.unscoped.all():
        shared = file.name == f"{world.system.organisation.slug}.csv"
        assert client.get(world.room(f"files/{file.public_id}")).status_code == (200 if shared else 404), file.name


def room_holds_its_records_only(world: World) -> None:
    client = world.client(world.engagement.auditor)
    assert client.get(world.room("records/EVD-0001")).status_code == 200
    assert client.get(world.room("records/EVD-0002")).status_code == 404
    before = client.get(world.room("records/SYS-0001")).content
    changed = (
        registers.by_slug("ai-systems").model.unscoped.select_related("key").get(pk=world.records["ai-systems"].pk)
    )
    changed.name = "Renamed since"
    change_record(record=changed, by=world.system, lock=changed.lock)
    assert b"Renamed since" not in client.get(world.room("records/SYS-0001")).content
    assert len(before) > 0


def room_is_read_only_and_logged(world: World) -> None:
    from grc.models import ActivityEvent

    client, person = world.client(world.engagement.auditor), world.engagement.auditor
    events = ActivityEvent.unscoped.filter(person=person.public_id)  # type: ignore[union-attr]
    before = events.count()
    client.get(world.room("records"))
    assert events.count() == before + 1
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.generic(method, world.room("records")).status_code == 405


# Files


def files_are_handed_over_shut(world: World) -> None:
    response = world.of("administrator").get(f"{world.records['evidence'].get_absolute_url()}/files/1")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def files_are_judged(world: World) -> None:
    url = f"{world.records['evidence'].get_absolute_url()}/files"
    upload = io.BytesIO(b"MZ\x90\x00" * 50)
    upload.name = "a.csv"
    assert world.of("administrator").post(url, {"file": upload}).status_code == 422


PROBES: list[Callable[[World], None]] = [
    actions_ask_who, links_ask_who, evidence_asks_who, engagements_ask_who, sources_ask_who, people_ask_who,
    disclosure_asks_who,
    strangers_meet_nothing, owners_keep_to_their_own, foreign_rows_are_no_choice, unknown_fields_are_named,
    links_are_shown_to_who_may_see_their_end, pages_ask_for_a_login, writes_ask_for_a_form_token, tokens_die,
    ended_members_meet_nothing, disabled_people_are_nobody, room_is_open_in_its_period_only, room_is_one_persons,
    room_holds_its_files_only, room_holds_its_records_only, room_is_read_only_and_logged, files_are_handed_over_shut,
    files_are_judged, table_holds,
]  # fmt: skip

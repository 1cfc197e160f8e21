"""Every field of every register, written by everybody: only what is declared writable changes, and only by who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.test import Client
from guardian.models import UserObjectPermission

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission, Reach
from grc.models import APIToken, GrantPeriod, Membership, Organisation, Person, RecordKey, Scope
from grc.models.record import Record
from grc.registers.forms import form_for
from grc.registers.register import Register, registers
from tests.access.addresses import addresses, filled
from tests.alike import registers_differ, worth_asking
from tests.attacks.planting import plant_organisation
from tests.conftest import make_person
from tests.factories import make
from tests.test_registers import form_data

pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)


def standings() -> list[Any]:
    """Every register, with one role for each way to stand to it: the gate asks for nothing else of a role."""
    found = {}
    for register in registers:
        for role in ROLES.values():
            found.setdefault((register.slug, role.grants.get(register.view), role.grants.get(register.edit)), role.key)
    return [
        pytest.param(registers.by_slug(slug), role, id=f"{slug}-{role}") for (slug, _view, _edit), role in found.items()
    ]


STANDINGS = pytest.mark.parametrize(("register", "role"), standings())
MOVES_BY_ITSELF = {"lock", "updated_at", "updated_by_id"}
INVENTED = ("pk", "id", "is_superuser", "role", "roles", "permissions", "history", "unscoped", "_state", "__class__")


def columns(record: Record) -> dict[str, Any]:
    return {field.attname: field.value_from_object(record) for field in record._meta.concrete_fields}


def kept(record: Record) -> dict[str, Any]:
    """What may not change by any body: every column that the register does not declare as writable."""
    register = registers.of(type(record))
    writable = {register.field(name).attname for name in register.writable}
    return {n: v for n, v in columns(record).items() if n not in writable | MOVES_BY_ITSELF}


def fresh(record: Record) -> Record:
    return type(record).unscoped.get(pk=record.pk)


def evil(field: Any, stranger: Actor) -> str:
    """Something plausible that is not what stands there: of another organisation, where it points at a row."""
    if field.is_relation:
        target = field.related_model
        if target is Organisation:
            return str(stranger.organisation.pk)
        if target is Person:
            return str(stranger.person.pk)  # type: ignore[union-attr]
        row = target._base_manager.first() if target._meta.pk.name != "key" else None
        return str(row.pk) if row else "1"
    if isinstance(field, models.DateTimeField):
        return "2001-01-01T00:00:00Z"
    if isinstance(field, models.DateField):
        return "2001-01-01"
    if isinstance(field, models.IntegerField | models.BooleanField):
        return "1"
    return "XXX-9999"


def undeclared(register: Register) -> list[Any]:
    return [field for field in register.model._meta.concrete_fields if field.name not in register.writable]


def everything_evil(register: Register, stranger: Actor) -> dict[str, str]:
    body = dict.fromkeys(INVENTED, "1")
    for field in undeclared(register):
        if field.name != "lock":
            body |= {field.name: evil(field, stranger), field.attname: evil(field, stranger)}
    return body


@pytest.fixture
def stranger(db: None, request: pytest.FixtureRequest) -> Actor:
    """Somebody of another organisation that has a record of the register that is asked, and of what it points at."""
    return plant_organisation(only=request.getfixturevalue("register") if "register" in request.fixturenames else None)


def url_of(record: Record, *, api: bool) -> str:
    register = registers.of(type(record))
    if api:
        return f"/api/v1/o/{record.organisation.slug}/{register.slug}/{record.reference}"
    return register.url("edit", record)


@STANDINGS
def test_form_with_every_field_changes_declared_ones_only(
    register: Register, role: str, system: Actor, stranger: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    before, all_before = kept(fresh(record)), columns(fresh(record))
    body = everything_evil(register, stranger) | form_data(register, record, system) | {"lock": str(record.lock)}
    response = client_of(role).post(url_of(record, api=False), body)
    after = fresh(record)
    assert kept(after) == before
    if ROLES[role].grants.get(register.edit) is not Reach.ALL:
        assert response.status_code in (403, 404)
        assert columns(after) == all_before
    else:
        assert response.status_code in (302, 422)


@STANDINGS
def test_api_with_every_field_changes_nothing(
    register: Register, role: str, system: Actor, stranger: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    before = columns(fresh(record))
    body = everything_evil(register, stranger) | {"lock": record.lock}
    response = client_of(role).patch(url_of(record, api=True), body, "application/json")
    assert columns(fresh(record)) == before
    grant = ROLES[role].grants
    assert response.status_code == (
        404 if register.view not in grant else 400 if grant.get(register.edit) is Reach.ALL else 403
    )


@EVERY
def test_api_names_each_field_that_is_not_writable(
    register: Register, system: Actor, stranger: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client, before = client_of("administrator"), columns(fresh(record))
    names = {*INVENTED, *(n for field in undeclared(register) for n in (field.name, field.attname))} - {"lock"}
    for name in sorted(names):
        body = {"lock": record.lock, name: everything_evil(register, stranger).get(name, "1")}
        response = client.patch(url_of(record, api=True), body, "application/json")
        assert response.status_code == 400, name
        assert name in response.json()["fields"], name
    assert columns(fresh(record)) == before


@EVERY
def test_create_takes_no_kernel_fields_from_the_body(
    register: Register, system: Actor, stranger: Actor, client_of: Callable[..., Client]
) -> None:
    client, model = client_of("administrator"), register.model
    source = make(register.slug, system)
    body = everything_evil(register, stranger) | form_data(register, source, system)
    known = set(model.unscoped.values_list("pk", flat=True))
    client.post(f"{register.list_url(system.organisation.slug)}new", body)
    for record in model.unscoped.exclude(pk__in=known):
        assert record.organisation == system.organisation
        assert record.created_by.email == "administrator@nordhaven.example"
        assert record.lock == 1
        assert record.archived_at is None
        assert record.reference.startswith(register.prefix)
    theirs = model.unscoped.filter(organisation=stranger.organisation).exclude(pk__in=known)
    assert not theirs.exists()
    count = model.unscoped.count()
    url = f"/api/v1/o/{system.organisation.slug}/{register.slug}"
    assert client.post(url, everything_evil(register, stranger), "application/json").status_code == 400
    assert model.unscoped.count() == count


@EVERY
def test_foreign_rows_in_the_body_are_refused_by_name(
    register: Register, system: Actor, stranger: Actor, client_of: Callable[..., Client]
) -> None:
    record, client = make(register.slug, system), client_of("administrator")
    before = columns(fresh(record))
    for name in register.writable:
        field = register.field(name)
        if not field.is_relation:
            continue
        for value in spellings(field, stranger):
            body = {"lock": record.lock, name: value}
            answer = client.patch(url_of(record, api=True), json.dumps(body), "application/json")
            assert answer.status_code == 400, (name, value)
            assert name in answer.json()["fields"], (name, value)
            form = form_data(register, record, system) | {name: str(value), "lock": record.lock}
            answer = client.post(url_of(record, api=False), form)
            assert answer.status_code == 422, (name, value)
            bound = form_for(register)(form, instance=fresh(record), actor=system, register=register)
            assert name in bound.errors, (name, value)
    assert columns(fresh(record)) == before


def spellings(field: Any, stranger: Actor) -> list[Any]:
    """The ways in which a body could name a row of another organisation, and of this one by a key that is not its
    name."""
    if field.related_model is Person:
        person = stranger.person
        assert person is not None
        return [person.pk, str(person.public_id), person.email]
    slug = "risks" if field.related_model is RecordKey else registers.of(field.related_model).slug
    for _ in range(5):
        row = make(slug, stranger)  # numbered beyond what the own organisation has
    return [row.pk, row.reference, str(row)]


# Nobody gives themselves anything


def powers() -> list[Any]:
    return [
        sorted(Membership.objects.values_list("person", "organisation", "role", "ended_at")),
        sorted(UserObjectPermission.objects.values_list("user", "object_pk", "permission")),
        sorted(GrantPeriod.unscoped.values_list("person", "scope", "not_after", "revoked_at")),
        sorted(Scope.unscoped.values_list("pk", flat=True)),
        sorted(APIToken.objects.values_list("person", "expires_at")),
        sorted(Person.objects.values_list("pk", "email", "is_active", "is_superuser", "public_id", "password")),
        sorted(Organisation.objects.values_list("pk", "name", "slug")),
    ]


THREE = ("compliance-officer", "contributor", "reader")


@pytest.mark.parametrize(
    "role",
    [
        pytest.param(role, marks=() if role in THREE else pytest.mark.assurance)
        for role in ROLES
        if Permission.PEOPLE_EDIT not in ROLES[role].grants
    ],
)
def test_self_grant_is_impossible_at_every_address(
    role: str, system: Actor, stranger: Actor, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    person = actor_of(role).person
    assert person is not None
    client = client_of(role)
    body = {
        "role": "administrator", "roles": ["administrator"], "person": person.pk, "person_id": person.pk,
        "email": "administrator@nordhaven.example", "organisation": stranger.organisation.pk, "is_superuser": "1",
        "is_active": "1", "is_staff": "1", "user_permissions": ["1"], "groups": ["1"], "public_id": "1",
        "memberships": ["1"], "permission": "read_scope", "user": person.pk, "slug": "mine",
    }  # fmt: skip
    asked = [
        address
        for address in addresses()
        # one's own password; and giving an outsider access is what opening an engagement is for
        if not address.name.startswith(("account_", "mfa_", "engagements-open"))
    ]
    worth = worth_asking(asked, lambda address: address.route, registers_differ)
    urls = filled(worth, system, organisation=system.organisation.slug).values()
    before = powers()  # after the values for the addresses, which make people with roles
    for url in urls:
        client.post(url, body)
        for method in ("POST", "PUT", "PATCH"):
            client.generic(method, url, json.dumps(body, default=str), content_type="application/json")
    assert powers() == before


def test_profile_changes_what_it_shows_and_nothing_else(client_of: Callable[..., Client], actor_of: Any) -> None:
    person = actor_of("reader").person
    body = {field.name: "1" for field in Person._meta.concrete_fields}
    body |= {"name": "Rena", "time_zone": "Europe/Rome", "theme": "dark", "region": "it-IT"}
    body["email"] = "administrator@nordhaven.example"
    client = client_of("reader")
    person.refresh_from_db()
    before = {f.attname: f.value_from_object(person) for f in Person._meta.concrete_fields}
    client.post("/me/", body)
    person = Person.objects.get(pk=person.pk)
    changed = {n for n, value in before.items() if getattr(person, n) != value}
    assert changed == {"name", "time_zone", "theme", "region"}


def test_token_of_another_person_cannot_be_revoked(client_of: Callable[..., Client], system: Actor) -> None:
    owner = make_person("owner@nordhaven.example", system.organisation, "reader")
    token = APIToken.objects.create(person=owner, name="x", digest="d", expires_at="2099-01-01T00:00:00Z")
    assert client_of("administrator").post(f"/me/tokens/{token.public_id}/revoke").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None

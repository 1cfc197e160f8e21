"""How the table is asked: which addresses, by which methods, by which roles, and which answers are right."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import transaction
from django.test import Client

from grc.access.roles import ROLES, Reach, Role
from grc.models import Person
from tests.access.addresses import Address, addresses, register_of
from tests.access.rules import LIBRARY_PREFIXES, RULES, Rule
from tests.alike import ALL_OF_ALL, registers_differ, worth_asking

OURS = [a for a in addresses() if not a.name.startswith(LIBRARY_PREFIXES) and not a.route.startswith("static/")]
ASKED = worth_asking(OURS, lambda address: address.route, registers_differ)
"""Every address is declared; of those that all registers have alike, some are asked (``tests/alike.py``)."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def named(where: str) -> list[Any]:
    return [pytest.param(a, id=a.name) for a in OURS if a.name in RULES and RULES[a.name].where == where]


def families(where: str) -> list[Any]:
    """The addresses by whose they are: a register's in one family, so that its record and its people are made once."""
    found: dict[str, list[Address]] = {}
    for address in ASKED:
        if address.name in RULES and RULES[address.name].where == where:
            register = register_of(address.route)
            found.setdefault(register.slug if register else "others", []).append(address)
    return [pytest.param(addresses, id=name) for name, addresses in found.items()]


@contextmanager
def undone() -> Iterator[None]:
    """What an address does is gone before the next one is asked."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, url: str) -> int:
    return client.generic(
        method, url, b"{}", content_type="application/json" if "/api/" in url else "text/plain"
    ).status_code


def inside(person: Person) -> Client:
    """A browser with a session of that person: how they signed in is no matter here, and takes its time."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def roles_asking(address: Address) -> list[Role]:
    """One role of each standing to the address: those whose grants for what its rule names are the same get the same
    answer, because nothing else of a role is asked (`test_a_role_is_nothing_but_its_grants`). Which one stands for the
    others changes from address to address. With ASSURANCE_ROUNDS, every role."""
    if ALL_OF_ALL:
        return list(ROLES.values())
    rule, alike = RULES[address.name], dict[tuple[Reach | None, ...], list[Role]]()
    for role in ROLES.values():
        named = (rule.view, *rule.needs.values())
        alike.setdefault(tuple(role.grants.get(one) if one else None for one in named), []).append(role)
    turn = zlib.crc32(address.name.encode())
    return [roles[turn % len(roles)] for roles in alike.values()]


def expected(rule: Rule, method: str, grants: dict[Any, Reach]) -> set[int]:
    """The statuses that are right: 404 for who may not see it, 403 for who may not do it, 405 for what isn't there."""
    if rule.view is not None and rule.view not in grants:
        return {404, 405} if method not in rule.methods else {404}
    if method not in rule.methods:
        return {405}
    need = rule.needs.get(method)
    if need is not None and grants.get(need) is None:
        return {403}
    if need is not None and grants[need] is Reach.OWN:
        return {200, 201, 202, 302, 400, 403, 404, 409, 415, 422}
    # what is asked for may be missing (a file, a link), the body may lack a field: never a refusal of the role
    return {200, 201, 202, 204, 302, 400, 404, 409, 415, 422} if need or method != "GET" else {200, 404}

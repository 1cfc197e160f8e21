"""How the table is asked: which addresses, by which methods, and which answers are right."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client

from grc.access.roles import Reach
from grc.models import Person
from tests.access.addresses import addresses
from tests.access.rules import LIBRARY_PREFIXES, RULES, Rule

OURS = [a for a in addresses() if not a.name.startswith(LIBRARY_PREFIXES) and not a.route.startswith("static/")]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def named(where: str) -> list[Any]:
    return [pytest.param(a, id=a.name) for a in OURS if a.name in RULES and RULES[a.name].where == where]


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

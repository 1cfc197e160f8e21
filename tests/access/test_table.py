"""The table of quality.md: address × method × role × whose it is, generated from the resolver."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.access.roles import ROLES, Reach
from grc.models import Organisation
from tests.access.addresses import Address, addresses, values_for
from tests.access.rules import LIBRARY_PREFIXES, RULES, Rule
from tests.conftest import make_person

OURS = [a for a in addresses() if not a.name.startswith(LIBRARY_PREFIXES) and not a.route.startswith("static/")]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
pytestmark = pytest.mark.django_db


def named(where: str) -> list[Any]:
    return [pytest.param(a, id=a.name) for a in OURS if a.name in RULES and RULES[a.name].where == where]


def ask(client: Client, method: str, url: str) -> int:
    return client.generic(
        method, url, b"{}", content_type="application/json" if "/api/" in url else "text/plain"
    ).status_code


def test_every_address_is_declared() -> None:
    bare = sorted({a.name or a.route for a in OURS} - set(RULES))
    assert not bare, f"declare who may do what at: {bare} (tests/access/rules.py)"


def test_every_rule_has_its_address() -> None:
    assert sorted(set(RULES) - {a.name for a in OURS}) == []


@pytest.mark.parametrize("address", named("organisation"))
def test_organisation_pages_by_role(
    address: Address, organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    rule, url = RULES[address.name], address.fill(values_for(address, system))
    for role in ROLES.values():
        client = client_of(role.key)
        for method in METHODS:
            status = ask(client, method, url)
            assert status in expected(rule, method, role.grants), (role.key, method, url, status)


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


@pytest.mark.parametrize("address", named("organisation"))
def test_organisation_pages_of_strangers_do_not_exist(
    address: Address,
    organisation: Organisation,
    other_organisation: Organisation,
    system: Actor,
    client_of: Callable[..., Client],
) -> None:
    values = values_for(address, system)
    url, foreign = address.fill(values), address.fill(values | {"organisation": "elsewhere"})
    missing = address.fill(values | {"organisation": "nowhere"})
    stranger, outsider = client_of("administrator", other_organisation), Client()
    outsider.force_login(make_person("outsider@example.org"))
    for method in METHODS:
        assert ask(stranger, method, url) in {404, 405}, (method, url)
        assert ask(outsider, method, url) in {404, 405}, (method, url)
        assert ask(stranger, method, missing) in {404, 405}, (method, missing)
        if "reference" in values:
            assert ask(stranger, method, foreign) in {404, 405}, (method, foreign)


@pytest.mark.parametrize("address", [pytest.param(a, id=a.name) for a in OURS])
def test_pages_without_a_login_ask_for_one(address: Address, organisation: Organisation, system: Actor) -> None:
    rule = RULES[address.name]
    url = address.fill(values_for(address, system))
    response = Client().get(url)
    if rule.where == "public":
        assert response.status_code == 200
    elif rule.where == "entrance":
        assert response.status_code in {403, 404}
    elif address.route.startswith("api/v1/") and address.name != "api-documentation":
        assert response.status_code == 401
    else:
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]


@pytest.mark.parametrize("address", named("person"))
def test_personal_pages_answer_declared_methods_only(address: Address, system: Actor) -> None:
    rule, url = RULES[address.name], address.fill(values_for(address, system))
    client = Client()
    client.force_login(make_person("somebody@example.org"))
    for method in METHODS:
        status = ask(client, method, url)
        if method in rule.methods:
            assert status in {200, 204, 302, 400, 404, 422}, (method, url, status)
        else:
            assert status == 405, (method, url, status)


def test_library_pages_show_nothing_without_a_login(organisation: Organisation) -> None:
    public = {
        "account_login", "account_logout", "account_signup", "account_inactive", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
        "account_confirm_email", "account_email_verification_sent", "mfa_authenticate",
    }  # fmt: skip
    for address in addresses():
        if not address.name.startswith(LIBRARY_PREFIXES) or address.name in public:
            continue
        response = Client().get(address.fill({"pk": 1, "key": "x", "uidb36": "x"}))
        assert response.status_code in {302, 404, 405}, address.name
        if response.status_code == 302:
            assert "/login/" in response["Location"], address.name


def test_signup_is_closed() -> None:
    response = Client().post("/account/signup/", {"email": "new@example.org", "password1": "correct horse battery"})
    assert "sessionid" not in response.cookies
    assert not Client().login(email="new@example.org", password="correct horse battery")

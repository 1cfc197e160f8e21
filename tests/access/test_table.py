"""The table of quality.md: address × method × role × whose it is, generated from the resolver."""

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.models import Organisation
from tests.access.addresses import Address, addresses, values_for
from tests.access.asking import METHODS, OURS, ask, named
from tests.access.rules import LIBRARY_PREFIXES, RULES
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


def test_every_address_is_declared() -> None:
    bare = sorted({a.name or a.route for a in OURS} - set(RULES))
    assert not bare, f"declare who may do what at: {bare} (tests/access/rules.py)"


def test_every_rule_has_its_address() -> None:
    assert sorted(set(RULES) - {a.name for a in OURS}) == []


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

"""Who was let in is asked again at every request; who asks to be let in learns nothing."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import UserRateThrottle

from grc.access.actor import Actor
from grc.actions.tokens import make_token
from grc.models import ActivityEvent, Membership, Organisation, Person
from tests.access.addresses import Address, addresses, filled
from tests.access.rules import RULES
from tests.alike import registers_differ, worth_asking
from tests.conftest import PASSWORD, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a thousand requests in a minute are refused for their number, whoever asks."""
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {UserRateThrottle.scope: None})


def ours(where: str = "") -> list[Address]:
    """The addresses of the product (``tests/alike.py``), or those with a rule for ``where``."""
    every = [a for a in addresses() if a.name in RULES and where in ("", RULES[a.name].where)]
    return worth_asking(every, lambda address: address.route, registers_differ)


def log_in(email: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> Any:
    return (client or Client()).post(LOGIN, {"login": email, "password": password} | more)


def logged_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.fixture
def person(organisation: Organisation) -> Person:
    return make_person("ada@nordhaven.example", organisation, "administrator")


@pytest.fixture
def session(person: Person) -> Client:
    client = Client()
    assert log_in(person.email, client=client).status_code == 302
    return client


# Judged at every request


def test_disabled_person_is_refused_at_every_address(person: Person, session: Client, system: Actor) -> None:
    _token, secret = make_token(person=person, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    urls = filled(ours(), system)
    assert Client().get("/api/v1/rooms", headers=bearer).status_code == 200
    Person.objects.filter(pk=person.pk).update(is_active=False)
    for address, url in urls.items():
        if RULES[address.name].where == "public":
            continue
        status = session.get(url).status_code
        if address.is_api and address.name != "api-documentation":
            assert status == 401, url
            assert Client().get(url, headers=bearer).status_code == 401, url
            assert Client().post(url, headers=bearer).status_code == 401, url
        elif RULES[address.name].where == "entrance":
            assert status == 404, url  # not signing in there, and nobody in particular
        else:
            assert status == 302, url
            assert LOGIN in session.get(url)["Location"], url
    assert log_in(person.email)["Location"].endswith("/account/inactive/")


@pytest.mark.usefixtures("unthrottled")
def test_ended_membership_is_nothing_from_the_next_request_on(person: Person, session: Client, system: Actor) -> None:
    _token, secret = make_token(person=person, name="script", days=7)
    urls = filled(ours("organisation"), system).values()
    assert session.get("/o/nordhaven/").status_code == 200
    Membership.objects.filter(person=person).update(ended_at=timezone.now())
    for url in urls:
        assert session.get(url).status_code in (404, 405), url
        if url.startswith("/api/"):
            answer = Client().get(url, headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code in (404, 405), url


def test_role_that_ended_is_gone_from_the_next_request_on(person: Person, session: Client) -> None:
    Membership.objects.create(person=person, organisation=Organisation.objects.get(), role="reader")
    assert session.get("/o/nordhaven/activity").status_code == 200
    Membership.objects.filter(person=person, role="administrator").update(ended_at=timezone.now())
    assert session.get("/o/nordhaven/activity").status_code == 404
    assert session.get("/o/nordhaven/ai-systems/").status_code == 200


def test_password_change_ends_the_other_sessions(person: Person, session: Client) -> None:
    other = Client()
    log_in(person.email, client=other)
    new = "another horse battery staple"
    body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert session.post("/account/password/change/", body).status_code == 302
    assert logged_in(session)
    assert not logged_in(other)
    assert log_in(person.email).status_code == 200
    assert log_in(person.email, new).status_code == 302


def test_password_reset_ends_every_session(person: Person, session: Client) -> None:
    person.set_password("set by a reset link")
    person.save()
    assert not logged_in(session)


def test_logout_ends_the_session_in_the_store_too(session: Client) -> None:
    key = session.session.session_key
    assert session.get("/account/logout/").status_code == 200
    assert logged_in(session)
    session.post("/account/logout/")
    assert not logged_in(session)
    assert not Session.objects.filter(session_key=key).exists()
    session.cookies["sessionid"] = key
    assert not logged_in(session)


def test_login_changes_the_session_key(person: Person) -> None:
    client = Client()
    client.get(LOGIN)
    client.cookies["sessionid"] = "chosenbyanattackerchosenbyanatta"
    log_in(person.email, client=client)
    assert client.cookies["sessionid"].value != "chosenbyanattackerchosenbyanatta"
    assert logged_in(client)


def test_every_write_of_a_session_needs_its_form_token(person: Person, system: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    for address, url in filled(ours(), system).items():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            kinds = ("application/json", "multipart/form-data; boundary=x") if address.is_api else ("text/plain",)
            found = {client.generic(method, url, b"{}", content_type=kind).status_code for kind in kinds}
            assert found & {403, 405}, (method, url)
            assert found <= {403, 405, 415, 400}, (method, url)


@pytest.mark.usefixtures("unthrottled")
def test_session_of_another_organisations_provider_is_nothing_anywhere(
    person: Person, session: Client, system: Actor, other_organisation: Organisation
) -> None:
    """Somebody who belongs to both, vouched for by the other one's provider: this one does not exist for them."""
    urls = filled(ours("organisation"), system)
    store = session.session
    store["assay_vouched"] = {
        "person": person.pk, "organisation": other_organisation.pk, "provider": "x", "second_factor": True,
    }  # fmt: skip
    store.save()
    for address, url in urls.items():
        for method in ("GET", "POST"):
            kind = "application/json" if address.is_api else "text/plain"
            assert session.generic(method, url, b"{}", content_type=kind).status_code in (404, 405), (method, url)


@pytest.mark.usefixtures("unthrottled")
def test_second_step_is_demanded_at_every_address(person: Person, session: Client, system: Actor) -> None:
    urls = filled(ours("organisation"), system)
    Organisation.objects.filter(pk=system.organisation.pk).update(mfa_roles=["administrator"])
    _token, secret = make_token(person=person, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    for address, url in urls.items():
        for method in ("GET", "POST"):
            if address.is_api:
                for client, headers in ((session, {}), (Client(), bearer)):
                    answer = client.generic(method, url, b"{}", content_type="application/json", headers=headers)
                    assert answer.status_code in (403, 405), (method, url)
                    if answer.status_code == 403:
                        assert "second step" in answer.json()["error"], url
            else:
                answer = session.generic(method, url, b"{}", content_type="text/plain")
                assert answer.status_code == 302, (method, url)
                assert answer["Location"].startswith("/me/second-step"), (method, url)


# Asked in vain


def test_unknown_address_and_wrong_password_get_the_same_answer(person: Person, monkeypatch: Any) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(salt) or encode(self, password, salt)
    )
    answers = []
    for email in (person.email, "nobody@nordhaven.example"):
        hashed.clear()
        response = log_in(email, "wrong password of mine")
        shown = response.content.decode().replace(email, "EMAIL")
        answers.append((response.status_code, len(hashed), _without_tokens(shown)))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (200, 1)


def test_reset_says_the_same_for_an_unknown_address(person: Person) -> None:
    answers = []
    for email in (person.email, "nobody@nordhaven.example"):
        response = Client().post("/account/password/reset/", {"email": email}, follow=True)
        answers.append((response.redirect_chain, _without_tokens(response.content.decode()).replace(email, "EMAIL")))
    assert answers[0] == answers[1]
    assert [person.email] in [message.to for message in mail.outbox if "reset" in message.body.lower()]


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


@pytest.mark.parametrize("settled", ["unknown", "known"])
def test_login_tried_too_often_is_a_page_that_says_so(settled: str, person: Person) -> None:
    email = person.email if settled == "known" else "nobody@nordhaven.example"
    answers = [log_in(email, f"wrong {number}") for number in range(7)]
    assert all(answer.status_code < 500 for answer in answers)
    assert b"<h1" in answers[-1].content
    assert "oo many" in answers[-1].content.decode()
    assert log_in(email).status_code != 302, "the right password opens nothing while the limit holds"


def test_requests_from_one_address_are_limited_with_a_page(person: Person) -> None:
    statuses = [log_in(f"{number}@example.org", "wrong") for number in range(35)]
    assert statuses[-1].status_code == 429
    assert b"<h1" in statuses[-1].content


def test_failed_login_is_in_the_activity_log(person: Person) -> None:
    log_in(person.email, "wrong")
    assert ActivityEvent.unscoped.filter(person=person.public_id, verb="login-failed").count() == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "https:evil.example", "http:///evil.example", "/%09/evil.example", "https://testserver@evil.example/",
        "https://testserver.evil.example/",
    ],
)  # fmt: skip
def test_login_leads_nowhere_else(person: Person, target: str) -> None:
    response = log_in(person.email, next=target)
    assert response.status_code == 302
    assert "evil" not in response["Location"] or response["Location"].startswith("/%09/")
    assert not response["Location"].startswith(("//", "/\\", "\\", "javascript", "http"))
    after = Client().get(f"{LOGIN}?next={target}")
    assert after.status_code == 200


def test_theme_and_profile_lead_nowhere_else(session: Client) -> None:
    for headers in ({"Referer": "https://evil.example/"}, {"Host": "testserver", "Origin": "https://evil.example"}):
        response = session.post("/me/theme", {"theme": "dark", "next": "https://evil.example/"}, headers=headers)
        assert "evil" not in response.get("Location", "")


def test_host_that_is_not_ours_is_refused() -> None:
    assert Client().get(LOGIN, headers={"Host": "evil.example"}).status_code == 400


# TOTP


def test_totp_code_is_used_once(person: Person) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    first, second = Client(), Client()
    for client in (first, second):
        response = log_in(person.email, client=client)
        assert "/2fa/authenticate" in response["Location"]
        assert not logged_in(client)
    assert first.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert logged_in(first)
    again = second.post("/account/2fa/authenticate/", {"code": code})
    assert again.status_code == 200
    assert not logged_in(second)


def test_totp_is_not_tried_for_ever(person: Person) -> None:
    totp.TOTP.activate(person, totp.generate_totp_secret())
    client = Client()
    log_in(person.email, client=client)
    answers = [client.post("/account/2fa/authenticate/", {"code": f"{number:06}"}) for number in range(15)]
    assert all(answer.status_code < 500 for answer in answers)
    assert answers[-1].status_code == 429 or "oo many" in answers[-1].content.decode()


# What every answer carries


def test_every_answer_carries_the_security_headers(session: Client, system: Actor) -> None:
    session.raise_request_exception = False
    urls = filled(ours(), system).values()
    for client in (session, Client()):
        for url in (*urls, LOGIN, "/nothing", "/o/nordhaven/nothing", "/api/v1/nothing", "/account/password/reset/"):
            response = client.get(url)
            for name, value in HEADERS.items():
                assert response.get(name) == value, (url, name)
            # an address that is a secret goes nowhere, not even to ourselves
            assert response["Referrer-Policy"] in ("same-origin", "no-referrer"), url
            policy = response["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy or "sandbox" in policy, url
            assert "unsafe" not in policy, url
            assert "Server" not in response


def test_pages_with_data_are_kept_by_no_cache(session: Client, system: Actor) -> None:
    for address, url in filled(ours(), system).items():
        if RULES[address.name].where == "public":
            continue
        response = session.get(url)
        assert "no-store" in response.get("Cache-Control", ""), address.name


def test_error_of_our_own_carries_the_headers_and_no_details(session: Client, monkeypatch: Any) -> None:
    from grc.views import home

    def fail(*args: Any) -> None:
        raise RuntimeError("secret-detail")

    monkeypatch.setattr(home.HomePage, "get", fail)
    session.raise_request_exception = False
    response = session.get("/o/nordhaven/")
    assert response.status_code == 500
    assert b"secret-detail" not in response.content
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors" in response["Content-Security-Policy"]


PRODUCTION = """
import django; django.setup()
from django.test import Client
plain, answer = Client().get("/account/login/"), Client().get("/account/login/", secure=True)
cookie = answer.cookies["csrftoken"]
print(plain.status_code, plain["Location"], answer["Strict-Transport-Security"], cookie["secure"], cookie["samesite"])
from django.conf import settings
print(settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
"""


def test_cookies_and_transport_under_https() -> None:
    env = os.environ | {
        "HTTPS": "1",
        "DEBUG": "1",
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "grc.settings",
    }
    found = subprocess.run(
        [sys.executable, "-c", PRODUCTION],
        env=env,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    first, second = found.stdout.splitlines()[-2:]
    assert first == "301 https://testserver/account/login/ max-age=31536000; includeSubDomains; preload True Lax"
    assert second == "True True Lax"

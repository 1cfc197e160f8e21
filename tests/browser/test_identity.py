"""Passkeys with the browser's own authenticator, and signing in through a real provider."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.actions.people import roles_of
from grc.context import Context, working_in
from grc.identity.providers import save_provider
from grc.models import Membership, Organisation, Person
from grc.models.identity import IdentityProvider
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD, make_person
from tests.identity.links import mails, secret_in
from tests.identity.provider import CLIENT, SECRET
from tests.identity.provider import PASSWORD as THEIR_PASSWORD


def with_authenticator(page: Page) -> None:
    """A phone or laptop that verifies its owner without asking anybody, as the browser's own tools pretend it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("summary.user").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_passkey_is_added_signs_in_and_confirms(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    organisation.mfa_roles = ["administrator"]
    organisation.save()
    make_person("ada@nordhaven.example", organisation, "administrator")
    page = open_as(None)
    with_authenticator(page)
    sign_in(page, "ada@nordhaven.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("A second step is needed")
    assert violations(page) == []
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    assert violations(page) == []
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/o/nordhaven/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_text("Without a password")).to_be_visible()
    assert violations(page) == []

    sign_out(page)
    assert violations(page) == []
    page.get_by_role("button", name="With a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")

    page.goto("/account/2fa/recovery-codes/generate/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_role("link", name="security key").click()
    assert violations(page) == []
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Make recovery codes?")).to_be_visible()

    sign_out(page)
    sign_in(page, "ada@nordhaven.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert complaints == []


def test_passkey_that_is_cancelled_says_so(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as(None, "/account/login/")
    page.get_by_role("button", name="With a passkey").wait_for()
    refuse = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    page.evaluate(refuse)
    page.get_by_role("button", name="With a passkey").click()
    expect(page.get_by_text("or was cancelled")).to_be_focused()
    assert complaints == []


def test_invited_person_joins_by_the_link(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", "/o/nordhaven/people")
    assert violations(page) == []
    page.locator("#id_email").fill("nina@nordhaven.example")
    page.get_by_label("Contributor").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("is invited and gets a mail")).to_be_visible()
    expect(page.get_by_role("row", name="nina@nordhaven.example")).to_contain_text("Open")
    assert violations(page) == []
    secret = secret_in(mails(organisation)[-1])
    guest = open_as(None, f"/join/{secret}")
    assert violations(guest) == []
    guest.get_by_label("Your name").fill("Nina New")
    guest.get_by_label("Choose a password").fill("a quite long phrase")
    guest.get_by_role("button", name="Make the account and join").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Home")
    page.reload()
    page.get_by_role("link", name="Nina New").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nina New")
    assert violations(page) == []
    for path in ("/o/nordhaven/security", "/o/nordhaven/identity-providers/new", "/o/nordhaven/membership"):
        page.goto(path)
        assert violations(page) == [], path
    assert complaints == []


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def provider(organisation: Organisation, site: str, port: int, settings: Any) -> Iterator[IdentityProvider]:
    """The real provider at work, and entered here."""
    settings.OUTBOUND_ALLOWED = [f"localhost:{port}=127.0.0.0/8", f"localhost:{port}=::1/128"]
    row = IdentityProvider(
        organisation=organisation,
        name="Nordhaven ID",
        issuer=f"http://localhost:{port}",
        client_id=CLIENT,
        client_secret=SECRET,
        domains=["nordhaven.example"],
        provisions=True,
        role_map={"risk-team": "approver"},
    )
    by = Actor.system(organisation)
    with by.working():
        save_provider(provider=row, by=by)
    callback = f"{site}/account/provider/{row.public_id}/callback"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.identity.provider", str(port), callback],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/.well-known/openid-configuration")
        yield row
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the provider did not start")


def there(page: Page, name: str, *, known: bool = False) -> None:
    """Sign in over at the provider."""
    if not known:
        page.locator("[name=login]").fill(name)
        page.locator("[name=login]").press("Enter")
    page.locator("[name=password]").fill(THEIR_PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_real_provider_signs_in_and_gives_roles(
    organisation: Organisation, provider: IdentityProvider, open_as: Callable[..., Page]
) -> None:
    page = open_as(None, "/account/login/")
    page.get_by_role("link", name="With your organisation").click()
    assert violations(page) == []
    page.get_by_label("Email").fill("nina@nordhaven.example")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Continue with Nordhaven ID").click()
    there(page, "nina")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    person = Person.objects.get(email="nina@nordhaven.example")
    with working_in(Context(organisation.pk, None, "task")):
        assert roles_of(person, organisation) == {"approver"}
        Membership.objects.filter(person=person).update(role="reader")  # as if the claim had changed meanwhile
    assert not person.has_usable_password()

    page.goto("/account/provider-again?next=/o/nordhaven/membership")
    there(page, "nina", known=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place here")
    page.goto("/me/tokens")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")

    other = open_as(None, f"/account/provider/{provider.public_id}")
    there(other, "otto")
    expect(other.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    assert violations(other) == []

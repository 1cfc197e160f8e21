"""Signing in: what is wrong is said, a second step can be turned on, used and turned off."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from grc.models import Organisation
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD

EMAIL = "reader@nordhaven.example"


def code_for(secret: str) -> str:
    """What an authenticator app shows now; a used code is forgotten, as if half a minute had passed."""
    cache.clear()
    _, now, _ = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, now)))


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def look(page: Page) -> None:
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def test_sign_in_with_a_wrong_password_says_so(
    organisation: Organisation, actor_of: Callable[..., object], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    actor_of("reader")
    page = open_as(None)
    sign_in(page, "not the password")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value(EMAIL)
    look(page)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert complaints == []


def test_second_step_is_turned_on_used_and_turned_off(
    organisation: Organisation,
    actor_of: Callable[..., object],
    open_as: Callable[..., Page],
    complaints: Complaints,
    settings: Any,
) -> None:
    settings.MFA_TOTP_TOLERANCE = 1  # the half minute may end between reading the code and sending it
    actor_of("reader")
    page = open_as(None)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Turn on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.get_by_label("Or type this secret").input_value()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    secret = page.get_by_label("Or type this secret").input_value()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    look(page)

    page.locator("summary.user").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    look(page)
    page.get_by_label("Code").fill(code_for(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")

    page.goto("/account/2fa/")
    look(page)
    page.get_by_role("link", name="Turn off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    look(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    look(page)
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("link", name="Turn on")).to_be_visible()
    assert complaints == []


def test_forgotten_password_is_reset_by_the_link_in_the_mail(
    organisation: Organisation, actor_of: Callable[..., object], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    actor_of("reader")
    page = open_as(None, "/account/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    (message,) = mail.outbox
    assert "Reset your password" in message.subject
    page.goto(next(line for line in str(message.body).splitlines() if line.startswith("http")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    look(page)
    new = "a longer battery staple"
    page.locator("[name=password1]").fill(new)
    page.locator("[name=password2]").fill(new)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
    sign_in(page, new)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert complaints == []


def test_mail_to_an_unknown_address_offers_no_account(client: Client, db: None) -> None:
    client.post("/account/password/reset/", {"email": "stranger@nowhere.example"})
    (message,) = mail.outbox
    assert "Nobody there has this address" in str(message.body)
    assert "sign up" not in str(message.body)

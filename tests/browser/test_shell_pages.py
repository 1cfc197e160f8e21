"""Every page that the URL resolver knows: accessible, quiet in the console, and no wider than a small phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from grc.access.actor import Actor
from grc.models import Organisation
from grc.registers.register import registers
from tests.access.addresses import Address, addresses, values_for
from tests.access.rules import RULES
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make

pytestmark = pytest.mark.timeout(400)

ACCOUNT_PAGES = (
    "/account/logout/",
    "/account/password/change/",
    "/account/reauthenticate/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
)
ENTRANCE_PAGES = (
    "/account/login/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/done/",
    "/account/password/reset/key/1-gone/",
    "/account/inactive/",
    "/o/nowhere/",
)


def pages(where: str, system: Actor, client: Client) -> list[str]:
    """The addresses that answer a GET with a page of HTML, with real records to fill them."""
    reading = [a for a in addresses() if a.name in RULES and "GET" in RULES[a.name].methods]
    urls = [a.fill(values_for(a, system)) for a in reading if RULES[a.name].where == where and not is_file(a)]
    return [url for url in urls if client.get(url).headers["Content-Type"].startswith("text/html")]


def is_file(address: Address) -> bool:
    return address.is_api or "<slug:kind>" in address.route or address.name.endswith("-file")


def look_at(page: Page, urls: list[str]) -> list[str]:
    found: list[str] = []
    for url in urls:
        page.goto(url)
        found += violations(page)
        wider = overflow(page)
        if wider > 0:
            found.append(f"{url} is {wider} px wider than 320 px")
    return found


def test_pages_of_an_organisation(
    organisation: Organisation,
    system: Actor,
    client_of: Callable[..., Client],
    open_as: Callable[..., Page],
    complaints: Complaints,
) -> None:
    urls = pages("organisation", system, client_of("administrator"))
    assert len(urls) > 5 * len(list(registers))
    page = open_as("administrator")
    for register in registers:
        make(register.slug, system)
    assert look_at(page, urls) == []
    assert complaints == []


def test_pages_of_a_person(
    system: Actor, client_of: Callable[..., Client], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    client = client_of("administrator")
    urls = [*pages("person", system, client), "/api/v1/", *ACCOUNT_PAGES]
    assert look_at(open_as("administrator"), urls) == []
    assert complaints == []


def test_pages_before_signing_in(organisation: Any, open_as: Callable[..., Page], complaints: Complaints) -> None:
    assert look_at(open_as(None), list(ENTRANCE_PAGES)) == []
    assert complaints == []


def test_pages_that_say_no(
    organisation: Organisation, system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    record = make("ai-systems", system)
    page = open_as("reader")
    for url, status in (
        ("/o/nordhaven/nothing", 404),
        (f"{record.get_absolute_url()}/edit", 403),
        ("/o/nordhaven/ai-systems/?sort=nonsense", 400),
    ):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status
        assert look_at(page, [url]) == []
        assert page.get_by_role("main").get_by_role("link").count() > 0, f"{url} shows no way on"
    assert complaints == []

"""A real chromium against the live server; without one, the tests are skipped and say so."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local.chromium import MISSING, find
from grc.models import Person

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ASSAY_CHROMIUM") or find()
    if not path:
        pytest.skip(MISSING)
    expect.set_options(timeout=10_000)  # a busy machine is no failure
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(settings: Any, live_server: Any) -> str:
    """The address of the running product. The live server serves assets from where they lie, so by plain names."""
    settings.STORAGES = PLAIN_STATIC
    return str(live_server.url)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class Complaints(list[str]):
    """What the browser's console said that nobody wants to read there: errors, warnings, CSP violations."""

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self._note(page, message.type, message.text))
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))

    def _note(self, page: Page, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource: the server responded"):
            self.append(f"{page.url}: {text}")


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def open_as(
    chromium: Browser, site: str, client_of: Callable[..., Client], complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """``open_as("reader", "/o/nordhaven/")``: a new window in which somebody with that role, or a given person, has
    signed in; None: nobody has."""
    contexts: list[BrowserContext] = []

    def open_window(who: str | Person | None, path: str = "", **options: Any) -> Page:
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        if who:
            cookie = (signed_in(who) if isinstance(who, Person) else client_of(who)).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        complaints.watch(page)
        if path:
            page.goto(path)
        return page

    yield open_window
    for context in contexts:
        context.close()

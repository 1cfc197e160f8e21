"""Every page that the URL resolver knows: accessible, quiet in the console, and no wider than a small phone."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from playwright.sync_api import Page

from audits.actions.engagements import add_revision
from audits.models import Engagement
from evidence.models import PullRun
from grc.access.actor import Actor
from grc.models import GrantPeriod, Organisation, Person, RecordKey
from grc.registers.register import registers
from grc.views.errors import server_error
from tests.access.addresses import Address, addresses, values_for
from tests.access.rules import RULES
from tests.alike import registers_differ, worth_asking
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints, signed_in
from tests.evidence.decisions.proxy import pull, running_proxy
from tests.factories import make

pytestmark = pytest.mark.timeout(900)
PARTS = 2
"""Tests that share the pages, so that none takes longer than a test may."""

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


@pytest.fixture
def demo(organisation: Organisation) -> Actor:
    """The demo's lively data: history, links, files, an open room. Gives the actor that keeps it."""
    call_command("seed_demo")
    return Actor.system(organisation)


@pytest.fixture
def pulled(demo: Actor, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Decisions of a running proxy, pulled and shown to the demo's auditor. Gives what addresses are filled with."""
    with running_proxy(tmp_path / "recorder", start=(time.time_ns() - 3600 * 10**9) // 1000) as proxy:
        decision = proxy.decide()
        proxy.decide(outcome="deny", reason_codes=["special-category"], completed=False)
        source = proxy.source(demo)
        pull(source)
        engagement = (
            Engagement.objects.within(demo.organisation)
            .select_related("organisation")
            .get(name="ISO/IEC 42001 Stage 1")
        )
        add_revision(engagement=engagement, by=demo, note="With decision records")
        run = PullRun.objects.within(demo.organisation).get(source=source)
        yield {"decision": decision, "run": run.public_id}


def look_different(shape: str) -> bool:
    """A new record's form is the form of any."""
    return registers_differ(shape) and not shape.endswith("/new")


def is_record(address: Address) -> bool:
    return address.route.endswith("/<reference:reference>")


def readable(where: str) -> list[Address]:
    """The addresses that may answer a GET with a page."""
    reading = [a for a in addresses() if a.name in RULES and "GET" in RULES[a.name].methods]
    worth = {*worth_asking(reading, lambda address: address.route, look_different), *filter(is_record, reading)}
    here = [address for address in reading if RULES[address.name].where == where and not is_file(address)]
    return [address for address in here if address in worth]


def pages(some: list[Address], system: Actor, client: Client, **known: Any) -> list[str]:
    """Those that answer a GET with a whole page, filled with the oldest record that there is."""
    urls = []
    for address in some:
        values = values_for(address, system)
        if "reference" in values:
            keys = RecordKey.unscoped.filter(organisation=system.organisation)
            made = keys.filter(reference=values["reference"]).first()
            oldest = keys.filter(register=made.register).order_by("pk").first() if made else None
            values["reference"] = oldest.reference if oldest else values["reference"]
        urls.append(address.fill(values | known))
    return [url for url in urls if is_page(client.get(url))]


def is_page(answer: Any) -> bool:
    """Fragments for htmx and missing things are none."""
    return answer.status_code == 200 and not answer.streaming and b"<!DOCTYPE html>" in answer.content[:200]


def is_file(address: Address) -> bool:
    return address.is_api or "<slug:kind>" in address.route or address.name.endswith("-file")


def look_at(page: Page, urls: list[str]) -> str:
    """What is wrong on these pages, a line each; empty if nothing is."""
    found: list[str] = []
    for url in urls:
        page.goto(url)
        found += violations(page)
        wider = overflow(page)
        if wider > 0:
            found.append(f"{url} is {wider} px wider than 320 px")
    return "\n".join(found)


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_of_an_organisation(
    part: int,
    demo: Actor,
    pulled: dict[str, Any],
    client_of: Callable[..., Client],
    open_as: Callable[..., Page],
    complaints: Complaints,
) -> None:
    some = readable("organisation")[part::PARTS]
    urls = pages(some, demo, client_of("administrator"), **pulled)
    shown = f"/o/nordhaven/decisions/{pulled['decision']}" in urls
    assert shown == any(address.name == "decision" for address in some)
    assert len(urls) * PARTS > len(list(registers))
    assert look_at(open_as("administrator"), urls) == ""
    assert complaints == []


def test_pages_of_a_room(
    demo: Actor, pulled: dict[str, Any], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    auditor = Person.objects.get(email="eva@certbody.example")
    scope = GrantPeriod.unscoped.get(person=auditor).scope.public_id
    urls = pages(readable("room"), demo, signed_in(auditor), scope=scope, reference="EVD-0001", **pulled)
    assert {f"/room/{scope}/records/EVD-0001", f"/room/{scope}/decisions/{pulled['decision']}"} <= set(urls)
    assert look_at(open_as(auditor), urls) == ""
    assert complaints == []


def test_pages_of_a_person(
    system: Actor, client_of: Callable[..., Client], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    client = client_of("administrator")
    urls = [*pages(readable("person"), system, client), "/api/v1/", *ACCOUNT_PAGES]
    assert look_at(open_as("administrator"), urls) == ""
    assert complaints == []


def test_pages_before_signing_in(organisation: Any, open_as: Callable[..., Page], complaints: Complaints) -> None:
    assert look_at(open_as(None), list(ENTRANCE_PAGES)) == ""
    assert complaints == []


def test_page_of_a_broken_server_asks_the_database_nothing() -> None:
    answer = server_error(RequestFactory().get("/o/nordhaven/"))
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()


def test_page_of_somebody_who_asks_too_often(client: Client, db: None) -> None:
    answers = [client.post("/account/password/reset/", {"email": f"a{n}@nordhaven.example"}) for n in range(30)]
    assert answers[-1].status_code == 429
    assert "Too many tries" in answers[-1].content.decode()


@pytest.mark.parametrize("path", ["signup", "email", "confirm-email/x", "password/set", "login/code/confirm"])
def test_pages_of_allauth_without_use_do_not_exist(client: Client, db: None, path: str) -> None:
    assert client.get(f"/account/{path}/").status_code == 404
    assert client.post(f"/account/{path}/").status_code == 404


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
        assert look_at(page, [url]) == ""
        assert page.get_by_role("main").get_by_role("link").count() > 0, f"{url} shows no way on"
    assert complaints == []

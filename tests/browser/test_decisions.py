"""Decision records in a browser: finding, periods, copying, and the pages that nobody hopes to see."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evidence.models import DecisionRow, Segment, Source
from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.evidence.decisions.proxy import CUSTOMER, Proxy, pull, running_proxy
from tests.evidence.decisions.tampering import Altering

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/o/nordhaven/decisions/"
DAY = 86_400 * 1_000_000


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """Its records are three days old."""
    with running_proxy(tmp_path / "recorder", start=time.time_ns() // 1000 - 3 * DAY) as running:
        yield running


def sound(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) == 0


def test_period_and_filters_change_the_list(
    proxy: Proxy, system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    proxy.decide()
    denied = proxy.decide(outcome="deny")
    pull(proxy.source(system))
    page = open_as("compliance-officer", LIST)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Period").select_option("24h")
    expect(page.get_by_text("No decision records here")).to_be_visible()
    page.get_by_text("Days", exact=True).click()
    day = (dt.datetime.now(dt.UTC) - dt.timedelta(days=4)).date().isoformat()
    page.get_by_label("From", exact=True).fill(day)
    page.get_by_label("From", exact=True).press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Period").select_option("24h")  # a preset chosen after days counts
    expect(page.get_by_text("No decision records here")).to_be_visible()
    page.get_by_label("Period").select_option("7d")
    page.locator("summary", has_text="Outcome").click()
    page.get_by_label("Denied").check()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name=denied)).to_be_visible()
    page.get_by_role("link", name="Outcome: Denied").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    sound(page)
    assert complaints == []


def test_reference_leads_to_the_customers_decisions_or_says_why_not(
    proxy: Proxy, system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    decision = proxy.decide()
    proxy.decide(customer="somebody else")
    pull(proxy.source(system))
    page = open_as("procurement-responder", LIST)
    page.keyboard.press("f")
    page.keyboard.type(CUSTOMER)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Assay does not hold references")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert CUSTOMER not in page.url
    page.get_by_role("link", name=decision).click()
    expect(page.get_by_role("heading", name="Allowed")).to_be_visible()
    proxy.recorder.erase(CUSTOMER)
    page.goto(LIST)
    page.locator("#decision-q").fill(CUSTOMER)
    page.locator("#decision-q").press("Enter")
    expect(page.get_by_text("has erased the person’s key")).to_be_visible()
    sound(page)
    assert complaints == []


def test_record_that_does_not_hold_is_shown_in_red(
    proxy: Proxy, system: Actor, open_as: Callable[..., Page], complaints: Complaints, settings: object
) -> None:
    decision = proxy.decide()
    source: Source = proxy.source(system)
    pull(source)
    segment = Segment.objects.within(source.organisation).get(source=source)
    Path(settings.MEDIA_ROOT, segment.path).write_bytes(b"edited")  # type: ignore[attr-defined]
    page = open_as("compliance-officer", LIST + decision)
    expect(page.get_by_role("heading", name="This record does not hold")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("cannot be read")
    expect(page.get_by_text("Download bundle")).to_have_count(0)
    sound(page)
    page.goto(f"{LIST}{decision}/bundle")
    expect(page.get_by_text("Nothing was handed out")).to_be_visible()
    sound(page)
    assert complaints == []


def test_quarantined_decision_and_a_wrong_filter_say_what_to_do(
    proxy: Proxy, system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    bad = proxy.decide(completed=False)
    proxy.server.contract = Altering(proxy.server.contract, 1, b'"allow"', b'"error"')
    source = proxy.source(system)
    pull(source)
    assert not DecisionRow.objects.within(source.organisation).filter(kind=1).exists()
    page = open_as("compliance-officer", LIST + bad)
    expect(page.get_by_role("heading", name="This decision is in quarantine")).to_be_visible()
    sound(page)
    page.goto(f"{LIST}?outcome=maybe")
    expect(page.get_by_text("is not one of the choices")).to_be_visible()
    sound(page)
    assert complaints == []


def test_how_to_check_is_open_to_everybody(organisation: object, open_as: Callable[..., Page]) -> None:
    page = open_as(None, "/check-a-bundle")
    with page.expect_download() as download:
        page.get_by_role("link", name="verify.pyz").click()
    assert download.value.suggested_filename == "verify.pyz"
    sound(page)

"""Lists narrow at once, stay honest in their address, and work without a script."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from aims.models import AISystem
from grc.access.actor import Actor
from grc.models import Organisation
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.factories import make

LIST = "/o/nordhaven/ai-systems/"


@pytest.fixture
def systems(system: Actor) -> list[AISystem]:
    return [
        make("ai-systems", system, name="Motor triage"),
        make("ai-systems", system, name="Motor letters", stage=AISystem.Stage.DEVELOPMENT),
        make("ai-systems", system, name="Underwriting"),
    ]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_list_narrows_while_one_types(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", LIST)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_role("searchbox", name="Search in AI systems").press_sequentially("motor")
    expect(rows).to_have_count(2)
    expect(page.locator("#list-count")).to_have_text("2")
    assert query(page) == {"q": ["motor"]}
    expect(page.get_by_role("searchbox", name="Search in AI systems")).to_be_focused()
    page.locator("summary", has_text="Life-cycle stage").click()
    page.get_by_role("checkbox", name="Design and development").check()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Motor letters")
    expect(page.get_by_role("checkbox", name="Design and development")).to_be_visible()
    assert query(page) == {"q": ["motor"], "stage": ["development"]}
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="“motor”").click()
    expect(rows).to_have_count(1)
    assert query(page) == {"stage": ["development"]}
    assert complaints == []


def test_list_export_is_what_is_shown(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST)
    page.get_by_role("searchbox", name="Search in AI systems").fill("underwriting")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    text = started.value.path().read_text()
    assert "Underwriting" in text
    assert "Motor" not in text


def test_list_sorts_by_heading_and_says_so(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST)
    heading = page.get_by_role("columnheader", name="Name")
    assert heading.get_attribute("aria-sort") is None
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("tbody tr").first).to_contain_text("Motor letters")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody tr").first).to_contain_text("Underwriting")


def test_list_columns_are_chosen(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Id in decision records").check()
    expect(page.get_by_role("columnheader", name="Id in decision records")).to_be_visible()
    page.get_by_role("checkbox", name="Id in decision records").uncheck()
    expect(page.get_by_role("columnheader", name="Id in decision records")).to_have_count(0)
    assert query(page) == {}


def test_list_without_a_script_filters_by_its_button(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST, java_script_enabled=False)
    page.locator("summary", has_text="Life-cycle stage").click()
    page.get_by_role("checkbox", name="Design and development").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_list_empty_offers_the_first_step(
    organisation: Organisation, open_as: Callable[..., Page], systems: list[AISystem]
) -> None:
    page = open_as("administrator", "/o/nordhaven/components/")
    expect(page.locator(".nothing")).to_contain_text("No components yet")
    expect(page.locator(".nothing").get_by_role("link", name="New component")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{LIST}?q=nothing+like+it")
    page.get_by_role("link", name="Clear search and filters").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    reader = open_as("reader", "/o/nordhaven/components/")
    expect(reader.get_by_role("link", name="New component")).to_have_count(0)


def test_list_with_a_lost_session_asks_to_sign_in(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("searchbox", name="Search in AI systems").fill("motor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert query(page)["next"][0].startswith(LIST)


def test_list_without_an_answer_says_so(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST)
    page.context.set_offline(True)
    page.get_by_role("searchbox", name="Search in AI systems").fill("motor")
    expect(page.get_by_role("status").filter(has_text="may be out of date")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_list_offers_to_edit_what_one_may_edit(
    organisation: Organisation,
    systems: list[AISystem],
    actor_of: Callable[..., Actor],
    open_as: Callable[..., Page],
    system: Actor,
) -> None:
    own = make("ai-systems", system, name="My own", owner=actor_of("contributor").person)
    page = open_as("contributor", LIST)
    expect(page.get_by_role("link", name="Edit")).to_have_count(1)
    expect(page.get_by_role("link", name=f"Edit {own.reference}")).to_be_visible()

"""Finding, keeping a view and changing many: by hand and by key, with a script and without."""

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
        make("ai-systems", system, name="Motor triage", tags=["EU"]),
        make("ai-systems", system, name="Motor letters", stage=AISystem.Stage.DEVELOPMENT),
        make("ai-systems", system, name="Underwriting"),
    ]


def test_search_box_suggests_and_is_led_by_keys(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", "/o/nordhaven/")
    box, found = page.get_by_role("combobox", name="Search everything"), page.locator("#top-suggestions")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    box.press_sequentially("moto")
    expect(found.get_by_role("option")).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = found.locator("[aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box).to_have_value("moto")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Search")
    expect(page.locator(".hits mark").first).to_have_text("Moto")
    assert violations(page) == []
    assert complaints == []


def test_rows_are_ticked_changed_and_undone(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", LIST)
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Choose SYS-0001").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Choose SYS-0002").check()
    expect(bar).to_contain_text("2 chosen")
    assert violations(page) == []
    bar.get_by_role("button", name="Change…").click()
    page.get_by_label("Life-cycle stage", exact=True).select_option("development")
    expect(page.get_by_role("checkbox", name="Change: Life-cycle stage")).to_be_checked()
    page.get_by_label("Add tags").fill("Old, motor")
    assert violations(page) == []
    page.get_by_role("button", name="See what it does").click()
    expect(page.locator(".bulk-words")).to_contain_text("Design and development")
    expect(page.locator("form.ask")).to_contain_text("2 records change")
    page.get_by_label("Why this change?").fill("no longer used")
    page.get_by_role("button", name="Change 2 AI systems").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 records are changed")
    systems[0].refresh_from_db()
    assert (systems[0].stage, systems[0].tags) == ("development", ["EU", "Old", "motor"])
    page.goto(LIST)
    page.get_by_role("checkbox", name="Choose all on this page").check()
    page.get_by_role("button", name="Archive…").click()
    page.get_by_role("button", name="Archive 3 AI systems").click()
    page.get_by_role("button", name="Undo…").click()
    page.get_by_role("button", name="Restore 3 AI systems").click()
    page.goto(LIST)
    expect(page.locator("tbody tr")).to_have_count(3)
    assert complaints == []


def test_rows_are_changed_without_a_script(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    page = open_as("administrator", LIST, java_script_enabled=False)
    page.get_by_role("checkbox", name="Choose SYS-0003").check()
    page.get_by_role("button", name="Archive…").click()
    page.get_by_role("button", name="Archive 1 AI system").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 record is archived")


def test_view_is_saved_opened_and_started_with(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", LIST)
    page.locator("summary", has_text="Life-cycle stage").click()
    page.get_by_role("checkbox", name="Design and development").check()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("button", name="Move Our role forward").click()
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Our role")
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Save as a view").click()
    page.get_by_role("textbox", name="Name").fill("In the making")
    page.get_by_role("button", name="Save", exact=True).click()
    tab = page.get_by_role("navigation", name="Views of AI systems").get_by_role("link", name="In the making")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert violations(page) == []
    page.get_by_label("The view In the making").click()
    page.get_by_role("button", name="Start this list with it").click()
    page.goto(LIST)
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Our role")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert parse_qs(urlsplit(page.url).query) == {"view": ["all"]}
    assert complaints == []


def test_list_at_320_pixels_does_not_scroll_sideways(
    organisation: Organisation, systems: list[AISystem], open_as: Callable[..., Page]
) -> None:
    for scheme in ("light", "dark"):
        page = open_as("administrator", f"{LIST}?tag=EU", viewport={"width": 320, "height": 700}, color_scheme=scheme)
        page.get_by_role("checkbox", name="Choose SYS-0001").check()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []
        page.goto("/o/nordhaven/search?q=motor")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []
        page.goto("/o/nordhaven/tags")
        assert violations(page) == []

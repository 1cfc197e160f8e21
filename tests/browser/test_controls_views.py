"""Frameworks and controls beside each other, full of data: accessible, on a phone too, and reached by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from controls.actions.frameworks import adopt_framework
from controls.actions.starters import adopt_starters
from controls.models import Control, Mapping, Requirement
from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.controls.making import prove

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def full(system: Actor) -> None:
    for key in ("iso42001", "soc2-ai", "soc2"):
        adopt_framework(key=key, by=system)
    planned, running, shown = adopt_starters(keys=["a-2-2", "a-2-3", "ai-path-1"], by=system)
    for control in (running, shown):
        rows = Control.unscoped.filter(pk=control.pk)
        rows.update(state="operating", how="So it is done.", operating_since="2026-01-01")
    prove(system, shown, dated_on="2026-11-01")
    prove(system, planned, expires_on="2026-01-01")


def test_pages_full_of_data_have_no_violation_and_fit_a_phone(
    full: None, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator")
    noted = Requirement.unscoped.exclude(note="").order_by("pk")[0].reference
    served = Requirement.unscoped.get(label="SOC 2 CC6.1").reference
    found = []
    for path in (
        "frameworks/catalogues", "controls/starters", "controls/wall", "controls/wall?framework=FRM-0003&state=shown",
        "frameworks/crosswalk?from=FRM-0001&to=FRM-0003", "frameworks/FRM-0003/coverage", "frameworks/FRM-0003",
        f"requirements/{noted}", f"requirements/{served}", f"requirements/{served}/control",
    ):  # fmt: skip
        page.goto(f"/o/nordhaven/{path}")
        found += violations(page)
        if (wider := overflow(page)) > 0:
            found.append(f"{path} is {wider} px wider than 320 px")
    assert "\n".join(found) == ""
    assert complaints == []


def test_an_area_of_starters_is_selected_and_taken_over(full: None, open_as: Callable[..., Page]) -> None:
    page = open_as("compliance-officer", "/o/nordhaven/controls/starters")
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    area = page.get_by_label("Select all: A.3 Internal organization")
    area.check()
    expect(bar).to_contain_text("2 chosen")
    page.locator("section", has=area).locator("[data-pick]").first.uncheck()
    expect(bar).to_contain_text("1 chosen")
    assert area.evaluate("box => box.indeterminate")
    page.get_by_role("button", name="Take over the chosen").click()
    expect(page.get_by_text("1 control is planned.")).to_be_visible()
    assert Control.unscoped.count() == 4


def test_a_tile_is_reached_by_keyboard_and_a_state_is_chosen(full: None, open_as: Callable[..., Page]) -> None:
    page = open_as("compliance-officer", "/o/nordhaven/controls/wall")
    page.get_by_role("link", name="1 Without evidence").press("Enter")
    tile = page.get_by_role("link", name="A.2.3")
    expect(page.locator(".tile")).to_have_count(1)
    expect(tile).to_contain_text("Without evidence")
    tile.press("Enter")
    expect(page.get_by_role("heading", name="Controls that serve it")).to_be_visible()
    page.goto("/o/nordhaven/controls/wall")
    page.get_by_role("link", name="Clauses").click()
    expect(page.locator(".tile")).to_have_count(32)


def test_several_mappings_are_rejected_with_a_reason(
    full: None, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("compliance-officer", "/o/nordhaven/frameworks/crosswalk?from=FRM-0002&to=FRM-0003")
    for box in page.locator("[data-pick]").all()[:2]:
        box.check()
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_contain_text("2 chosen")
    bar.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", name="Reject 2 mappings?")).to_be_visible()
    expect(page.get_by_label("Why?")).to_be_focused()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Why?").fill("Another subject.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("2 mappings are rejected.")).to_be_visible()
    assert page.url.endswith("?from=FRM-0002&to=FRM-0003")
    assert Mapping.unscoped.filter(standing="rejected", remarks="Another subject.").count() == 2
    page.get_by_role("link", name="Swap the two").click()
    expect(page.get_by_role("heading", name="SOC 2 beside SOC 2 AI themes")).to_be_visible()
    assert complaints == []

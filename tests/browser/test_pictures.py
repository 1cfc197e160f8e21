"""Pictures as people see and use them: drawn, coloured by theme, reached by keyboard, read out, printed as tables."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make
from tests.reports.sample import texts

pytestmark = pytest.mark.django_db(transaction=True)
INK = """canvas => {
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const data = pen.getImageData(0, 0, copy.width, copy.height).data;
    const seen = new Map();
    for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 255) continue;
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        seen.set(colour, (seen.get(colour) ?? 0) + 1);
    }
    return [...seen].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([colour]) => colour).sort();
}"""


@pytest.fixture
def page(settings: Any, open_as: Callable[..., Page]) -> Page:
    settings.ROOT_URLCONF = "tests.browser.sample_pictures"
    page = open_as("administrator", reduced_motion="reduce", color_scheme="light")
    page.goto("/o/nordhaven/samples")
    return page


def test_pictures_have_no_violation_and_fit_a_narrow_screen(page: Page, complaints: Complaints) -> None:
    expect(page.locator("canvas").first).to_be_visible()
    for details in page.locator(".picture-table").all():
        details.evaluate("d => { d.open = true; }")
    assert violations(page) == []
    assert overflow(page) == 0
    assert complaints == []


def test_a_chart_is_drawn_in_the_colours_of_the_theme(page: Page, complaints: Complaints) -> None:
    canvas = page.locator("canvas").nth(1)
    expect(canvas).to_be_visible()
    expect(page.locator("figure[data-chart] svg").nth(1)).to_be_hidden()
    light = canvas.evaluate(INK)
    assert len(light) == 3
    assert "0,0,0" not in light
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(
        f"before => JSON.stringify(({INK})(document.querySelectorAll('canvas')[1])) !== before",
        arg=str(light).replace("'", '"').replace(", ", ","),
    )
    assert complaints == []


def test_without_the_library_the_server_s_drawing_stays(settings: Any, open_as: Callable[..., Page]) -> None:
    settings.ROOT_URLCONF = "tests.browser.sample_pictures"
    page = open_as("administrator")
    page.route("**/vendor/chart*.js", lambda route: route.abort())
    page.goto("/o/nordhaven/samples")
    expect(page.locator("figure[data-chart] svg").first).to_be_visible()
    expect(page.locator("canvas").first).to_be_hidden()


def test_a_cell_of_a_heat_map_is_reached_by_keyboard(page: Page) -> None:
    link = page.get_by_role("link", name="Likely, Minor: 12")
    link.focus()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/risks?a=1&b=2")


def test_a_picture_opens_as_a_table(page: Page) -> None:
    figure = page.locator("figure", has_text="Fifteen.")
    figure.get_by_text("As a table").click()
    expect(figure.get_by_role("row", name="Likely 12 0")).to_be_visible()


def test_a_record_is_taken_away_as_pdf(open_as: Callable[..., Page], system: Actor, tmp_path: Any) -> None:
    record = make("risks", system, name="Wrong refusals")
    page = open_as("compliance-officer", record.get_absolute_url())
    page.get_by_role("link", name="Download").click()
    expect(page.get_by_role("heading", name="As it stands now")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    target = tmp_path / "record.pdf"
    waiting.value.save_as(target)
    assert waiting.value.suggested_filename.startswith(f"{record.reference.lower()}-draft-")
    assert "Wrong refusals" in texts(target.read_bytes())[0]

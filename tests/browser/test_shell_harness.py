"""The harness sees what it is there to see: each check is shown something bad first."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints

SPOIL = """() => {
    const text = document.createElement("p");
    text.textContent = "too pale to read";
    text.style.color = "#ddd";
    text.style.background = "#eee";
    text.style.width = "500px";
    document.querySelector("main").append(text);
}"""


def test_harness_pale_and_wide_text_is_found(organisation: Any, open_as: Callable[..., Page]) -> None:
    page = open_as(None, "/account/login/")
    assert violations(page) == []
    page.evaluate(SPOIL)
    assert {line.partition(" color-contrast")[0][-8:] for line in violations(page)} == {"1280 px)", " 320 px)"}
    assert overflow(page) > 100


def test_harness_inline_style_and_script_are_refused(
    organisation: Any, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as(None, "/account/login/")
    page.evaluate("document.querySelector('main').setAttribute('style', 'color: red')")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert len(complaints) == 2
    assert all("Content Security Policy" in line for line in complaints)

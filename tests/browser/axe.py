"""Accessibility of a page as axe-core sees it, in every theme and at every width that we promise."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = ("light", "dark")
WIDTHS = (1280, 320)
# A theme changes colours and nothing else, so the other rules need to be asked once.
RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}


def violations(page: Page) -> list[str]:
    """A line for each violation: where, theme and width, rule, and the elements."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            answer: dict[str, Any] = Axe().run(page, options=RULES[theme]).response
            found += [
                f"{page.url} ({theme}, {width} px) {rule['id']}: {node['html'][:160]} {_reason(node)}"
                for rule in answer["violations"]
                for node in rule["nodes"]
            ]
    return found


def _reason(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in (*node["any"], *node["all"]) if check.get("message"))[:200]


def overflow(page: Page, width: int = 320) -> int:
    """By how many pixels the page is wider than a window of ``width``."""
    page.set_viewport_size({"width": width, "height": 800})
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

"""Accessibility of a page as axe-core sees it, in every theme and at every width that we promise."""

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS = [("light", 1280), ("dark", 1280), ("light", 320)]
"""Theme and width. A theme changes colours and nothing else, a width few of them: ASSURANCE_ROUNDS asks for all."""
if os.environ.get("ASSURANCE_ROUNDS"):
    LOOKS.append(("dark", 320))
RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}


def violations(page: Page) -> list[str]:
    """A line for each violation: where, theme and width, rule, and the elements."""
    found = []
    for theme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
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

"""Checking the numbers in a text: on the page for it, and the quiet warning on a record."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from controls.actions.frameworks import adopt_framework
from grc.access.actor import Actor
from grc.models import Organisation
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make

TEXT = """Statement of Applicability, ISO/IEC 42001
A.5.2 AI system impact assessment process
A.6.2.4 AI impact assessment
A.8.3 Regulatory reporting
B.6.2.8 Event logs
SOC 2: CC8.2
ISO 27001:2022 A.12.4.1, and GV-1.1 of the NIST AI RMF
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_check_of_a_text_and_warning_on_a_document(
    theme: str,
    organisation: Organisation,
    system: Actor,
    open_as: Callable[..., Page],
    complaints: Complaints,
) -> None:
    adopt_framework(key="iso42001", by=system)
    document = make("documents", system, name="AI policy", text=TEXT)
    page = open_as("administrator", "/o/nordhaven/frameworks/")
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.get_by_role("link", name="Check numbers").click()
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Check numbers").click()
    expect(page.get_by_role("heading", name="5 mistakes among 7 numbers")).to_be_visible()
    expect(page.get_by_role("link", name="ISO 42001 A.5.2")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0

    page.get_by_label("Text", exact=True).fill("ISO 42001 A.5.2")
    page.get_by_role("button", name="Check numbers").click()
    expect(page.get_by_text("Nothing wrong: 1 number was found, and it is right.")).to_be_visible()
    assert violations(page) == []

    page.goto(document.get_absolute_url())
    warning = page.get_by_role("region", name="5 numbers of requirements look wrong")
    expect(warning).to_contain_text("A.6.2.4 is “AI system verification and validation”")
    assert violations(page) == []
    assert overflow(page) <= 0
    assert complaints == []

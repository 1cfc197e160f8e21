"""A vendor's person answers by a link, without an account; and what they said is taken over."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.models import Organisation
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make
from tests.vendors.asked import asked, code_in, fresh, inside, link_of, send_in
from vendors.asking.actions import withdraw_ask

PICTURES = os.environ.get("ASSAY_PICTURES")
"""A folder, for whoever wants to look at the pages."""


def readable(page: Page, name: str) -> None:
    assert violations(page) == [], name
    assert overflow(page) == 0, name
    if PICTURES:
        for theme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{theme}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def manager(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def enter(page: Page, organisation: Organisation) -> None:
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("A code is on its way")).to_be_visible()
    readable(page, "code")
    page.get_by_label("The code that was sent to").fill("12345678" if code_in(organisation) != "12345678" else "1" * 8)
    page.get_by_role("button", name="Open the questions").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the code")
    expect(page.locator("#code")).to_have_accessible_description(re.compile("^That is not the code.*It has 8 digits"))
    readable(page, "code-wrong")
    page.get_by_label("The code that was sent to").fill(code_in(organisation))
    page.get_by_role("button", name="Open the questions").click()


def test_a_vendor_answers_by_link(
    manager: Actor, organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    vendor = make("vendors", manager, name="Vectorhaus")
    review = make("vendor-reviews", manager, vendor=vendor)
    ask, secret = asked(
        manager, review=review, name="Anna Holm", email="anna@vectorhaus.example", owner=manager.person,
        message="As every year. Question 3 matters most to us.",
    )  # fmt: skip
    page = open_as(None, f"/ask/{secret}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordhaven has questions for you")
    readable(page, "link")
    enter(page, organisation)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordhaven asks Vectorhaus")
    page.locator("#q1").fill("Certified; see https://vectorhaus.example/iso.")
    expect(page.locator("#kept-1")).to_contain_text("Saved · 1 of 10")
    page.locator("#q6").fill("Never.")
    expect(page.locator("#kept-6")).to_contain_text("Saved · 2 of 10")
    expect(page.get_by_text("2 of 10 questions have an answer")).to_be_visible()
    readable(page, "form")
    page.reload()
    expect(page.locator("#q6")).to_have_value("Never.")

    page.locator("#q7").fill("Frankfurt.")
    page.get_by_label("Your name").fill("Anna Holm")
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("These are the answers of")).to_have_accessible_description(re.compile("tick the box"))
    readable(page, "form-wrong")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("These are the answers of")).to_be_focused()
    expect(page.locator("#q7")).to_have_value("Frankfurt.")
    expect(page.get_by_label("Your name")).to_have_value("Anna Holm")
    page.get_by_label("These are the answers of Vectorhaus").check()
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    readable(page, "thanks")
    assert fresh(ask).answers == {
        "1": "Certified; see https://vectorhaus.example/iso.", "6": "Never.", "7": "Frankfurt.",
    }  # fmt: skip
    page.get_by_role("button", name="Close on this computer").click()
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    assert page.locator("a[href]:not(.skip)").count() == 0

    within = open_as(manager.person, ask.get_absolute_url())
    readable(within, "compare")
    within.get_by_role("button", name="Take over question 6").click()
    expect(within.get_by_role("status").filter(has_text="1 answer is in the review")).to_be_visible()
    within.get_by_role("button", name="Take over all 2").click()
    expect(within.get_by_text("Taken over").first).to_be_visible()
    readable(within, "taken")
    assert complaints == []


def test_it_works_without_scripts_and_loses_nothing(
    manager: Actor, organisation: Organisation, open_as: Callable[..., Page]
) -> None:
    ask, secret = asked(manager, email="anna@vectorhaus.example")
    page = open_as(None, f"/ask/{secret}", java_script_enabled=False)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The code that was sent to").fill(code_in(organisation))
    page.get_by_role("button", name="Open the questions").click()
    page.locator("#q2").fill("Type 2")
    page.get_by_role("button", name="Save, and go on later").click()
    expect(page.get_by_text("Saved. You may stop here")).to_be_visible()
    expect(page.locator("#q2")).to_have_value("Type 2")
    page.locator("#q3").fill("x" * 4001)
    page.get_by_role("button", name="Save, and go on later").click()
    expect(page.get_by_role("alert")).to_contain_text("Question 3: This has 4001 characters; 4000 fit.")
    expect(page.locator("#q3")).to_have_accessible_description("This has 4001 characters; 4000 fit.")
    assert len(page.locator("#q3").input_value()) == 4001
    page.context.clear_cookies()
    page.get_by_role("button", name="Save, and go on later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This session is over")
    assert len(page.locator("#typed-3").input_value()) == 4001
    assert fresh(ask).link.draft == {"2": "Type 2"}


def test_a_link_that_opens_nothing_and_one_on_its_way(
    manager: Actor, organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    ask, secret = asked(manager, owner=manager.person)
    within = open_as(manager.person, ask.get_absolute_url())
    expect(within.get_by_text("0 of 10 questions have been typed so far")).to_be_visible()
    readable(within, "sent")
    with manager.working():
        withdraw_ask(ask=ask, by=manager)
    page = open_as(None, f"/ask/{secret}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link opens nothing")
    readable(page, "closed")
    other, second = asked(manager)
    send_in(inside(second, organisation), second)
    assert link_of(organisation).count() == 2
    assert fresh(other).state == "answered"
    assert complaints == []

"""The main flow as people click it: sent, read with its difference, signed, in force with its paper."""

import threading
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.approvals.signing import sign_review
from grc.models import Organisation, Review
from tests.approvals.making import approved, edited, sent, somebody
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD
from tests.factories import make

POLICY = "A person decides every claim above 500 euros.\nPeople are told when they talk with a machine."


def signed_apart(review: Review, organisation: Organisation) -> None:
    """As the worker would: playwright keeps this thread's event loop to itself."""
    worker = threading.Thread(target=sign_review, kwargs={"review_id": review.pk, "organisation": organisation})
    worker.start()
    worker.join(20)


def test_approval_from_sending_to_force(
    organisation: Organisation,
    system: Actor,
    open_as: Callable[..., Page],
    complaints: Complaints,
    tmp_path: Any,
) -> None:
    author, approver = somebody(system, "compliance-officer", name="Carla"), somebody(system, "approver", name="Margit")
    record = make("documents", system, name="AI policy", text=POLICY)
    approved(sent(record, author, approver), approver)
    edited(record, author, text=POLICY.replace("500", "300"))

    page = open_as(author.person, record.get_absolute_url())
    expect(page.get_by_text("This draft differs from version 1")).to_be_visible()
    page.get_by_role("link", name="Send for approval").click()
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Margit").check()
    page.get_by_label("What changed, and why?").fill("A lower limit")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("status").filter(has_text="Version 2 is sent for approval.")).to_be_visible()
    assert violations(page) == []

    page = open_as(approver.person, "/o/nordhaven/")
    page.get_by_role("link", name="and approve it or send it back").click()
    expect(page.locator("del", has_text="500")).to_be_visible()
    expect(page.locator("ins", has_text="300")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("I approve", exact=True).check()
    page.get_by_label("Comment").fill("As discussed")
    page.get_by_label("Your password").fill("not it")
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not your password.")
    expect(page.get_by_label("Comment")).to_have_value("As discussed")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("status").filter(has_text="is approved and in force")).to_be_visible()
    assert violations(page) == []

    review = Review.unscoped.get(key=record.key, state="approved")
    signed_apart(review, organisation)
    page.goto(record.get_absolute_url())
    with page.expect_download() as download:
        page.get_by_role("link", name="Signed PDF").click()
    assert download.value.suggested_filename == "DOC-0001-v2-approved.pdf"
    page.get_by_role("link", name="All reviews").click()
    expect(page.get_by_role("row", name="Superseded")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
    assert complaints == []


def test_signing_key_page_is_clean(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", "/o/nordhaven/signing-key")
    page.get_by_role("button", name="Make a new key").click()
    expect(page.get_by_role("status").filter(has_text="A new key signs from now on.")).to_be_visible()
    page.get_by_label("Certificate (PEM)").fill("nonsense")
    page.get_by_label("Private key (PEM)").fill("nonsense")
    page.get_by_role("button", name="Sign with this key").click()
    expect(page.get_by_role("alert")).to_contain_text("no certificate in PEM form")
    assert violations(page) == []
    assert overflow(page) == 0
    assert complaints == []

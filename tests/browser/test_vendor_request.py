"""A new model provider on its whole way: requested, bound by a DPA, reviewed, with an exit plan, signed, in use."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from grc.access.actor import Actor
from tests.approvals.making import somebody
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD
from tests.vendors.complete import text_item
from vendors.models import AgreementPoint, Offering
from vendors.using.approved import approved_models

pytestmark = pytest.mark.timeout(300)


def fill(page: Page, **values: str) -> None:
    """By the kind of each field: chosen or written."""
    for name, value in values.items():
        found = page.locator(f"#id_{name}")
        found.select_option(value) if found.evaluate("e => e.tagName") == "SELECT" else found.fill(value)


def save(page: Page, **values: str) -> None:
    fill(page, **values)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="is saved.")).to_be_visible()


def is_readable(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 800})


class Guide:
    """The steps on the offering's page, in a window of who keeps the vendors."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def step(self, key: str) -> Locator:
        self.page.goto(self.url)
        return self.page.locator(f"#step-{key}")

    def follow(self, key: str) -> None:
        self.step(key).get_by_role("link", name="Do this").click()

    def done(self, key: str) -> None:
        expect(self.step(key)).to_contain_text("Done")


def test_a_model_provider_goes_from_request_to_approved_use(
    system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    approver, today = somebody(system, "approver", name="Margit"), timezone.localdate().isoformat()
    with system.working():
        signed = text_item(system)

    asking = open_as("contributor", "/o/nordhaven/vendors/request")
    fill(
        asking, vendor="Maker AI", offering="Maker API", purpose="Summaries.", system="Underwriting", models="maker/one"
    )
    asking.get_by_label("Personal data").check()
    is_readable(asking)
    asking.get_by_role("button", name="Request it").click()
    expect(asking.get_by_role("status").filter(has_text="is requested")).to_be_visible()
    expect(asking.locator("#step-approval")).to_contain_text("Once nothing above is missing.")
    url = asking.url

    page = open_as("vendor-manager", "/o/nordhaven/")
    page.get_by_role("link", name="Decide on OFR-0001 Maker API").click()
    guide = Guide(page, url)
    guide.done("ways")
    is_readable(page)
    guide.follow("who")
    save(page, legal_name="Maker AI SAS", country="FR", criticality="high", criticality_reason="Underwriters wait.")
    guide.done("who")
    guide.done("criticality")
    guide.follow("role")
    save(page, gdpr_role="processor", assurance_reason="A person reads every summary; its report is asked for.")
    guide.done("role")
    guide.done("assurance")

    guide.follow("dpa")
    save(
        page, name="DPA", signed_on=today, effective_on=today, file=signed.reference, authorisation="general",
        flow_down="yes", transfer="none", uk_data="no", training="no",
    )  # fmt: skip
    page.goto(f"{page.url.split('#')[0]}/points")
    for number, point in enumerate(AgreementPoint.Point, 1):
        page.locator(f"#point-{point.value}-finding").select_option("met")
        page.locator(f"#point-{point.value}-clause").fill(f"§ {number}")
    page.get_by_role("button", name="Save all").click()
    guide.done("dpa")

    guide.step("review").get_by_role("button", name="Begin").click()
    expect(page.get_by_role("status").filter(has_text="Ten questions wait.")).to_be_visible()
    is_readable(page)
    for number in range(1, 11):
        page.locator(f"#id_q{number}-verdict").select_option("partly" if number == 1 else "good")
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_text("Score: 95 of 100.")).to_be_visible()
    page.get_by_role("link", name="Back to the review").click()
    is_readable(page)
    page.get_by_role("link", name="Finish the review").click()
    fill(page, outcome="good", conclusion="Good enough for summaries.")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("status").filter(has_text="is done.")).to_be_visible()
    guide.done("review")

    guide.follow("exit")
    save(page, name="Without Maker", alternative="The model that we had before.")
    page.get_by_role("link", name="Rehearsed").click()
    fill(page, result="worked", learned="Two hours.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("status").filter(has_text="is noted.")).to_be_visible()
    guide.done("exit")

    guide.step("approval").get_by_role("link", name="Send for approval").click()
    page.get_by_label("Margit").check()
    page.get_by_label("What changed, and why?").fill("Summaries for underwriting.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("status").filter(has_text="is sent for approval.")).to_be_visible()

    signing = open_as(approver.person, "/o/nordhaven/")
    signing.get_by_role("link", name="approve it or send it back").click()
    expect(signing.get_by_text("What the approval rests on")).to_be_visible()
    signing.locator("input[type=radio]").first.check()
    signing.get_by_label("Your password").fill(PASSWORD)
    signing.get_by_role("button", name="Sign the decision").click()
    expect(signing.get_by_role("status").filter(has_text="is approved and in force")).to_be_visible()

    expect(guide.step("approval")).to_contain_text("Approved on")
    is_readable(page)
    assert Offering.unscoped.get().state == "approved"
    assert set(approved_models(system.organisation)) == {"maker/one"}
    assert complaints == []

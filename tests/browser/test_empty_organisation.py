"""An officer with an empty organisation follows the guidance, and nothing else, to the parts of a management system."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.models import Organisation
from tests.approvals.making import somebody
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD

pytestmark = pytest.mark.timeout(240)
START = "/o/nordhaven/start"
SCALE = "\n".join(f"{step}: in words" for step in ("Rare", "Unlikely", "Possible", "Likely", "Certain"))


@dataclass
class Officer:
    """Reads the next step on the page, follows its link, and fills in the form that it leads to."""

    page: Page

    def follow(self, key: str, what: str = "") -> None:
        self.page.goto(START)
        step = self.page.locator(f"#step-{key}")
        if what:
            expect(step).to_contain_text(what)
        step.get_by_role("link", name="Do this").click()

    def fill(self, **values: str) -> None:
        """By the kind of each field: chosen, ticked or written; then saved."""
        for name, value in values.items():
            found = self.page.locator(f"#id_{name}")
            if found.evaluate("e => e.tagName") == "SELECT":
                found.select_option(value) if value.isdigit() else found.select_option(label=value)
            else:
                found.fill(value)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("status").filter(has_text="is saved.")).to_be_visible()

    def done(self, key: str) -> None:
        self.page.goto(START)
        expect(self.page.locator(f"#step-{key}")).to_contain_text("Done")


def have_approved(officer: Officer, open_as: Callable[..., Page], approver: Actor, key: str) -> None:
    """Sent by the officer from the step; signed by somebody else from their home page; then the step is done."""
    officer.follow(key, "for approval")
    officer.page.get_by_label(str(approver.person)).check()
    officer.page.get_by_label("What changed, and why?").fill("The first edition.")
    officer.page.get_by_role("button", name="Send for approval").click()
    expect(officer.page.get_by_role("status").filter(has_text="is sent for approval.")).to_be_visible()
    officer.page.goto(START)
    expect(officer.page.locator(f"#step-{key}")).to_contain_text("Waits for approval")
    page = open_as(approver.person, "/o/nordhaven/")
    page.get_by_role("link", name="approve it or send it back").click()
    page.locator("input[type=radio]").first.check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("status").filter(has_text="is approved and in force")).to_be_visible()
    page.context.close()
    officer.done(key)


def test_empty_organisation_is_led_to_its_parts(
    organisation: Organisation, system: Actor, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    approver = somebody(system, "approver", name="Margit")
    page = open_as(somebody(system, "compliance-officer", name="Carla").person, "/o/nordhaven/")
    page.get_by_role("link", name="Add your first AI system").click()
    officer = Officer(page)
    officer.fill(name="Claims triage", purpose="Sorts claims.", role="Deployer: we use it")
    officer.done("systems")
    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})

    officer.follow("ai-roles", "Claims triage")
    officer.fill(role="AI customer or user", act_role="Deployer", reason="Our handlers use it.")
    officer.follow("issues")
    officer.fill(name="The AI Act", effect="Duties of a deployer.")
    officer.follow("issues")
    officer.fill(name="One person knows it", effect="A leave stops changes.")
    officer.done("issues")
    officer.follow("climate")
    officer.fill(name="Climate change", effect="No bearing on how AI is managed here.")
    officer.done("climate")
    officer.follow("parties")
    officer.fill(name="Policyholders", kind="Customers", needs="Fair decisions.", met_by="A person decides.")
    officer.done("parties")
    officer.follow("scope-systems", "Decide whether Claims triage is in scope")
    officer.fill(in_scope="In scope")
    officer.done("scope-systems")
    officer.follow("scope")
    officer.fill(name="Scope", text="AI in claims handling.")
    have_approved(officer, open_as, approver, "scope")

    officer.follow("commitment")
    officer.fill(name="Build it", given_on="2026-03-02")
    officer.follow("roles")
    officer.fill(name="AI officer", holder="Carla", answers_for="All of it.", told_on="2026-03-03")
    officer.done("roles")
    officer.follow("policy")
    officer.fill(name="AI policy", text="A person decides.")
    have_approved(officer, open_as, approver, "policy")
    officer.follow("criteria")
    officer.fill(name="Criteria", likelihood_scale=SCALE, impact_scale=SCALE)
    have_approved(officer, open_as, approver, "criteria")

    officer.follow("risks")
    officer.fill(name="Wrong refusals", event="It refuses wrongly.", likelihood="3", impact="4")
    officer.follow("risks", "Look for the risks of Claims triage")
    officer.fill(
        name="Unfair", event="It is unfair.", likelihood="2", impact="4", treatment="Reduce", treatment_plan="Measure"
    )
    officer.done("risks")
    officer.follow("treatments", "Decide what is done")
    officer.fill(treatment="Accept")
    officer.follow("treatments", "Add what is done")
    officer.fill(name="Measure it monthly", due_on="2027-01-31")
    officer.done("treatments")
    for key in ("plan", "soa", "catalogue", "impact", "resources", "competence", "awareness", "processes"):
        officer.follow(key)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not page.url.endswith("/start")

    officer.follow("objectives")
    officer.fill(
        name="Fair refusals", measure="Difference between groups", target="2", due_on="2027-06-30", plan="Measure"
    )
    officer.done("objectives")
    officer.follow("procedures")
    officer.fill(name="Procedure for risks", text="Once a quarter.")
    officer.follow("procedures", "nonconformities")
    officer.fill(name="Procedure for nonconformities", text="Within ten days.")
    officer.follow("procedures", "from outside")
    officer.fill(name="ISO/IEC 42001", text="Licensed copy in the library.")
    officer.done("procedures")

    page.get_by_role("link", name="Clause map").last.click()
    expect(page.get_by_role("link", name="SCP-0001 Scope")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
    assert complaints == []

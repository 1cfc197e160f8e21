"""From nothing to a failed test on decision records, as an officer clicks it; every page on the way by axe."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.controls.records import TimedLog, taken_in
from tests.evidence.tlog.honest_log import decision
from tests.factories import make
from tests.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
WIDE = {"width": 1280, "height": 900}


def looked_at(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_from_an_empty_organisation_to_what_the_records_contradict(
    open_as: Callable[..., Page], complaints: list[str], system: Actor, settings: Any, tmp_path: Path
) -> None:
    page = open_as("compliance-officer", "/o/nordhaven/frameworks/catalogues")
    looked_at(page)
    page.locator("form", has=page.locator("[value=iso42001]")).get_by_role("button").first.click()
    page.goto(page.url.partition("/o/")[0] + "/o/nordhaven/controls/starters")
    looked_at(page)
    page.locator("[value=a-6-2-8]").check()
    page.get_by_role("button", name=re.compile("Take over")).last.click()
    page.goto(page.url.partition("/o/")[0] + "/o/nordhaven/controls/wall")
    expect(page.get_by_role("link", name=re.compile("A.6.2.8"))).to_contain_text("Planned only")
    looked_at(page)
    page.goto(page.url.partition("/o/")[0] + "/o/nordhaven/controls/CTL-0001")
    looked_at(page)
    page.get_by_role("link", name="Add a test").click()
    page.locator("[name=name]").fill("Every refusal gives a reason")
    page.locator("[name=way]").select_option("records")
    page.get_by_label("Of those where").fill("outcome is deny")
    page.get_by_label("Each must").fill("reason_code is set")
    page.get_by_label("Leave out the last").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Did you mean reason_codes?")).to_have_count(2)  # at the field, and above the form
    page.get_by_label("Each must").fill("reason_codes is set")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("of the decisions where outcome is deny")).to_be_visible()
    looked_at(page)
    log = TimedLog()
    log.add(9, decision(0, outcome="deny", reason_codes=["blocked"]))
    log.add(8, decision(1, outcome="deny", reason_codes=[]))
    with system.working(), taken_in(log, system, settings):
        make("ai-systems", system, runtime_id="credit-assistant")
    with running_worker(tmp_path / "worker.log"):
        page.get_by_role("button", name="Run now").click()
        page.get_by_role("link", name="What came out").click(timeout=30_000)
    expect(page.get_by_text("reason_codes is set (it is not set)")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=re.compile(r"^\s*1\s*$")).first).to_be_visible()
    looked_at(page)
    assert complaints == []


@pytest.mark.parametrize("path", ["frameworks/crosswalk", "frameworks/FRM-0001/coverage", "requirements/REQ-0060"])
def test_pages_of_frameworks_are_for_everybody(
    open_as: Callable[..., Page], complaints: list[str], system: Actor, path: str
) -> None:
    from controls.actions.frameworks import adopt_framework

    with system.working():
        for key in ("iso42001", "gdpr-28", "soc2-ai"):
            adopt_framework(key=key, by=system)
    looked_at(open_as("compliance-officer", f"/o/nordhaven/{path}"))
    assert complaints == []


def test_a_request_for_evidence_is_answered_with_a_file(
    open_as: Callable[..., Page], complaints: list[str], system: Actor
) -> None:
    with system.working():
        request = make("evidence-requests", system)
    page = open_as("compliance-officer", f"/o/nordhaven/evidence-requests/{request.reference}")
    page.get_by_role("link", name="Answer").click()
    looked_at(page)
    page.set_input_files("[name=file]", {"name": "log.csv", "mimeType": "text/csv", "buffer": b"a,b\r\n1,2\r\n"})
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Answered with EVD-0001.")).to_be_visible()
    looked_at(page)
    assert complaints == []

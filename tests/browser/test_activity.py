"""The activity log and webhooks, as people click through them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from evidence.bundles.verifier import verifier
from evidence.models import ActivitySeal
from evidence.sealing.sealer import seal_activity
from grc.access.actor import Actor
from grc.actions.outbox import deliver_due
from grc.models import Organisation
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make
from tests.webhooks.receiver import receiving, signature_holds

URL = "/o/nordhaven/activity"


def test_the_log_is_filtered_verified_taken_away_and_checked_offline(
    organisation: Organisation,
    system: Actor,
    open_as: Callable[..., Page],
    complaints: Complaints,
    tmp_path: Path,
) -> None:
    with system.working():
        for number in range(3):
            make("ai-systems", system, name=f"System {number}")
        make("risks", system, name="A risk")
    seal_activity(organisation)
    page = open_as("administrator", URL)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_label("Register").select_option("risks")
    expect(page.locator(".activity-day li")).to_have_count(1)
    expect(page.locator(".activity-day li")).to_contain_text("created RSK-0001 A risk")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text("sealed events are as they were sealed")).to_be_visible()
    expect(page.get_by_text("holds", exact=True)).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_text("Download sealed log").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    bundle, program = tmp_path / "activity.zip", tmp_path / "verify.pyz"
    download.value.save_as(bundle)
    program.write_bytes(verifier())
    with system.working():
        fingerprint = page.locator(".seal-facts code").inner_text()
        assert ActivitySeal.objects.within(organisation).count() == 1
    command = [sys.executable, "-I", program, "--key", fingerprint, bundle]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 0, checked.stdout
    assert "Good: these events are as they were sealed" in checked.stdout
    assert complaints == []


def test_a_webhook_is_made_tested_and_seen_to_be_taken(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints, settings: Any
) -> None:
    with receiving(settings) as receiver:
        page = open_as("administrator", "/o/nordhaven/webhooks/new")
        page.get_by_label("Name").fill("Tickets")
        page.get_by_label("Address").fill(receiver.url)
        secret = page.get_by_label("Signing secret").input_value()
        assert secret.startswith("whsec_")
        page.get_by_label("Approved", exact=True).check()
        assert violations(page) == []
        assert overflow(page) == 0
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Deliveries")).to_be_visible()
        assert secret not in page.content()
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("section", has_text="Deliveries").get_by_text("Waiting")).to_be_visible()
        deliver_due({"webhook"})
        page.reload()
        expect(page.get_by_text("Taken")).to_be_visible()
        assert signature_holds(receiver.got[0], secret)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert violations(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("button", name="New secret").click()
        renewed = page.get_by_label("Secret", exact=True).input_value()
        assert renewed != secret
        assert violations(page) == []
    assert complaints == []

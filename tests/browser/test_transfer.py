"""Importing a catalogue as one clicks it, with a real worker; and what the pages look like."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from controls.actions.frameworks import adopt_framework
from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.controls.test_oscal_foreign import document
from tests.controls.test_oscal_mapping import collection, end, entry
from tests.imports.sending import csv
from tests.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/o/nordhaven/frameworks"


def send(page: Page, name: str, data: bytes) -> None:
    kind = "application/json" if name.endswith("json") else "text/csv"
    page.set_input_files("#transfer-file", {"name": name, "mimeType": kind, "buffer": data})
    page.get_by_role("button", name="Upload and check").click()


def test_catalogue_from_the_list_to_its_page(
    open_as: Callable[..., Page], complaints: list[str], tmp_path: Path
) -> None:
    page = open_as("administrator", f"{HERE}/")
    with running_worker(tmp_path / "worker.log"):
        page.get_by_role("link", name="Import a catalogue").click()
        assert violations(page) == []
        assert overflow(page) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        broken = document("mvsp")
        broken["catalog"]["groups"][0]["title"] = ""
        send(page, "broken.json", json.dumps(broken).encode())
        expect(page.get_by_text("catalog.groups[0].title")).to_be_visible()
        assert violations(page) == []
        page.set_viewport_size({"width": 1280, "height": 900})
        send(page, "mvsp.json", json.dumps(document("mvsp")).encode())
        expect(page.get_by_text("becomes a new framework")).to_be_visible(timeout=20_000)
        page.get_by_text("Where it goes, and what it is called").click()
        assert violations(page) == []
        assert overflow(page) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("button", name="Import 29 entries").click()
        expect(page.get_by_text("Imported: 29 new, 0 changed.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("MVSP")
    assert complaints == []


def test_findings_and_questions_can_be_read(
    open_as: Callable[..., Page], system: Actor, complaints: list[str], tmp_path: Path
) -> None:
    for key in ("iso27001", "soc2-ai"):
        adopt_framework(key=key, by=system)
    page = open_as("administrator", f"{HERE}/transfer?into=FRM-0001")
    with running_worker(tmp_path / "worker.log"):
        rows = [("A.5.7", "Segregation of duties", "Words"), ("A.5.99", "Nothing", "Words")]
        send(page, "text.csv", csv(("Number", "Title", "Text"), *rows))
        expect(page.get_by_text("ISO 27001 has no “A.5.99”")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("Worth a look")).to_be_visible()
        assert violations(page) == []
        assert overflow(page) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(page.url.split("/transfer")[0] + "/transfer")
        given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")))
        send(page, "map.json", json.dumps(given).encode())
        expect(page.get_by_role("heading", name="Which frameworks are meant?")).to_be_visible(timeout=20_000)
        assert violations(page) == []
        assert overflow(page) <= 0
    assert complaints == []


def test_ways_out_can_be_read(open_as: Callable[..., Page], system: Actor, complaints: list[str]) -> None:
    for key in ("soc2-ai", "soc2"):
        adopt_framework(key=key, by=system)
    page = open_as("reader", f"{HERE}/exports")
    expect(page.get_by_role("link", name="Mapping collection")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="Catalog SOC 2 AI themes").click()
    assert download.value.suggested_filename == "frm-0001-catalog.json"
    assert complaints == []

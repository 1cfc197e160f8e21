"""An administrator takes the whole organisation away: asks, confirms, waits for the worker, fetches the file."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.conftest import PASSWORD
from tests.factories import make
from tests.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)


def test_archive_is_asked_for_confirmed_and_fetched(
    site: str, system: Actor, open_as: Callable[..., Page], complaints: Complaints, tmp_path: Path
) -> None:
    make("risks", system)
    with running_worker(tmp_path / "worker.log"):
        page = open_as("administrator", "/o/nordhaven/archive-export")
        assert violations(page) == []
        page.get_by_role("button", name="Make an archive").click()
        page.locator("#id_password").fill(PASSWORD)
        page.locator("form").get_by_role("button", name="Confirm").click()
        page.get_by_role("button", name="Make an archive").click()
        expect(page.get_by_text("Done").first).to_be_visible(timeout=30_000)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").first.click()
    raw = Path(download.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {"manifest.json", "people.jsonl", "tables/aims.Risk.jsonl"} <= set(archive.namelist())
    page.goto("/o/nordhaven/archive-export")
    expect(page.get_by_text("Archives that you asked for").first).to_be_visible()
    assert violations(page) == []
    assert complaints == []

"""Import as one clicks it, with a real worker: a bad file is named, a good one is taken, the list shows it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.imports.sending import csv
from tests.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ("Reference", "Risk", "What may happen", "Likelihood", "Impact")


def upload(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("#import-file", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("columnheader", name="Goes into")).to_be_visible()


def test_import_from_the_list_to_the_list(open_as: Callable[..., Page], complaints: list[str], tmp_path: Path) -> None:
    page = open_as("administrator", "/o/nordhaven/risks/")
    with running_worker(tmp_path / "worker.log"):
        page.get_by_role("link", name="Import", exact=True).click()
        upload(page, "bad.csv", csv(HEAD, ("", "Bad", "x", "seven", 1)))
        page.get_by_role("button", name="Check the rows").click()
        expect(page.get_by_role("cell", name="“seven” is no whole number.")).to_be_visible(timeout=20_000)
        assert violations(page) == []
        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("link", name="Upload another file").click()
        upload(page, "good.csv", csv(HEAD, ("", "Wrong claims", "It errs", 3, 4), ("", "Late claims", "It lags", 1, 2)))
        page.get_by_role("button", name="Check the rows").click()
        page.get_by_role("button", name="Import 2 rows").click(timeout=20_000)
        expect(page.get_by_text("Created")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="To the list").click()
    expect(page.get_by_role("cell", name="Wrong claims")).to_be_visible()
    expect(page.get_by_role("cell", name="Late claims")).to_be_visible()
    assert complaints == []

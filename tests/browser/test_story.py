"""The product's story, as the README tells it, in a real browser, with a real recorder, worker and verifier.

Connect the proxy, watch records arrive, find one by the customer's reference, hand the bundle over, verify it where
Assay is not installed; tamper with the proxy's log and see Assay name what and where.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evidence.models import DecisionRow, Source
from evidence.recorder.tamper import tamper
from tests.evidence.decisions.proxy import CUSTOMER, LOOKUP_TOKEN, Proxy, running_proxy
from tests.worker import running_worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
HOUR = 3600 * 1_000_000


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    with running_proxy(tmp_path / "recorder", start=time.time_ns() // 1000 - HOUR) as running:
        for _ in range(5):
            running.decide(customer="somebody else")
        yield running


@pytest.fixture
def worker(site: str, proxy: Proxy, tmp_path: Path) -> Iterator[None]:
    with running_worker(tmp_path / "worker.log"):
        yield


def picture(page: Page, name: str) -> None:
    """For the README, where ``PICTURES`` names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def connect(page: Page, proxy: Proxy) -> None:
    page.locator("#id_name").fill("Claims proxy")
    page.locator("#id_url").fill(proxy.url)
    page.locator("#id_origin").fill(proxy.recorder.log_id)
    page.locator("#id_pinned_key").fill(proxy.key.public_key.hex())
    page.locator("#id_lookup_token").fill(LOOKUP_TOKEN)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Claims proxy")).to_be_visible()


def pull(page: Page) -> None:
    page.goto("/o/nordhaven/sources/LOG-0001")
    page.get_by_role("button", name="Pull now").click()
    expect(page.get_by_text("Done").first).to_be_visible(timeout=30_000)


def verify(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Python alone, in a folder that holds the verifier and the bundle and nothing else."""
    command = [sys.executable, "-I", "verify.pyz", *arguments, "bundle.zip"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={}, timeout=60, check=False)


@pytest.fixture
def bundle_of(tmp_path: Path) -> Callable[[Page], Path]:
    def download(page: Page) -> Path:
        folder = tmp_path / "stranger"
        folder.mkdir()
        with page.expect_download() as bundle:
            page.get_by_role("link", name="Download bundle").click()
        bundle.value.save_as(folder / "bundle.zip")
        page.goto("/check-a-bundle")
        with page.expect_download() as verifier:
            page.get_by_role("link", name="verify.pyz").first.click()
        verifier.value.save_as(folder / "verify.pyz")
        return folder

    return download


def test_story_from_a_proxys_log_to_a_strangers_verdict(
    open_as: Callable[..., Page], proxy: Proxy, worker: None, bundle_of: Callable[[Page], Path], complaints: Any
) -> None:
    # the platform engineer connects the proxy, and watches records arrive
    engineer = open_as("platform-engineer", "/o/nordhaven/sources/new")
    connect(engineer, proxy)
    engineer.get_by_role("button", name="Test connection").click()
    expect(engineer.get_by_text("Not good")).to_have_count(0)
    pull(engineer)
    assert DecisionRow.objects.within(Source.unscoped.get().organisation).filter(kind=1).count() == 5
    wanted = proxy.decide()
    proxy.decide(customer="somebody else")
    pull(engineer)

    # the compliance officer finds one decision by the customer's own reference, and hands its bundle over
    officer = open_as("compliance-officer", "/o/nordhaven/decisions/")
    officer.locator("#decision-q").fill(CUSTOMER)
    officer.get_by_role("button", name="Find", exact=True).click()
    officer.get_by_role("link", name=wanted).click()
    expect(officer.get_by_text("claims-policy").first).to_be_visible()
    folder = bundle_of(officer)

    # a stranger checks it with Python alone: with the key that they were told, and after one bit was flipped
    good = verify(folder, "--key", proxy.key.public_key.hex())
    assert good.returncode == 0, good.stdout + good.stderr
    assert wanted in good.stdout
    unpinned = verify(folder)
    assert "not pinned" in unpinned.stdout
    raw = bytearray((folder / "bundle.zip").read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / "bundle.zip").write_bytes(raw)
    assert verify(folder, "--key", proxy.key.public_key.hex()).returncode == 1
    assert complaints == []


def test_story_tampering_is_named_with_what_and_where(
    open_as: Callable[..., Page], proxy: Proxy, worker: None, complaints: Any
) -> None:
    engineer = open_as("platform-engineer", "/o/nordhaven/sources/new")
    connect(engineer, proxy)
    pull(engineer)
    good = DecisionRow.objects.within(Source.unscoped.get().organisation).count()
    proxy.decide()
    proxy.decide()
    proxy.recorder.close()
    tamper(proxy.recorder.folder, "field-changed", seq=good + 1)
    pull_and_stop(engineer)
    expect(engineer.get_by_text(f"Position {good + 1}").first).to_be_visible()
    engineer.goto("/o/nordhaven/sources/LOG-0001/quarantine")
    row = engineer.get_by_role("row").filter(has=engineer.get_by_role("rowheader", name=str(good + 1), exact=True))
    expect(row).to_contain_text("the record was changed or forged")
    picture(engineer, "quarantine")
    engineer.goto("/o/nordhaven/")
    expect(engineer.get_by_text("Claims proxy").first).to_be_visible()
    rows = DecisionRow.objects.within(Source.unscoped.get().organisation)
    assert rows.filter(seq__lte=good).count() == good + 1, "what was good stays"
    assert not rows.filter(seq__gt=good).exists(), "what is bad is never counted"
    assert complaints == []


def pull_and_stop(page: Page) -> None:
    page.goto("/o/nordhaven/sources/LOG-0001")
    page.get_by_role("button", name="Pull now").click()
    expect(page.get_by_text("Position").first).to_be_visible(timeout=30_000)

"""Evidence as a ZIP with an index: each file checked, each bad entry named, all or none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aims.models import Document
from evidence.models import EvidenceItem, ItemFile
from grc.models import File, Job
from grc.models.teamwork import Attachment
from tests.grc.test_uploads import PDF, packed
from tests.imports.sending import csv, imported, upload, workbook, zipped

pytestmark = pytest.mark.django_db
HEAD = ("File", "Name", "Kind", "Its own date")


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def archive(*rows: Any, index: str = "index__csv", **files: bytes) -> bytes:
    made = csv(HEAD, *rows) if index.endswith("csv") else workbook(HEAD, *rows)
    return zipped(**{index: made}, **files)


def problems(job: Job) -> list[tuple[int, str, str]]:
    assert job.result is not None
    return [(row, value, reason) for row, _column, value, reason in job.result["problems"]]


@pytest.mark.parametrize("index", ["index__csv", "Index__XLSX", "evidence/index__csv"])
def test_archive_makes_items_with_their_files(index: str, client: Client) -> None:
    folder = "evidence/" if "/" in index else ""
    rows = (("a.pdf", "Report A", "Report", "2026-05-01"), ("sub/b.txt", "Record B", "record", ""))
    index = index.replace("XLSX", "xlsx")
    files = {f"{folder}a__pdf": PDF, f"{folder}sub/b__txt": b"hello", "__MACOSX/x": b"x"}
    job = imported(client, "evidence", "evidence.zip", archive(*rows, index=index, **files))
    assert job.state == "done", (job.error, job.result)
    items = {item.name: item for item in EvidenceItem.unscoped.all()}
    assert set(items) == {"Report A", "Record B"}
    found = {entry.item.name: (entry.number, entry.file.name, entry.file.size) for entry in ItemFile.unscoped.all()}
    assert found == {"Report A": (1, "a.pdf", len(PDF)), "Record B": (1, "b.txt", 5)}


def test_archive_sent_again_changes_nothing(client: Client) -> None:
    data = archive(("a.pdf", "Report A", "Report", ""), a__pdf=PDF)
    imported(client, "evidence", "evidence.zip", data)
    again = imported(client, "evidence", "evidence.zip", data)
    assert again.result is not None
    assert (again.result["create"], again.result["same"]) == (0, 1)
    assert EvidenceItem.unscoped.count() == ItemFile.unscoped.count() == 1


def test_archive_names_every_bad_entry_and_keeps_nothing(client: Client) -> None:
    rows = (
        ("a.pdf", "Good", "Report", ""),
        ("missing.pdf", "Missing", "Report", ""),
        ("a.pdf", "Twice", "Report", ""),
        ("wrong.pdf", "Wrong", "Report", ""),
        ("c.txt", "Kind", "Perhaps", "yesterday"),
    )
    job = imported(
        client,
        "evidence",
        "evidence.zip",
        archive(*rows, a__pdf=PDF, wrong__pdf=b"<html><body>no</body></html>", c__txt=b"c", extra__txt=b"left over"),
    )
    assert job.kind == "import-check"
    found = problems(job)
    assert [(row, value) for row, value, _reason in found] == [
        (0, "extra.txt"),
        (3, "missing.pdf"),
        (4, "a.pdf"),
        (5, "wrong.pdf"),
        (6, "Perhaps"),
        (6, "yesterday"),
    ]
    assert "no such file" in found[1][2]
    assert "Row 2" in found[2][2]
    assert "wrong.pdf" in found[3][2]
    assert not EvidenceItem.unscoped.exists()
    assert File.unscoped.count() == 2  # the archive, and the list of problems


def test_archive_within_an_archive_is_refused(client: Client) -> None:
    response = upload(
        client, "evidence", "evidence.zip", archive(("b.zip", "B", "Report", ""), b__zip=packed(("x", "y")))
    )
    assert response.status_code == 422
    assert "another archive" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped(a__txt=b"x"), "no index"),
        (packed(("../index.csv", "File,Name\r\n")), "evidence.zip"),
        (b"PK\x03\x04broken", "evidence.zip"),
    ],
)
def test_archive_that_cannot_be_used_says_why(data: bytes, words: str, client: Client) -> None:
    response = upload(client, "evidence", "evidence.zip", data)
    if response.status_code == 302:
        response = client.get(response["Location"])
    assert response.status_code == 422
    assert words in response.content.decode()


def test_archive_is_for_registers_whose_records_carry_files(client: Client) -> None:
    assert upload(client, "risks", "risks.zip", zipped(index__csv=csv(("Risk",), ("A",)))).status_code == 422


def test_archive_of_documents_attaches_their_files(client: Client) -> None:
    data = zipped(
        index__csv=csv(("File", "Title", "Kind", "Version"), ("p.pdf", "AI policy", "policy", "2")), p__pdf=PDF
    )
    assert imported(client, "documents", "documents.zip", data).state == "done"
    attachment = Attachment.unscoped.get()
    assert (attachment.about.title, attachment.file.name) == ("AI policy", "p.pdf")
    changed = zipped(
        index__csv=csv(("File", "Title", "Version", "Kind"), ("p.pdf", "AI policy", "2", "procedure")), p__pdf=PDF
    )
    assert imported(client, "documents", "documents.zip", changed).state == "done"
    assert Document.unscoped.get().kind == "procedure"
    assert Attachment.unscoped.count() == 1


def test_failed_import_leaves_no_bytes(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from grc.imports.importers import FileImporter, file_importers

    def broken(*_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setitem(file_importers, "evidence", FileImporter(attach=broken))
    job = imported(client, "evidence", "evidence.zip", archive(("a.pdf", "A", "Report", ""), a__pdf=PDF))
    assert job.state == "failed"
    assert not EvidenceItem.unscoped.exists()
    on_disk = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(on_disk) == File.unscoped.count() == 1

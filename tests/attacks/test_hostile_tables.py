"""Hostile tables through the doors of imports: refused in words, within bounds, with nothing left behind."""

import io
import resource
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aims.models import Risk
from grc.jobs.actions import run_job
from grc.models import File, Job
from tests.attacks.test_hostile_files import HOSTILE, NAMES
from tests.grc.test_uploads import packed
from tests.imports.sending import match, upload, work, workbook

pytestmark = pytest.mark.django_db
DOORS = [("/o/nordhaven/risks/import", 422), ("/api/v1/o/nordhaven/risks/imports", 400)]
GROWTH_KB = 512 * 1024
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = b"</sheetData></worksheet>"


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def book_with(sheet: bytes = b"", **parts: bytes) -> bytes:
    """A real workbook with its sheet, or other parts, replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook(("Risk", "What may happen"), ("A", "x")))) as book:
        made = [(n, sheet if sheet and n.endswith("sheet1.xml") else book.read(n)) for n in book.namelist()]
    return packed(*made, *parts.items())


def million_rows() -> bytes:
    row = b'<row><c t="inlineStr"><is><t>Risk</t></is></c><c t="inlineStr"><is><t>event</t></is></c></row>'
    return book_with(SHEET + row * 1_000_000 + SHEET_END)


def peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(("url", "status"), DOORS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_no_table(kind: str, url: str, status: int, client: Client) -> None:
    name, data = HOSTILE[kind]
    for ending in (name, f"{name.rpartition('.')[0]}.xlsx", f"{name.rpartition('.')[0]}.csv"):
        response = client.post(url, {"file": SimpleUploadedFile(ending, data())})
        if response.status_code == status:
            continue
        # a text or a page is a CSV of sorts: it has no columns that could be matched
        assert ending.endswith(".csv"), (kind, ending)
        assert response.status_code in (302, 400), (kind, ending)
    assert not Risk.unscoped.exists()


@pytest.mark.parametrize("make", [million_rows], ids=lambda make: make.__name__)
def test_a_million_rows_are_refused_within_bounds(make: Callable[[], bytes], client: Client) -> None:
    data = make()
    before = peak_kb()
    response = upload(client, "risks", "million.xlsx", data)
    if response.status_code == 302:
        job = work(match(client, response["Location"])["Location"])
        assert job.state == "failed"
        assert "more than 50,000 rows" in job.error
    else:
        assert response.status_code == 422
    assert peak_kb() - before < GROWTH_KB
    assert not Risk.unscoped.exists()


def test_a_million_lines_are_refused_within_bounds(client: Client) -> None:
    data = b"Risk,What may happen\r\n" + b"A,x\r\n" * 1_000_000
    before = peak_kb()
    job = work(match(client, upload(client, "risks", "million.csv", data)["Location"])["Location"])
    assert (job.state, "more than 50,000 rows" in job.error) == ("failed", True)
    assert peak_kb() - before < GROWTH_KB


def test_formulas_are_not_run_and_their_text_is_not_taken(client: Client) -> None:
    sheet = (
        SHEET
        + (
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>Risk</t></is></c>'
            b'<c r="B1" t="inlineStr"><is><t>What may happen</t></is></c></row>'
            b'<row r="2"><c r="A2" t="str"><f>WEBSERVICE("http://127.0.0.1/x")</f><v>stored</v></c>'
            b'<c r="B2" t="inlineStr"><is><t>=cmd|calc</t></is></c></row>'
        )
        + SHEET_END
    )
    url = upload(client, "risks", "a.xlsx", book_with(sheet))["Location"]
    check = match(client, url)["Location"]
    work(check)
    work(client.post(check)["Location"])
    risk = Risk.unscoped.get()
    assert (risk.name, risk.event) == ("stored", "=cmd|calc")


def test_macros_are_kept_out_of_sight(client: Client) -> None:
    data = book_with(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert upload(client, "risks", "a.xlsx", data).status_code in (302, 422)
    for file in File.unscoped.all():
        assert file.has_macros or file.name.endswith(".xlsx")


@pytest.mark.parametrize("kind", NAMES)
def test_names_of_files_are_shown_as_text(kind: str, client: Client) -> None:
    upload_ = SimpleUploadedFile("x.csv", b"Risk,What may happen\r\nA,x\r\n")
    upload_.name = NAMES[kind].replace("\r", "").replace("\n", "")
    response = client.post("/o/nordhaven/risks/import", {"file": upload_})
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        page = client.get(response["Location"]).content.decode()
        assert "<img src=x" not in page


def test_headings_and_cells_are_shown_as_text(client: Client) -> None:
    data = b'Risk,<script>alert(1)</script>,What may happen\r\n,"<img src=x onerror=alert(1)>",{{7*7}}\r\n'
    url = upload(client, "risks", "a.csv", data)["Location"]
    page = client.get(url).content.decode()
    assert "<script>alert" not in page
    check = match(client, url)["Location"]
    work(check)
    result = client.get(check).content.decode()
    assert "<img src=x" not in result


@pytest.mark.parametrize("params", [{"sheet": "x" * 5000}, {"header": "9" * 400}, {"header": "-1"}, {"sheet": "\x00"}])
def test_parameters_of_the_page_are_refused_in_words(params: dict[str, Any], client: Client) -> None:
    url = upload(client, "risks", "a.csv", b"Risk,What may happen\r\nA,x\r\n")["Location"]
    assert client.get(url, params).status_code in (200, 422)
    assert client.post(url, params | {"column-0": "name", "column-999999": "event"}).status_code in (302, 422)
    for job in Job.unscoped.select_related("organisation", "person"):
        run_job(job)
        job.refresh_from_db()
        assert job.state in ("done", "failed")
    assert not Risk.unscoped.exists()

"""Import as people do it: four pages, and a file that comes in every shape."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from aims.models import Risk
from grc.access.actor import Actor
from grc.models import ActivityEvent, File, Job, Membership, Organisation
from tests.factories import make
from tests.imports.sending import csv, imported, match, upload, work, workbook

pytestmark = pytest.mark.django_db
HEAD = ("Reference", "Risk", "What may happen")


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def test_import_the_whole_way(client: Client) -> None:
    columns = upload(client, "risks", "risks.xlsx", workbook(HEAD, ("", "Wrong", "It errs"), ("", "Late", "It lags")))
    page = client.get(columns["Location"]).content.decode()
    assert "It errs" in page
    check = match(client, columns["Location"])["Location"]
    assert "every 1s" in client.get(check).content.decode()
    work(check)
    assert client.get(check, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Import 2 rows" in client.get(check).content.decode()
    assert not Risk.unscoped.exists()
    done = client.post(check)["Location"]
    work(done)
    assert "Created" in client.get(done).content.decode()
    assert set(Risk.unscoped.values_list("name", flat=True)) == {"Wrong", "Late"}


def test_import_of_the_same_file_twice_changes_nothing(client: Client) -> None:
    data = csv(HEAD, ("", "Wrong", "It errs"))
    imported(client, "risks", "risks.csv", data)
    again = imported(client, "risks", "other name.csv", data)
    assert (again.result["create"], again.result["same"]) == (0, 1)  # type: ignore[index]
    assert Risk.unscoped.count() == 1


def test_import_names_bad_rows_with_a_file_of_them(client: Client) -> None:
    rows = [("", f"Risk {n}", "x", "nobody@example.org") for n in range(60)]
    job = imported(client, "risks", "risks.csv", csv((*HEAD, "Owner"), *rows))
    assert (job.kind, job.result["bad"]) == ("import-check", 60)  # type: ignore[index]
    url = f"/o/nordhaven/risks/import/checks/{job.public_id}"
    page = client.get(url).content.decode()
    assert "nobody@example.org" in page
    assert "1 to 50 of 60" in page
    assert "Import 60" not in page
    client.post(url)
    assert not Job.unscoped.filter(kind="import").exists()
    lines = b"".join(client.get(f"/o/nordhaven/jobs/{job.public_id}/file")).decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert lines[1].startswith('2,"Owner","nobody@example.org"')


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (csv(HEAD, ("", "Größe", "x")), "UTF-8"),
        (csv(HEAD, ("", "Größe", "x"), encoding="utf-8-sig"), "UTF-8"),
        (csv(HEAD, ("", "Größe", "x"), separator=";"), "semicolon"),
        (csv(HEAD, ("", "Größe", "x"), separator="\t"), "tab"),
        (b"sep=;\r\n" + csv(HEAD, ("", "Größe", "x"), separator=";"), "semicolon"),
        (csv(HEAD, ("", "Größe", "x"), separator=";", encoding="cp1252"), "Windows-1252"),
        (csv(HEAD, ("", "Größe", "x"), encoding="utf-16"), "UTF-16"),
        (csv(HEAD, ("", "Größe", "x"), encoding="utf-16-le"), "UTF-16"),
    ],
)
def test_import_reads_csv_of_every_dialect_and_says_which(data: bytes, said: str, client: Client) -> None:
    columns = upload(client, "risks", "risks.csv", data)
    assert columns.status_code == 302, columns.content.decode()
    assert said in client.get(columns["Location"]).content.decode()
    work(client.post(work_check(client, columns["Location"]))["Location"])
    assert Risk.unscoped.get().name == "Größe"


def work_check(client: Client, columns: str) -> str:
    url: str = match(client, columns)["Location"]
    work(url)
    return url


def untidy() -> bytes:
    """A title over merged cells, headings in row 3, a formula's stored value, numbers as text, empty rows below."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Our risk register, spring", None, None, None, None])
    sheet.append([])
    sheet.append(["Risk", "What may happen", "Likelihood", "Impact (1-5)", "Next review"])
    sheet.append(["One", "It errs", "3", 4.0, dt.date(2027, 5, 31)])
    sheet.append(["Two", None, 2, " 5 ", "31. Mai 2027"])
    sheet.append([])
    sheet.append(["Three", "It lags", 1, 1, "May 31, 2027"])
    sheet.append([None, "  ", None])
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B4:B5")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_import_reads_an_untidy_sheet(client: Client) -> None:
    job = imported(client, "risks", "risks.xlsx", untidy())
    assert job.state == "done", job.result
    found = {risk.name: risk for risk in Risk.unscoped.all()}
    assert set(found) == {"One", "Two", "Three"}
    assert found["Two"].event == "It errs"
    assert (found["One"].score, found["Two"].score) == (12, 10)
    assert {risk.review_on for risk in found.values()} == {dt.date(2027, 5, 31)}


def test_import_row_numbers_are_those_of_the_sheet(client: Client) -> None:
    job = imported(client, "risks", "risks.xlsx", workbook([], [], HEAD, ("", "A", "x"), (), ("RSK-9999", "B", "y")))
    assert job.result["problems"][0][0] == 6  # type: ignore[index]


def test_import_asks_for_the_sheet(client: Client) -> None:
    data = workbook(("Notes",), ("nothing here",), title="Read me", Risks=[HEAD, ("", "A", "x")])
    columns = upload(client, "risks", "risks.xlsx", data)["Location"]
    assert "Read me" in client.get(columns).content.decode()
    other = f"{columns}?sheet=Risks"
    page = client.get(other).content.decode()
    assert '<option value="Risks" selected>' in page
    response = client.post(columns, {"sheet": "Risks", "header": "1", "column-1": "name", "column-2": "event"})
    work(response["Location"])
    work(client.post(response["Location"])["Location"])
    assert Risk.unscoped.get().name == "A"


def test_import_asks_once_which_comes_first_day_or_month(client: Client) -> None:
    rows = [("", "A", "x", "05/06/2027"), ("", "B", "x", "06/07/2027")]
    job = imported(client, "risks", "risks.csv", csv((*HEAD, "Next review"), *rows))
    url = f"/o/nordhaven/risks/import/checks/{job.public_id}"
    assert "Which comes first" in client.get(url).content.decode()
    again = client.post(url, {"date-review_on": "mdy"})["Location"]
    work(again)
    work(client.post(again)["Location"])
    assert Risk.unscoped.get(name="A").review_on == dt.date(2027, 5, 6)


def test_import_without_what_every_record_needs_says_so(client: Client) -> None:
    columns = upload(client, "risks", "risks.csv", csv(("Risk", "Colour"), ("A", "red")))["Location"]
    assert "Every new record needs: What may happen." in client.get(columns).content.decode()
    response = match(client, columns)
    assert response.status_code == 422
    assert "What may happen" in response.content.decode()
    assert match(client, columns, column_1="name").status_code == 422


@pytest.mark.parametrize("field", ["organisation", "lock", "created_by", "score", "archived_at"])
def test_import_into_a_field_that_is_not_offered_is_refused(field: str, client: Client) -> None:
    columns = upload(client, "risks", "risks.csv", csv(HEAD, ("", "A", "x")))["Location"]
    data = {"header": "1", "column-0": field, "column-1": "name", "column-2": "event"}
    assert client.post(columns, data).status_code == 422


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"x", "no table"),
        ("a.zip", b"PK\x03\x04", "no table"),
        ("a.xlsx", b"no workbook", "xlsx"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\x00\x01\x02\x81\x8d", "encoding"),
    ],
)
def test_import_of_what_is_no_table_is_refused_with_a_sentence(
    name: str, data: bytes, words: str, client: Client
) -> None:
    response = upload(client, "risks", name, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not File.unscoped.exists()
    assert ActivityEvent.unscoped.filter(verb="refused").count() == 1


def test_import_of_a_table_without_rows_is_refused(client: Client) -> None:
    columns = upload(client, "risks", "risks.csv", csv(HEAD))["Location"]
    job = work(match(client, columns)["Location"])
    assert (job.state, job.error) == ("failed", "There is no row below the headings.")
    assert "There is no row" in client.get(f"/o/nordhaven/risks/import/checks/{job.public_id}").content.decode()


def test_import_of_somebody_else_does_not_exist(client: Client, client_of: Callable[..., Client]) -> None:
    columns = upload(client, "risks", "risks.csv", csv(HEAD, ("", "A", "x")))["Location"]
    check = match(client, columns)["Location"]
    other = client_of("compliance-officer")
    assert other.get(columns).status_code == 404
    assert other.post(columns, {}).status_code == 404
    assert other.get(check).status_code == 404
    assert other.post(check).status_code == 404
    assert client.get(check.replace("/risks/", "/documents/")).status_code == 404


def test_import_is_not_done_for_whoever_lost_the_permission_meanwhile(
    client: Client, organisation: Organisation
) -> None:
    columns = upload(client, "risks", "risks.csv", csv(HEAD, ("", "A", "x")))["Location"]
    check = work_check(client, columns)
    done = client.post(check)["Location"]
    Membership.objects.filter(organisation=organisation).update(role="internal-auditor")
    job = work(done)
    assert job.state == "failed"
    assert "role" in job.error
    assert not Risk.unscoped.exists()


def test_import_after_the_data_changed_names_the_row(client: Client, system: Actor) -> None:
    risk = make("risks", system, name="Old", event="x")
    columns = upload(client, "risks", "risks.csv", csv(HEAD, (risk.reference, "New", "x")))["Location"]
    check = work_check(client, columns)
    assert "Old" in client.get(check).content.decode()
    Risk.unscoped.filter(pk=risk.pk).update(lock=2, event="edited")
    job = work(client.post(check)["Location"])
    assert job.state == "failed"
    page = client.get(f"/o/nordhaven/risks/import/checks/{job.public_id}").content.decode()
    assert risk.reference in page
    assert "after the check" in page
    risk.refresh_from_db()
    assert risk.name == "Old"


def test_template_says_what_may_stand_where(client: Client) -> None:
    response = client.get("/o/nordhaven/risks/import/template.xlsx")
    book = load_workbook(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    first, second = book.worksheets
    assert [cell.value for cell in first[1]][:3] == ["Reference", "Risk", "AI system"]
    explained = {row[0].value: row[2].value for row in second.iter_rows(min_row=2)}
    assert explained["Treatment"].startswith("Not decided yet, Avoid")
    assert "administrator@nordhaven.example" in explained["Owner"]

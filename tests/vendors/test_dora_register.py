"""The register for DORA: what the workbook holds, read back; what it lacks; who may have it."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.jobs.actions import run_job
from grc.models import ActivityEvent, Job, Membership, Organisation
from tests.factories import make
from vendors.dora import jobs
from vendors.dora.holdings import is_lei
from vendors.dora.sheets import SHEETS, TEMPLATES_LEFT_OUT

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/vendors/dora", "/api/v1/o/nordhaven/vendors/dora"
LEI = "529900T8BM49AURSDO55"
Clients = Callable[..., Client]
LONG = "Long-" * 400


def workbook(client: Client, url: str = f"{PAGE}.xlsx") -> Any:
    answer = client.get(url)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]


def rows(book: Any, name: str) -> list[dict[str, Any]]:
    sheet = next(sheet for sheet in book if sheet.title.startswith(name))
    headings, *found = sheet.iter_rows(values_only=True)
    return [
        dict(zip((text.split(" ")[0] if text[:2] == "B_" else text for text in headings), row, strict=True))
        for row in found
    ]


@pytest.fixture
def held(system: Actor) -> dict[str, Any]:
    """A cloud with a contract, by which the model of another vendor is reached."""
    cloud = make(
        "vendors", system, name="Cloudworks", kind="host", legal_name="Cloudworks Ltd", country="IE", identifier=LEI,
        criticality="critical", criticality_reason="Claims stop.", functions="Claims handling, Underwriting",
    )  # fmt: skip
    maker = make("vendors", system, name="=HYPERLINK(1)", purpose=LONG[:1999], functions="claims handling")
    hosting = make("offerings", system, vendor=cloud, name="Hosting", kind="hosting")
    model = make("offerings", system, vendor=maker, name="Model")
    for offering, through, country in ((hosting, None, "IE"), (model, cloud, "SE")):
        plan = make("vendor-plans", system, offering=offering)
        make(
            "routes", system, plan=plan, name=f"To {offering.name}", through=through, country=country, data=["personal"]
        )
    contract = make(
        "agreements", system, vendor=cloud, name="Terms", kind="msa", effective_on=dt.date(2025, 2, 1), notice_days=90,
        their_party="Cloudworks Ireland Ltd",
    )  # fmt: skip
    make("exit-plans", system, vendor=cloud, name="Away", alternative=LONG[:1999], days_needed=30)
    make("assurances", system, vendor=cloud)
    make("vendor-reviews", system, vendor=cloud, done_on=dt.date(2026, 1, 5), outcome="good", conclusion="Good.")
    return {"cloud": cloud, "maker": maker, "contract": contract}


def test_workbook_says_first_what_it_is_and_what_it_is_not(held: Any, client_of: Clients) -> None:
    book = workbook(client_of("vendor-manager"))
    assert book.sheetnames[0] == "Read me"
    assert book.sheetnames[1:-2] == [sheet.name[:31].strip() for sheet in SHEETS]
    said = {row[0]: row[1] for row in book["Read me"].iter_rows(values_only=True)}
    assert said["What it is not"].startswith("No filing")
    assert said["Entity"] == "Nordhaven"
    assert "2024/2956" in said["Templates"]
    assert "not with the Official Journal" in said["Checked against"]
    left_out = {row[0] for row in book["Not held"].iter_rows(min_row=2, values_only=True)}
    assert {code for code, _title in TEMPLATES_LEFT_OUT} < left_out
    assert {"B_02.01.0050", "B_02.02.0120", "B_05.01.0100", "B_06.01.0080", "B_07.01.0070"} < left_out


def test_rows_are_what_is_held(held: Any, client_of: Clients) -> None:
    book = workbook(client_of("vendor-manager"))
    (contract,) = rows(book, "B_02.01")
    assert (contract["B_02.01.0010"], contract["In force today"]) == (held["contract"].reference, "Yes")
    hosting, model = sorted(rows(book, "B_02.02"), key=lambda row: row["Offering"])
    assert (hosting["B_02.02.0030"], hosting["B_02.02.0040"]) == (LEI, "LEI")
    assert hosting["B_02.02.0070"].date() == dt.date(2025, 2, 1)
    assert hosting["B_02.02.0080"].date() == dt.date(9999, 12, 31)
    assert (hosting["B_02.02.0100"], hosting["B_02.02.0160"]) == (90, "IE")
    assert (model["B_02.02.0010"], model["B_02.02.0070"], model["Offering"]) == (None, None, "Model")
    maker, cloud = sorted(rows(book, "B_05.01"), key=lambda row: row["B_05.01.0060"])
    assert (cloud["B_05.01.0010"], cloud["B_05.01.0050"], cloud["B_05.01.0080"]) == (LEI, "Cloudworks Ltd", "IE")
    assert maker["B_05.01.0010"] is None
    chain = {(row["Offering"], row["B_05.02.0050"]): row for row in rows(book, "B_05.02")}
    assert set(chain) == {("Hosting", 1), ("Model", 1), ("Model", 2)}
    assert chain["Model", 2]["B_05.02.0060"] == LEI
    assert chain["Model", 2]["B_05.02.0010"] == held["contract"].reference
    functions = {row["B_06.01.0030"]: row for row in rows(book, "B_06.01")}
    assert set(functions) == {"Claims handling", "Underwriting"}
    assert functions["Claims handling"]["Highest criticality of those providers"] == "Critical"
    (assessed,) = rows(book, "B_07.01")
    assert (assessed["B_07.01.0080"], assessed["B_07.01.0110"]) == ("Yes", "Yes")
    assert assessed["Last review here"].date() == dt.date(2026, 1, 5)
    assert "B_07.01.0070" not in assessed  # a review is no audit


def test_long_texts_come_whole_and_nothing_is_a_formula(held: Any, client_of: Clients) -> None:
    book = workbook(client_of("vendor-manager"))
    (plan,) = rows(book, "Exit plans")
    assert plan["What takes its place"] == LONG[:1999]
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert any(row["B_05.01.0060"] == "=HYPERLINK(1)" for row in rows(book, "B_05.01"))


def test_what_has_ended_is_left_out(held: Any, system: Actor, client_of: Clients) -> None:
    make("vendors", system, name="Gone", ended_on=dt.date(2025, 1, 1))
    make("agreements", system, vendor=held["cloud"], renewal="fixed", ends_on=dt.date(2025, 1, 1))
    make("agreements", system, vendor=held["cloud"], kind="nda", name="Silence")
    make("offerings", system, vendor=held["cloud"], name="Refused")
    type(make("offerings", system, vendor=held["cloud"], name="No")).unscoped.filter(name__in=("Refused", "No")).update(
        state="refused", state_reason="No."
    )
    never = make("offerings", system, vendor=make("vendors", system, name="Never"), name="Never")
    type(never).unscoped.filter(pk=never.pk).update(state="refused", state_reason="No.")
    book = workbook(client_of("vendor-manager"))
    assert len(rows(book, "B_05.01")) == 2
    assert len(rows(book, "B_02.01")) == 1
    assert {row["Offering"] for row in rows(book, "B_02.02")} == {"Hosting", "Model"}


def test_gaps_are_counted_and_lead_to_what_is_to_fill_in(held: Any, client_of: Clients) -> None:
    client = client_of("vendor-manager")
    gaps = {gap["text"]: gap for gap in client.get(API).json()["gaps"]}
    maker = [held["maker"].reference]
    for text in (
        "Providers without identifier",
        "Providers without country",
        "Providers without contracting entity",
        "Providers whose criticality nobody has judged",
        "Providers without an agreement in force or to come",
    ):
        assert gaps[text]["references"] == maker, text
    assert "High or critical providers without an exit plan" not in gaps
    page = client.get(PAGE).content.decode()
    assert "Providers without identifier: 1" in page
    listed = client.get("/o/nordhaven/vendors/?lacks=identifier").content.decode()
    assert (held["maker"].get_absolute_url() in listed, held["cloud"].get_absolute_url() in listed) == (True, False)
    book = workbook(client)
    assert {row[0] for row in book["Gaps"].iter_rows(min_row=2, values_only=True)} == set(gaps)


def test_identifier_that_is_no_lei_is_a_gap(system: Actor, client_of: Clients) -> None:
    wrong = make("vendors", system, identifier=LEI[:-1] + "6")
    make("vendors", system, identifier="DEK1101R.HRB116737")
    gaps = {gap["text"]: gap for gap in client_of("vendor-manager").get(API).json()["gaps"]}
    assert gaps["Identifiers that are neither LEI nor EUID"]["references"] == [wrong.reference]


@pytest.mark.parametrize(
    ("code", "good"), [(LEI, True), (LEI.lower(), True), (LEI[:-1] + "4", False), ("", False), ("HRB 1", False)]
)
def test_check_digits_of_a_lei(code: str, good: bool) -> None:
    assert is_lei(code) is good


def test_page_without_vendors_says_what_belongs_there(client_of: Clients) -> None:
    page = client_of("vendor-manager").get(PAGE).content.decode()
    assert "Every vendor in use. There is none yet." in " ".join(page.split())
    assert len(workbook(client_of("vendor-manager")).sheetnames) == len(SHEETS) + 3


def test_others_get_nothing(
    system: Actor, other_organisation: Organisation, client_of: Clients, actor_of: Callable[..., Actor]
) -> None:
    make("vendors", Actor.system(other_organisation), name="Foreign one")
    book = workbook(client_of("vendor-manager"))
    assert not rows(book, "B_05.01")
    assert ActivityEvent.unscoped.filter(verb="exported").count() == 1
    assert workbook(client_of("vendor-manager"), f"{API}.xlsx").sheetnames == book.sheetnames
    assert not actor_of("platform-engineer").can(Permission.VENDORS_VIEW)
    for url in (PAGE, f"{PAGE}.xlsx", API, f"{API}.xlsx"):
        assert client_of("platform-engineer").get(url).status_code == 404


def test_number_of_queries_does_not_grow(held: Any, system: Actor, client_of: Clients) -> None:
    client = client_of("vendor-manager")

    def queries() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    one = queries()
    for _ in range(3):
        make("routes", system)
        make("agreements", system, ends_on=timezone.localdate() + dt.timedelta(days=9), renewal="fixed")
        make("exit-plans", system)
        make("assurances", system)
    assert queries() == one


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One vendor is many here."""
    monkeypatch.setattr(jobs, "AT_ONCE", 1)


def worked() -> Job:
    job = Job.unscoped.select_related("organisation", "person").get()
    run_job(job)
    job.refresh_from_db()
    return job


def test_register_of_many_vendors_is_made_by_a_worker(few: None, held: Any, client_of: Clients) -> None:
    client = client_of("vendor-manager")
    first, second = client.get(f"{PAGE}.xlsx"), client.get(f"{PAGE}.xlsx")
    assert (first.status_code, second["Location"]) == (302, first["Location"])
    assert not ActivityEvent.unscoped.filter(verb="exported").exists()
    job = worked()
    assert first["Location"].endswith(str(job.public_id))
    assert (job.state, job.error) == ("done", "")
    made = workbook(client, f"/o/nordhaven/jobs/{job.public_id}/file")
    assert {row["B_05.01.0060"] for row in rows(made, "B_05.01")} == {"Cloudworks", "=HYPERLINK(1)"}
    assert ActivityEvent.unscoped.filter(verb="exported").count() == 1


def test_register_of_few_vendors_comes_at_once(few: None, system: Actor, client_of: Clients) -> None:
    make("vendors", system)
    assert len(workbook(client_of("vendor-manager")).sheetnames) == len(SHEETS) + 3
    assert not Job.unscoped.exists()


def test_register_is_judged_again_by_the_worker_and_when_it_is_fetched(
    few: None, held: Any, client_of: Clients
) -> None:
    client = client_of("vendor-manager")
    client.get(f"{PAGE}.xlsx")
    role = Membership.objects.filter(person=Job.unscoped.get().person)
    file = f"/o/nordhaven/jobs/{worked().public_id}/file"
    role.update(role="platform-engineer")
    assert client.get(file).status_code == 404
    role.update(role="vendor-manager")
    assert client.get(file).status_code == 200
    Job.unscoped.update(state="waiting", product=None)
    role.update(role="platform-engineer")
    job = worked()
    assert (job.state, job.product) == ("failed", None)
    assert job.error == "You may not see vendors as far any more."


def test_register_of_many_vendors_is_asked_for_by_api(few: None, held: Any, client_of: Clients) -> None:
    client = client_of("vendor-manager")
    refused = client.get(f"{API}.xlsx")
    assert (refused.status_code, "dora/exports" in refused.json()["error"]) == (409, True)
    asked = client.post(f"{API}/exports")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    job = worked()
    file = client.get(f"/api/v1/o/nordhaven/jobs/{job.public_id}/file")
    assert len(openpyxl.load_workbook(io.BytesIO(b"".join(file))).sheetnames) == len(SHEETS) + 3  # type: ignore[arg-type]
    assert client_of("platform-engineer").post(f"{API}/exports").status_code == 404
    assert Job.unscoped.count() == 1

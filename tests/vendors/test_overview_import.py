"""A messy list of a thousand vendors: every bad row is named, mended all of them come in; contracts and facts too."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from grc.access.actor import Actor
from grc.models import Job
from tests.conftest import make_person
from tests.factories import make
from tests.imports.sending import imported, upload, workbook
from tests.vendors.messy import BROKEN, HEADER, MEANT, REVIEW, messy
from vendors.models import Agreement, Vendor, VendorFact

pytestmark = pytest.mark.django_db
ROWS = 1000
OWNER = "Keeper of suppliers"


@pytest.fixture
def owner(system: Actor) -> str:
    person = make_person("keeper@nordhaven.example", system.organisation, "contributor")
    person.name = OWNER
    person.save()
    return OWNER


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("vendor-manager")


def result(job: Job) -> Any:
    assert job.result is not None
    return job.result


def test_columns_of_other_lists_are_known(client: Client, owner: str) -> None:
    data, _expected = messy(20, owner, broken=False)
    page = client.get(upload(client, "vendors", "list.xlsx", data)["Location"]).content.decode()
    assert f"{HEADER}: Vendor Name" in page
    form = next(form for form in html.fromstring(page).forms if "header" in form.fields and form.method == "POST")
    chosen = {name: value for name, value in form.form_values() if name.startswith("column-")}
    assert list(chosen.values()) == [
        *("name", "kind", "purpose", "criticality", "criticality_reason", "country", "identifier"),
        *("contact_email", "review_on", "functions", "owner", ""),
    ]


def test_every_bad_row_is_named_and_nothing_comes_in(client: Client, owner: str) -> None:
    data, expected = messy(ROWS, owner, broken=True, totals=True)
    job = imported(client, "vendors", "list.xlsx", data)
    assert (job.kind, job.state) == ("import-check", "done"), job.error
    found = result(job)
    assert {(row, column) for row, column, _value, _reason in found["problems"]} == expected
    assert len(expected) == len(BROKEN) + 1
    reasons = " ".join(reason for _row, _column, _value, reason in found["problems"])
    for words in (
        "at most 2 characters",
        "not one of the choices",
        "is no date",
        "nobody called",
        "without a reason is a guess",
        "no stored result",
    ):
        assert words in reasons
    assert found["create"] == ROWS - len(BROKEN)
    assert not Vendor.unscoped.exists()


def test_mended_all_rows_come_in_and_a_second_time_none(client: Client, owner: str) -> None:
    data, _expected = messy(ROWS, owner, broken=False)
    job = imported(client, "vendors", "list.xlsx", data)
    assert (job.kind, job.state) == ("import", "done"), job.error or result(job)["problems"][:5]
    vendors = Vendor.unscoped.select_related("owner")
    assert vendors.count() == ROWS
    for name, values in MEANT.items():
        assert set(vendors.values_list(name, flat=True)) == values
    assert set(vendors.values_list("review_on", flat=True)) == {None, REVIEW}
    assert {vendor.owner.name for vendor in vendors if vendor.owner} == {OWNER}
    assert vendors.get(name="Supplier 00005 Ltd").identifier == "7"  # what the formula gave
    again = imported(client, "vendors", "list.xlsx", data)
    assert (result(again)["create"], result(again)["change"]) == (0, 0)
    assert vendors.count() == ROWS


def test_contracts_name_their_vendor_by_name_or_reference(client: Client, system: Actor) -> None:
    first, second = make("vendors", system, name="Cloudworks"), make("vendors", system, name="Labelworks")
    headings = ("Supplier", "Contract title", "Contract type", "Start date", "End date", "Auto-renewal", "Renews for",
                "Notice period")  # fmt: skip
    data = workbook(
        headings,
        ("cloudworks", "DPA 2026", "Data Processing Addendum", "01.02.2026", "31.01.2027", "Yes", "1 year", "90 days"),
        (second.reference, "Mutual NDA", "NDA", dt.date(2026, 3, 1), None, "Evergreen", None, None),
        title="Contracts",
    )
    job = imported(client, "agreements", "contracts.xlsx", data)
    assert job.state == "done", job.error
    assert not result(job)["problems"]
    dpa, nda = Agreement.unscoped.order_by("reference")
    assert (dpa.vendor, dpa.kind, dpa.ends_on) == (first, "dpa", dt.date(2027, 1, 31))
    assert (dpa.renewal, dpa.renewal_months, dpa.notice_days) == ("automatic", 12, 90)
    assert (nda.vendor, nda.kind, nda.renewal, nda.effective_on) == (second, "nda", "open", dt.date(2026, 3, 1))


def test_contract_of_an_unknown_vendor_or_without_its_end_is_named(client: Client, system: Actor) -> None:
    make("vendors", system, name="Cloudworks")
    rows = (
        ("Vendor", "Agreement", "Type", "Renewal"),
        ("Nobody Ltd", "A", "DPA", ""),
        ("Cloudworks", "B", "MSA", "fixed term"),
    )
    job = imported(client, "agreements", "contracts.xlsx", workbook(*rows))
    problems = {(row, column) for row, column, _value, _reason in result(job)["problems"]}
    assert problems == {(2, "Vendor"), (3, "")}
    assert not Agreement.unscoped.exists()


def test_facts_come_in_with_source_and_date(client: Client, system: Actor) -> None:
    offering = make("offerings", system, name="Model API")
    rows = (
        ("Product", "Subject", "Answer", "Link", "Last checked", "Valid for days"),
        (
            "Model API",
            "Data retention",
            "30 days for abuse monitoring",
            "https://vendor.example/terms",
            "5 Oct 2026",
            "90 days",
        ),
        (offering.reference, "Model training", "Not unless asked", "DPA, § 4", "2026-10-05", None),
    )
    job = imported(client, "vendor-facts", "facts.xlsx", workbook(*rows))
    assert job.state == "done", job.error
    assert not result(job)["problems"]
    retention, training = VendorFact.unscoped.order_by("reference")
    assert (retention.topic, retention.verified_on, retention.good_for_days) == ("retention", dt.date(2026, 10, 5), 90)
    assert (training.topic, training.offering) == ("training", offering)


def test_fact_without_a_source_is_no_fact(client: Client, system: Actor) -> None:
    make("offerings", system, name="Model API")
    rows = (
        ("Offering", "Topic", "What is known", "Source", "Verified on"),
        ("Model API", "SOC 2", "Type 2", "", "2026-10-05"),
    )
    found = result(imported(client, "vendor-facts", "facts.xlsx", workbook(*rows)))
    assert {column for _row, column, _value, _reason in found["problems"]} == {"Source"}

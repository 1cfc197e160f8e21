"""A messy list of three thousand risks: every bad row is named, and mended all of them come in; never a part."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from aims.models import Risk
from grc.access.actor import Actor
from grc.models import Job
from tests.aims.risks.messy import BROKEN, DUE, HEADER, messy
from tests.conftest import make_person
from tests.factories import make
from tests.imports.sending import imported, upload

pytestmark = pytest.mark.django_db
ROWS = 3000
LIKELIHOOD = "Rare\nUnlikely\nPossible\nLikely: several times a year\nAlmost certain"
IMPACT = "Slight\nMinor\nSerious\nSevere\nCritical"


@pytest.fixture
def owners(system: Actor) -> list[str]:
    make("risk-criteria", system, likelihood_scale=LIKELIHOOD, impact_scale=IMPACT)
    people = [make_person(f"owner{n}@nordhaven.example", system.organisation, "contributor") for n in range(3)]
    for number, person in enumerate(people):
        person.name = f"Keeper {number} of risks"
        person.save()
    return [person.name for person in people]


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def result(job: Job) -> Any:
    assert job.result is not None
    return job.result


def test_heading_row_and_columns_are_found(client: Client, owners: list[str]) -> None:
    data, _expected = messy(20, owners, broken=False)
    page = client.get(upload(client, "risks", "list.xlsx", data)["Location"]).content.decode()
    assert f"{HEADER}: Risk ID" in page
    form = next(form for form in html.fromstring(page).forms if "header" in form.fields and form.method == "POST")
    chosen = {name: value for name, value in form.form_values() if name.startswith("column-")}
    assert list(chosen.values()) == [
        *("number_elsewhere", "name", "event", "likelihood", "impact", "treatment"),
        *("treatment_plan", "owner", "treat_by", "review_on", ""),
    ]


def test_every_bad_row_is_named_and_nothing_is_imported(client: Client, owners: list[str]) -> None:
    data, expected = messy(ROWS, owners, broken=True)
    job = imported(client, "risks", "list.xlsx", data)
    assert (job.kind, job.state) == ("import-check", "done"), job.error
    found = result(job)
    assert {(row, column) for row, column, _value, _reason in found["problems"]} == expected
    assert len(expected) == len(BROKEN)
    reasons = {column: reason for _row, column, _value, reason in found["problems"]}
    assert "says the same" in reasons["Number elsewhere"]
    assert "nobody called “Nobody Known”" in reasons["Owner"]
    said = " ".join(reason for _row, _column, _value, reason in found["problems"])
    for words in ("holds an error of the spreadsheet", "formula has no stored result", "which goes from 1 to 5"):
        assert words in said
    assert found["create"] == ROWS - len(BROKEN)
    assert not Risk.unscoped.exists()


def test_mended_all_rows_come_in_and_a_second_time_none(client: Client, owners: list[str]) -> None:
    data, _expected = messy(ROWS, owners, broken=False)
    job = imported(client, "risks", "list.xlsx", data)
    assert (job.kind, job.state) == ("import", "done"), job.error or result(job)["problems"][:5]
    assert result(job)["create"] == ROWS
    risks = Risk.unscoped.select_related("owner")
    assert risks.count() == ROWS
    assert set(risks.values_list("likelihood", "impact", "treat_by")) == {(4, 3, DUE)}
    assert set(risks.values_list("treatment", flat=True)) == {"reduce", "accept", "share", "avoid", "undecided"}
    first = risks.get(number_elsewhere="R-00001")
    assert first.name == "Risk of kind 1"
    merged = risks.filter(number_elsewhere__in=("R-00001", "R-00002", "R-00003"))
    assert {risk.owner for risk in merged} == {first.owner}
    again = imported(client, "risks", "list.xlsx", data)
    assert (result(again)["create"], result(again)["change"]) == (0, 0)
    assert risks.count() == ROWS


def test_a_row_that_breaks_at_last_takes_all_with_it(client: Client, owners: list[str], system: Actor) -> None:
    data, _expected = messy(30, owners, broken=False)
    make("risks", system, number_elsewhere="R-00029", name="Here before")
    job = imported(client, "risks", "list.xlsx", data)
    assert result(job)["change"] == 1  # the number means the record that has it
    assert Risk.unscoped.count() == 30
    assert Risk.unscoped.get(number_elsewhere="R-00029").name == "Risk of kind 29"

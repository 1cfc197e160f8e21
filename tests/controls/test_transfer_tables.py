"""Frameworks and mappings as tables: every bad row named, all rows or none, the same again changes nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from controls.actions.frameworks import adopt_framework
from controls.models import Framework, Mapping, Requirement
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.models import Job
from tests.controls.sending import again, checked, imported, upload
from tests.imports.sending import csv, work, workbook

pytestmark = pytest.mark.django_db
HEAD = ("Number", "Title", "Part of", "In our words", "Kind", "Roles", "Applies from", "Note")


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def problems(job: Job) -> list[tuple[int, str, str]]:
    assert job.result is not None
    return [(row, place, reason) for row, place, _value, reason in job.result["problems"]]


def row(code: str, **more: Any) -> Requirement:
    found: Requirement = Requirement.unscoped.get(code=code, **more)
    return found


def exported(client: Client, reference: str, kind: str = "xlsx", query: str = "?texts=1") -> bytes:
    url = reverse("frameworks-table", args=["nordhaven", reference, kind])
    return b"".join(client.get(f"{url}{query}"))


# A framework of one's own


def own(*rows: tuple[Any, ...]) -> bytes:
    return workbook(("Our rules, edition 3",), (), HEAD, *rows)


def test_table_becomes_a_framework(client: Client) -> None:
    data = own(
        ("1.1", "Ask first", "1", "Ask before you act.", "Requirement", "Provider, deployer", "2026-08-02", ""),
        ("1", "Manners", "", "", "Group", "", "", "Mind."),
        (2, "Tidy up", "", "", "", "", "", ""),
    )
    url, job = checked(client, "rules.xlsx", data)
    assert job.result is not None
    assert [question["name"] for question in job.result["questions"]] == ["into"]
    page = client.get(url).content.decode()
    assert "Which framework is this table of?" in page
    url, job = again(client, url, name="Our rules", short="OR")
    assert (job.result["create"], job.result["problem_count"]) == (3, 0)  # type: ignore[index]
    done = client.post(url)
    assert work(done["Location"]).state == "done"
    framework = Framework.unscoped.get()
    assert (framework.name, framework.short, framework.origin) == ("Our rules", "OR", "table")
    first = row("1.1")
    assert (first.label, first.parent, first.roles) == ("OR 1.1", row("1"), ["provider", "deployer"])
    assert str(first.applies_on) == "2026-08-02"
    assert (row("1").kind, row("1").note, row("2").kind) == ("group", "Mind.", "requirement")
    end = client.get(done["Location"])
    assert end["Location"] == framework.get_absolute_url()


def test_table_goes_round(client: Client, system: Actor) -> None:
    test_table_becomes_a_framework(client)
    data = exported(client, "FRM-0001")
    job = imported(client, "again.xlsx", data, into="FRM-0001")
    assert job.result is not None
    assert (job.result["problems"], job.result["writes"], job.result["same"]) == ([], 0, 3)
    again_ = exported(client, "FRM-0001", "csv")
    job = imported(client, "again.csv", again_, into="FRM-0001")
    assert (job.result["problems"], job.result["writes"]) == ([], 0)  # type: ignore[index]


def test_table_changes_what_it_says_and_nothing_else(client: Client) -> None:
    test_table_becomes_a_framework(client)
    data = own(
        ("1.1", "Ask", "", "", "", "", "", "New note"),
        ("3", "Leave", "1", "", "", "", "", ""),
    )
    job = imported(client, "more.xlsx", data, into="FRM-0001")
    assert (job.result["create"], job.result["change"]) == (1, 1)  # type: ignore[index]
    first = row("1.1")
    assert (first.name, first.note, first.says, first.parent) == ("Ask", "New note", "Ask before you act.", row("1"))
    order = Requirement.unscoped.order_by("position", "pk").values_list("code", flat=True)
    assert list(order) == ["1.1", "3", "1", "2"]


def test_bad_rows_are_named_and_nothing_is_taken(client: Client) -> None:
    test_table_becomes_a_framework(client)
    count = Requirement.unscoped.count()
    data = own(
        ("", "No number", "", "", "", "", "", ""),
        ("4", "", "", "", "", "", "", ""),
        ("5", "Five", "99", "", "", "", "", ""),
        ("6", "Six", "", "", "Poem", "", "", ""),
        ("7", "Seven", "", "", "", "Provider, gardener", "", ""),
        ("8", "Eight", "", "", "", "", "03/04/2026", ""),
        ("9", "Nine", "", "", "", "", "", ""),
        ("9", "Nine again", "", "", "", "", "", ""),
        ("10", "x" * 300, "", "", "", "", "", ""),
        ("n" * 70, "Too long a number", "", "", "", "", "", ""),
        ("11", "Eleven", "12", "", "", "", "", ""),
        ("12", "Twelve", "11", "", "", "", "", ""),
        ("13", "#REF!", "", "", "", "", "", ""),
        ("14", "Good", "", "", "", "", "", ""),
    )
    url, job = checked(client, "bad.xlsx", data, into="FRM-0001")
    found = {(number, place): reason for number, place, reason in problems(job)}
    expected = {
        (4, "Number"): "missing", (5, "Title"): "blank", (6, "Part of"): "no “99”", (7, "Kind"): "not one of",
        (8, "Roles"): "gardener", (9, "Applies from"): "two ways", (11, "Number"): "Row 10",
        (12, "Title"): "240", (13, "Number"): "60", (16, "Title"): "error of the spreadsheet",
    }  # fmt: skip
    for where, words in expected.items():
        assert words in found.get(where, ""), (where, found)
    assert any("part of itself" in reason for (number, _place), reason in found.items() if number in (14, 15))
    refused = client.post(url)
    assert refused["Location"] == url
    page = client.get(url).content.decode()
    assert "What is in the way" in page
    assert Requirement.unscoped.count() == count


def test_short_name_that_is_taken_is_named(client: Client, system: Actor) -> None:
    adopt_framework(key="gdpr-28", by=system)
    url, _job = checked(client, "x.csv", csv(("Number", "Title"), ("1", "One")))
    url, job = again(client, url, name="Another", short="GDPR")
    assert problems(job)[0][1] == "Short name"
    url, job = again(client, url, name="Another", short="AN")
    assert problems(job) == []


# Licensed texts


def test_licensed_text_goes_into_a_shipped_catalogue(client: Client, system: Actor) -> None:
    framework = adopt_framework(key="nist-ai-rmf", by=system)
    data = csv(
        ("Subcategory ID", "Requirement Text", "Comment", "Owner"),
        ("GV-1.1", "Legal and regulatory requirements …", "Ours", "x"),
        ("GOVERN-1.2", "Trustworthy AI …", "", "x"),
        ("Map 1.1", "Context …", "", "x"),
    )
    data = data.replace(b"Subcategory ID", b"Control ID")
    job = imported(client, "text.csv", data, into=framework.reference)
    assert (job.result["change"], job.result["create"]) == (3, 0), job.result  # type: ignore[index]
    assert any("Owner" in note for note in job.result["notes"])  # type: ignore[index]
    first = row("GOVERN 1.1")
    assert (first.text, first.note) == ("Legal and regulatory requirements …", "Ours")
    assert first.name == "Know, manage and record the laws that apply to AI"
    assert row("MAP 1.1").text == "Context …"
    job = imported(client, "text.csv", data, into=framework.reference)
    assert (job.result["writes"], job.result["same"]) == (0, 3)  # type: ignore[index]


def test_number_that_a_shipped_catalogue_has_not_is_refused(client: Client, system: Actor) -> None:
    framework = adopt_framework(key="iso42001", by=system)
    data = csv(("Number", "Text"), ("A.2.2", "Words"), ("A.2.9", "Words"))
    _url, job = checked(client, "text.csv", data, into=framework.reference)
    assert problems(job) == [(3, "Number", "ISO 42001 has no “A.2.9”; near it are A.2.4, A.2.3, A.2.2.")]
    assert not row("A.2.2").text


def test_title_of_another_number_is_worth_a_look(client: Client, system: Actor) -> None:
    framework = adopt_framework(key="iso27001", by=system)
    data = csv(("Number", "Title", "Text"), ("A.5.7", "Segregation of duties", "Words"), ("A.5.8", "Any", "Words"))
    job = imported(client, "text.csv", data, into=framework.reference)
    assert job.state == "done"
    assert job.result is not None
    assert [(warning[0], warning[1]) for warning in job.result["warnings"]] == [(2, "Title")]
    assert "“Segregation of duties” is A.5.3." in job.result["warnings"][0][3]
    assert row("A.5.7").text == "Words"


def test_title_of_a_shipped_catalogue_is_not_changed(client: Client, system: Actor) -> None:
    framework = adopt_framework(key="iso27001", by=system)
    data = csv(("Number", "Title", "Kind", "Note"), ("A.5.7", "Mine", "clause", "Kept"))
    imported(client, "text.csv", data, into=framework.reference)
    found = row("A.5.7")
    assert (found.name, found.kind, found.note) == ("Threat intelligence", "control", "Kept")


def test_what_changed_after_the_check_is_not_overwritten(client: Client, system: Actor) -> None:
    framework = adopt_framework(key="iso27001", by=system)
    data = csv(("Number", "Text"), ("A.5.7", "Theirs"))
    url, _job = checked(client, "text.csv", data, into=framework.reference)
    found = row("A.5.7")
    found.text = "Mine, meanwhile"
    change_record(record=found, by=system, lock=found.lock)
    job = work(client.post(url)["Location"])
    assert job.state == "failed"
    assert "changed here after the check" in job.error
    assert row("A.5.7").text == "Mine, meanwhile"


# Mappings

MAP = ("From framework", "From number", "Relationship", "To framework", "To number", "Confidence", "Source")


def mapped() -> set[tuple[str, ...]]:
    rows = Mapping.unscoped.filter(origin__startswith="Us")
    return set(rows.values_list("source__label", "target__label", "relationship", "standing", "confidence"))


@pytest.fixture
def frameworks(system: Actor) -> list[Framework]:
    return [adopt_framework(key=key, by=system) for key in ("soc2", "eu-ai-act", "nist-ai-rmf")]


def test_table_of_mappings(client: Client, frameworks: list[Framework]) -> None:
    data = csv(
        MAP,
        ("SOC 2", "CC 6.1", "subset of", "eu-ai-act", "Article 26(5)", "Our own judgement", "Us"),
        ("soc2", "CC7.2", "No mapping", "EU AI Act", "Art. 12", "", "Us"),
        ("SOC 2", "CC1.1", "", "AI RMF", "GV-1.1; GOVERN-1.2", "One community source", "Us"),
    )
    job = imported(client, "map.csv", data)
    assert (job.state, job.result["create"]) == ("done", 4), job.result  # type: ignore[index]
    assert mapped() == {
        ("SOC 2 CC6.1", "EU AI Act Art 26(5)", "subset-of", "proposed", "own"),
        ("SOC 2 CC7.2", "EU AI Act Art 12", "no-relationship", "proposed", "own"),
        ("SOC 2 CC1.1", "NIST AI RMF GOVERN 1.1", "related", "proposed", "community"),
        ("SOC 2 CC1.1", "NIST AI RMF GOVERN 1.2", "related", "proposed", "community"),
    }
    job = imported(client, "map.csv", data)
    assert (job.result["problems"], job.result["writes"], job.result["same"]) == ([], 0, 4)  # type: ignore[index]


def test_dead_end_is_refused_with_row_column_and_reason(client: Client, frameworks: list[Framework]) -> None:
    data = csv(
        MAP,
        ("SOC 2", "CC6.1", "", "EU AI Act", "Art 26(5)", "", "Us"),
        ("SOC 2", "CC8.2", "", "EU AI Act", "Art 26(5)", "", "Us"),
        ("SOC 2", "CC6.2", "", "EU AI Act", "Art 113", "", "Us"),
        ("SOC 3", "CC6.2", "", "EU AI Act", "Art 12", "", "Us"),
        ("SOC 2", "CC6.2", "resembles", "EU AI Act", "Art 12", "", "Us"),
        ("SOC 2", "CC6.2", "", "EU AI Act", "", "", "Us"),
        ("SOC 2", "CC6.2", "", "EU AI Act", "Art 12", "sure", "Us"),
        ("SOC 2", "CC6.1", "", "EU AI Act", "Article 26 (5)", "", "Us"),
        ("EU AI Act", "Art 26(5)", "", "SOC 2", "CC6.1", "", "Us"),
        ("SOC 2", "CC6.1", "", "SOC 2", "CC6.2", "", "Us"),
    )
    _url, job = checked(client, "map.csv", data)
    found = {(number, place): reason for number, place, reason in problems(job)}
    expected = {
        (3, "From number"): "SOC 2 has no “CC8.2”; near it are CC8.1.",
        (4, "To number"): "EU AI Act has no “Art 113”; near it are Art 111",
        (5, "From framework"): "No framework in use is called “SOC 3”.", (6, "Relationship"): "not one of",
        (7, "To number"): "write “No mapping”", (8, "Confidence"): "not one of", (9, "To number"): "Row 2 is about",
        (10, "To number"): "Row 2 is about", (11, "To number"): "from one framework to another",
    }  # fmt: skip
    for where, words in expected.items():
        assert words in found.get(where, ""), (where, found)
    assert len(found) == len(expected)
    assert mapped() == set()


def test_no_mapping_in_place_of_a_number_is_a_value(client: Client, frameworks: list[Framework]) -> None:
    data = csv(
        MAP,
        ("SOC 2", "CC6.1", "", "EU AI Act", "Art 26(5)", "", "Us"),
        ("SOC 2", "CC6.2", "", "EU AI Act", "No mapping", "", "Us"),
    )
    job = imported(client, "map.csv", data)
    assert (job.state, job.result["create"]) == ("done", 1)  # type: ignore[index]
    assert any("no counterpart" in note for note in job.result["notes"])  # type: ignore[index]


def test_columns_without_their_framework_are_asked_for(client: Client, frameworks: list[Framework]) -> None:
    data = csv(("From number", "To number", "Source"), ("CC6.1", "Art 26(5)", "Us"))
    url, job = checked(client, "map.csv", data)
    assert job.result is not None
    assert [question["name"] for question in job.result["questions"]] == ["source", "target"]
    assert "Which frameworks are meant?" in client.get(url).content.decode()
    fields = {"question-1": "source", "answer-1": "FRM-0001", "question-2": "target", "answer-2": "FRM-0002"}
    url, job = again(client, url, **fields)
    assert job.result["create"] == 1  # type: ignore[index]


def test_existing_mapping_is_changed_from_either_end_and_stays_judged(
    client: Client, system: Actor, frameworks: list[Framework]
) -> None:
    imported(client, "map.csv", csv(MAP, ("SOC 2", "CC6.1", "subset of", "EU AI Act", "Art 26(5)", "", "Us")))
    found = Mapping.unscoped.get(origin="Us")
    found.standing = "confirmed"
    change_record(record=found, by=system, lock=found.lock)
    turned = ("EU AI Act", "Art 26(5)", "Goes further than", "SOC 2", "CC6.1", "Published by its author", "Us too")
    job = imported(client, "map.csv", csv(MAP, turned))
    assert (job.result["change"], job.result["create"]) == (1, 0)  # type: ignore[index]
    assert mapped() == {("SOC 2 CC6.1", "EU AI Act Art 26(5)", "subset-of", "confirmed", "published")}


def test_exported_crosswalk_is_read_again(client: Client, system: Actor) -> None:
    for key in ("iso42001", "iso27001"):
        adopt_framework(key=key, by=system)
    for kind in ("xlsx", "csv"):
        url = reverse("frameworks-mappings", args=["nordhaven", "FRM-0001", "FRM-0002", kind])
        job = imported(client, f"map.{kind}", b"".join(client.get(url)))
        assert job.result is not None
        assert (job.result["problems"], job.result["warnings"], job.result["writes"], job.result["same"]) == (
            [], [], 0, 51,
        )  # fmt: skip


def test_wrong_title_in_a_crosswalk_is_worth_a_look(client: Client, frameworks: list[Framework]) -> None:
    head = ("From framework", "From number", "From title", "To framework", "To number", "Source")
    data = csv(head, ("SOC 2", "CC6.1", "Integrity and ethical values", "EU AI Act", "Art 12", "Us"))
    _url, job = checked(client, "map.csv", data)
    assert [(one[0], one[1]) for one in job.result["warnings"]] == [(2, "From title")]  # type: ignore[index]


# What is no table


def test_headings_that_are_not_known_are_explained(client: Client) -> None:
    answer = upload(client, "x.csv", csv(("Apples", "Pears"), ("1", "2")))
    assert answer.status_code == 422
    assert "No row of headings was found" in answer.content.decode()


def test_templates_are_read_again(client: Client) -> None:
    for name in ("requirements", "mappings"):
        response = client.get(reverse("frameworks-transfer-template", args=["nordhaven", name]))
        headings = [cell.value for cell in load_workbook(io.BytesIO(b"".join(response)))[name.capitalize()][1]]
        assert len(headings) > 8
    assert client.get(reverse("frameworks-transfer-template", args=["nordhaven", "poems"])).status_code == 404

"""What a document shows of a record depends on who asks for it."""

from collections.abc import Callable
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record
from grc.actions.versions import make_version
from grc.models import ActivityEvent
from grc.reports.document import Table
from grc.reports.lists import document_of_rows
from grc.reports.pdf import to_pdf
from grc.reports.records import document_of_draft, document_of_kept, seen_part, versions_of
from grc.reports.versions import document_of_version, plain_blocks
from tests.factories import make
from tests.reports.sample import texts

pytestmark = pytest.mark.django_db
LEFT_OUT = "1 record that belongs here is left out"


@pytest.fixture
def linked(system: Actor) -> Any:
    """An AI system with a link to a risk, which a reader may not see."""
    with system.working():
        record = make("ai-systems", system, name="Claims triage")
        risk = make("risks", system, name="Secret weakness")
        link_records(source=record, reference=risk.reference, by=system)
    return record


def said(document: Any) -> str:
    return " ".join(texts(to_pdf(document)))


def test_a_draft_leaves_out_links_that_its_reader_may_not_see(linked: Any, actor_of: Callable[..., Actor]) -> None:
    reader = said(document_of_draft(linked, actor_of("reader")))
    assert "Secret weakness" not in reader
    assert LEFT_OUT in reader
    officer = said(document_of_draft(linked, actor_of("compliance-officer")))
    assert "Secret weakness" in officer
    assert LEFT_OUT not in officer


def test_a_version_leaves_them_out_too_and_says_so(linked: Any, system: Actor, actor_of: Callable[..., Actor]) -> None:
    version = make_version(record=linked, by=system)
    kept = versions_of(linked)[0]
    reader = said(document_of_kept(kept, actor_of("reader")))
    assert "Secret weakness" not in reader
    assert LEFT_OUT in reader
    assert version.sha256 in reader
    assert "Secret weakness" in said(document_of_kept(kept, actor_of("approver")))


def test_a_table_that_no_register_claims_is_for_who_sees_everything(
    linked: Any, actor_of: Callable[..., Actor]
) -> None:
    table = {"title": "Once there were these", "headings": ["A"], "rows": [["x"], ["y"]]}
    body = {"register": "ai-systems", "links": [], "related": [table]}
    assert seen_part(body, actor_of("administrator")) == (body, 0)
    left, withheld = seen_part(body, actor_of("reader"))
    assert left["related"] == []
    assert withheld == 2


def test_a_version_shows_what_it_froze(system: Actor) -> None:
    with system.working():
        record = make(
            "ai-systems", system, name="Before", purpose="First line.\n\nSecond <b>line</b>. " + "Long. " * 50
        )
        make("components", system, system=record, name="Model A")
        version = make_version(record=record, by=system)
        record.name = "After"
        change_record(record=record, by=system, lock=record.lock)
    document = document_of_version(version)
    text = said(document)
    assert document.title == "Before"
    assert document.sha256 == version.sha256
    assert "After" not in text
    assert "Model A" in text
    assert "Second <b>line</b>." in text
    assert [heading.text for _, heading in document.contents][:2] == ["What it is", "Intended use"]


def first_block(value: Any) -> Any:
    return next(iter(plain_blocks(value)))


def test_a_register_s_own_part_becomes_tables_and_facts() -> None:
    table = first_block([{"a_b": 1, "c": True}, {"c": ["x", "y"]}])
    assert (table.headings, table.rows) == (["A b", "C"], [["1", "Yes"], ["", "x, y"]])
    facts = first_block({"k": None, "n": {"deep": 1}}).facts
    assert facts[0] == ("K", "")
    assert facts[1] == ("N", "Deep: 1")
    nested = first_block(
        [{"risk": "RSK-0001", "treatments": [{"what": "Measure", "due_on": "2027-01-31"}, {"what": "Stop"}]}]
    )
    assert nested.rows == [["RSK-0001", "What: Measure; Due on: 2027-01-31\nWhat: Stop"]]
    assert first_block(5).text == "5"
    assert first_block([]).text == "None."


def test_a_register_may_say_how_its_own_part_is_shown(system: Actor) -> None:
    with system.working():
        make("ai-systems", system, name="Claims triage", in_scope="in", scope_reason="It decides about people.")
        make("ai-systems", system, name="Chat on the intranet", in_scope="out", scope_reason="Nobody is affected.")
        version = make_version(record=make("scope", system), by=system)
    document = document_of_version(version)
    titles = [heading.text for _number, heading in document.contents]
    assert titles[-2:] == ["AI systems in scope", "AI systems out of scope"]
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert [[row[1:] for row in table.rows] for table in tables] == [
        [["Claims triage", "Sorts claims", "It decides about people."]],
        [["Chat on the intranet", "Sorts claims", "Nobody is affected."]],
    ]


def test_a_list_says_how_it_was_narrowed() -> None:
    rows = [[n, "x"] for n in range(3)]
    document = document_of_rows("Risks", ["No", "Name"], rows, organisation="Nordhaven", facts=[("State", "open")])
    text = said(document)
    assert "3 rows" in text
    assert "State open" in text
    assert "Page 1 of 1" in text


def test_nobody_is_noted_where_nothing_was_taken(linked: Any) -> None:
    versions_of(linked)
    assert not ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).exists()

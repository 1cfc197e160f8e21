"""The page that checks a text, the same by API, and the warning on a record's page."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from controls.actions.frameworks import adopt_framework
from controls.citations.parts import wrong_numbers
from controls.models import Requirement
from grc.access.actor import Actor
from grc.models import ActivityEvent
from grc.models.record import Record
from grc.registers.register import registers
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/frameworks/check", "/api/v1/o/nordhaven/frameworks/check"
WRONG = "ISO 42001\nA.6.2.4 impact assessment\nGOVERN 1.1 and GV-1.1 of the NIST AI RMF"


@pytest.fixture
def in_use(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    with by.working():
        adopt_framework(key="iso42001", by=by)


def requirement(code: str) -> Requirement:
    return Requirement.unscoped.get(code=code)


def word_document(*paragraphs: str, table: list[list[str]] | None = None) -> SimpleUploadedFile:
    document = docx.Document()
    for each in paragraphs:
        document.add_paragraph(each)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return SimpleUploadedFile("soa.docx", stream.getvalue())


def test_page_names_what_is_wrong_and_leads_to_the_right_requirement(
    in_use: None, client_of: Callable[..., Client]
) -> None:
    answer = client_of("reader").post(PAGE, {"text": WRONG})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 mistake among 3 numbers" in page
    assert requirement("A.5.2").get_absolute_url() in page
    assert "ISO 42001 A.5.2" in page
    assert "1 number is right and spelled in another way" in page
    assert "impact assessment\nGOVERN" in page  # what was pasted is still there


def test_page_gives_the_number_without_a_link_where_the_framework_is_not_in_use(
    client_of: Callable[..., Client],
) -> None:
    page = client_of("reader").post(PAGE, {"text": WRONG}).content.decode()
    assert "ISO 42001 A.5.2" in page
    assert "/requirements/REQ" not in page


def test_page_says_clearly_that_nothing_is_wrong(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    right = client.post(PAGE, {"text": "ISO 42001 A.6.2.4 verification and validation, A.5.2, A.5.3"})
    assert "Nothing wrong: 3 numbers were found, and all of them are right." in right.content.decode()
    none = client.post(PAGE, {"text": "No number here."})
    assert "No number of a requirement was found" in none.content.decode()


def test_page_holds_numbers_for_what_is_chosen(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    assert "Nothing wrong" in client.post(PAGE, {"text": "A.2.2"}).content.decode()
    assert "ISO 27001 has no A.2.2" in client.post(PAGE, {"text": "A.2.2", "framework": "iso27001"}).content.decode()


def test_page_shows_the_first_five_hundred(client_of: Callable[..., Client]) -> None:
    page = client_of("reader").post(PAGE, {"text": "CC8.2\n" * 503}).content.decode()
    assert "503 mistakes among 503 numbers" in page
    assert "3 more are not shown" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Paste a text, or choose a file."),
        ({"text": " \n"}, "Paste a text, or choose a file."),
        ({"text": "x" * 100_001}, "at most 100000 characters"),
        ({"text": "A.5.2\x00"}, "NUL character"),
        ({"text": "A.5.2", "framework": "iso9001"}, "iso9001 is not one of the available choices"),
    ],
)
def test_page_refuses_with_a_sentence_and_loses_nothing(
    given: dict[str, str], said: str, client_of: Callable[..., Client]
) -> None:
    answer = client_of("reader").post(PAGE, given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert answer.context["form"]["text"].value() in (given.get("text"), "", None)


def test_lines_are_counted_as_the_browser_counts_them(client_of: Callable[..., Client]) -> None:
    text = "x\r\n" * 49_999 + "CC8.2"
    answer = client_of("reader").post(PAGE, {"text": text})
    assert answer.status_code == 422  # 100,003 characters
    answer = client_of("reader").post(PAGE, {"text": text[9:]})
    assert answer.context["mistakes"][0].finding.line == 49_997


def test_word_document_is_read_with_its_tables(client_of: Callable[..., Client]) -> None:
    table = [["Number", "Title", "Status"], ["A.6.2.4", "Impact assessment", "yes"], ["A.5.3", "Documentation", "no"]]
    file = word_document("Statement of Applicability, ISO/IEC 42001", table=table)
    answer = client_of("reader").post(PAGE, {"file": file})
    assert [each.finding.written for each in answer.context["mistakes"]] == ["A.6.2.4"]
    assert answer.context["checked"].numbers == 2


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("soa.pdf", b"%PDF-1.4 nothing", "soa.pdf"),
        ("soa.xlsx", b"PK\x03\x04", "soa.xlsx"),
        ("soa.docx", b"no archive", "soa.docx"),
        ("empty.txt", b"", "is empty"),
        ("soa.txt", b"A.6.2.4 \xff\xfe", "UTF-8"),
        ("long.txt", b"x" * 100_001, "more than 100,000 characters"),
        ("soa.json", b"{}", "is not read here"),
    ],
)
def test_file_that_cannot_be_read_is_refused_and_noted(
    name: str, raw: bytes, said: str, client_of: Callable[..., Client]
) -> None:
    answer = client_of("reader").post(PAGE, {"file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.REFUSED).count() == 1


def test_text_file_is_read_and_not_together_with_a_text(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    raw = "SOC 2\r\nCC8.2".encode("utf-16")
    answer = client.post(PAGE, {"file": SimpleUploadedFile("list.txt", raw)})
    assert [each.finding.line for each in answer.context["mistakes"]] == [2]
    both = client.post(PAGE, {"file": SimpleUploadedFile("list.txt", raw), "text": "CC8.2"})
    assert both.status_code == 422


def test_nothing_is_stored(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.post(PAGE, {"text": WRONG})
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert not [sql for sql in written if "impact" in sql or "A.6.2.4" in sql]


def test_button_stands_on_the_lists_of_frameworks_and_requirements(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    assert PAGE in client.get("/o/nordhaven/frameworks/").content.decode()
    assert PAGE in client.get("/o/nordhaven/requirements/").content.decode()
    assert PAGE not in client.get("/o/nordhaven/documents/").content.decode()


def test_api_answers_what_the_page_shows(in_use: None, client_of: Callable[..., Client]) -> None:
    answer = client_of("reader").post(API, {"text": WRONG}, "application/json").json()
    assert (answer["numbers"], answer["mistakes"]) == (3, 1)
    first, second = answer["findings"]
    assert first == {
        "kind": "other-name",
        "is_mistake": True,
        "line": 2,
        "start": 10,
        "end": 17,
        "written": "A.6.2.4",
        "said": "impact assessment",
        "framework": "iso42001",
        "code": "A.6.2.4",
        "right": "A.5.2",
        "right_title": "AI system impact assessment process",
        "requirement": requirement("A.5.2").reference,
        "sentence": first["sentence"],
    }
    assert (second["kind"], second["is_mistake"], second["requirement"]) == ("spelling", False, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ["A.5.2"]}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "a", "framework": "x"}, "framework"),
    ],
)
def test_api_refuses_with_the_name_of_the_field(body: Any, field: str, client_of: Callable[..., Client]) -> None:
    answer = client_of("reader").post(API, body, "application/json")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_api_reads_a_file(client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    answer = client.post(API, {"file": word_document("SOC 2 CC8.2")})
    assert [each["right"] for each in answer.json()["findings"]] == ["CC8.1"]
    refused = client.post(API, {"file": SimpleUploadedFile("x.pdf", b"no")})
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["file"]


def part_of(record: Record, actor: Actor) -> Any:
    return next(iter(wrong_numbers(registers.of(type(record)), record, actor)), None)


@pytest.mark.parametrize(
    ("slug", "fields", "heading"),
    [
        ("controls", {"objective": "ISO 42001 A.6.2.4", "how": "A.6.2.4 impact assessment"}, "How it works here"),
        ("documents", {"text": "Under ISO 42001 A.6.2.4 (impact assessment) we look."}, "Text"),
        ("risks", {"event": "ISO 42001 A.6.2.4 impact assessment"}, "What may happen"),
    ],
)
def test_record_with_a_wrong_number_says_so(
    slug: str, fields: dict[str, str], heading: str, in_use: None, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(slug, system, **fields)
    page = client_of("administrator").get(record.get_absolute_url()).content.decode()
    assert "A number of a requirement looks wrong" in page
    assert requirement("A.5.2").get_absolute_url() in page
    part = part_of(record, system)
    assert [each.heading for each in part.context["placed"]] == [heading]
    assert part.place == "top"


def test_licensed_text_of_a_requirement_is_checked_by_its_framework(in_use: None, system: Actor) -> None:
    own = requirement("A.5.2")
    own.text, own.note = "See 6.1.4 and A.5.3. Guidance is in Annex B. Compare B.5.2.", ""
    assert part_of(own, system) is None
    own.note = "Belongs to A.6.3.2."
    assert [each.shown.finding.code for each in part_of(own, system).context["placed"]] == ["A.6.3.2"]


def test_record_without_a_wrong_number_costs_no_query(system: Actor, django_assert_num_queries: Any) -> None:
    record = make("documents", system, text="ISO 42001 A.5.2, A.6.2.4 verification and validation; GV-1.1")
    record = type(record).unscoped.get(pk=record.pk)
    with django_assert_num_queries(0):
        assert part_of(record, system) is None


def test_warning_is_short_and_reads_so_far(system: Actor) -> None:
    record = make("documents", system, text="SOC 2: " + "CC8.2 " * 9)
    part = part_of(record, system)
    assert (len(part.context["placed"]), part.context["count"], part.context["more"]) == (5, 9, 4)
    record.text = "x" * 20_000 + " SOC 2 CC8.2"
    assert part_of(record, system) is None


def test_who_may_not_see_frameworks_gets_no_link(in_use: None, system: Actor) -> None:
    record = make("documents", system, text="ISO 42001 A.6.2.4 impact assessment")
    nobody = Actor(system.organisation, make_person("nobody@nordhaven.example"))
    (placed,) = part_of(record, nobody).context["placed"]
    assert placed.shown.requirement is None
    assert placed.shown.right == "ISO 42001 A.5.2"

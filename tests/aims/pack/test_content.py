"""What the pack says: approved versions, drafts marked, everything by clause, nothing of anybody else."""

import datetime as dt
import io
from copy import deepcopy
from typing import Any

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aims import models
from aims.clauses.answers import ANSWERS
from aims.pack.clauses import LINES
from aims.pack.content import PARTS, open_points, set_alike, stage_1_pack
from aims.pack.reading import Reading
from controls.models import Requirement
from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission, Reach
from grc.actions.links import link_records
from grc.actions.records import archive_record, change_record, create_record
from grc.models import Organisation
from grc.registers.register import registers
from grc.reports.document import Document, Facts, Heading, Items, Note, Paragraph, PictureBlock, Table
from grc.reports.docx import to_docx
from grc.reports.pdf import to_pdf
from grc.reports.records import document_of_kept, versions_of
from tests.aims.pack.making import Filled, Size, full_organisation
from tests.factories import make
from tests.reports.sample import texts

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def kept(lasting: None) -> Filled:
    return full_organisation()


@pytest.fixture
def filled(kept: Filled, db: None) -> Filled:
    return deepcopy(kept)


def made(by: Actor) -> Document:
    with by.working():
        return stage_1_pack(fresh(by), made_at=AT)


def fresh(by: Actor) -> Actor:
    """The same person with nothing read before: what an organisation object remembers is of one request."""
    assert by.person is not None
    actor = Actor.of(by.person, Organisation.objects.get(pk=by.organisation.pk))
    assert actor is not None
    return actor


def chapters(document: Document) -> dict[str, list[str]]:
    """What stands under each heading, by the heading's number."""
    found: dict[str, list[str]] = {}
    numbers = iter(document.contents)
    here: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading) and not block.listed:
            here.append(block.text)
        elif isinstance(block, Heading):
            number, heading = next(numbers)
            here = found.setdefault(number, [heading.text])
        else:
            here += said(block)
    return found


def said(block: Any) -> list[str]:
    if isinstance(block, Table):
        return [block.caption, *block.headings, *(str(cell) for row in block.rows for cell in row)]
    if isinstance(block, Facts):
        return [text for fact in block.facts for text in fact]
    if isinstance(block, PictureBlock):
        return [block.picture.title, *(str(cell) for row in block.picture.table()[1] for cell in row)]
    if isinstance(block, Items):
        return [words for _depth, _mark, words in block.items]
    return [block.text] if isinstance(block, Paragraph | Note) else []


def under(document: Document, number: str) -> str:
    return "\n".join(chapters(document)[number])


def points_of(by: Actor) -> list[tuple[str, str]]:
    with by.working(), set_alike():
        return [(point.clause, point.text) for point in open_points(Reading(fresh(by), today=AT.date()))]


def test_the_pack_goes_through_the_clauses_of_the_map() -> None:
    """One list: a clause that is added to the map is missed here, unless it stands in the pack as well."""
    clauses = [answer.code for answer in ANSWERS if answer.item.kind == "clause"]
    whole = [next((head for head in ("7.5", "9.3") if code.startswith(f"{head}.")), code) for code in clauses]
    assert list(dict.fromkeys(whole)) == [line.clause for line in LINES]
    (issues,) = (line for line in LINES if line.clause == "4.1")
    assert [source.slug for source in issues.sources] == ["issues", "ai-roles"]


def test_headings_have_the_numbers_of_the_clauses(filled: Filled) -> None:
    headings = {number: heading.text for number, heading in made(filled.officer).contents}
    assert {number: headings[number] for number in ("4.3", "5.2", "6.1.4", "6.2", "7.5", "8.1", "9.2", "10.2")} == {
        "4.3": "Scope of the AI management system",
        "5.2": "AI policy",
        "6.1.4": "AI system impact assessment",
        "6.2": "AI objectives and planning to achieve them",
        "7.5": "Documented information",
        "8.1": "Operational planning and control",
        "9.2": "Internal audit",
        "10.2": "Nonconformity and corrective action",
    }
    assert [headings[str(number)] for number in range(1, len(PARTS) + 1)] == [str(part.title) for part in PARTS]


def test_every_chapter_holds_its_records(filled: Filled) -> None:
    document = made(filled.officer)
    for number, words in {
        "2.1": ("84", "Hamburg, Kaiserkai 12", "Hosting of language models"),
        "2.2": ("Deployer", "SYS-0003 Health cover pricing"),
        "2.3": ("Text assistant", "Out of scope", "Nobody outside is affected"),
        "4.1": ("Heat and floods", "Climate change was judged: ISU-0003"),
        "4.2": ("Policyholders", "Oversight procedure"),
        "4.3": ("for the pricing of supplementary health cover", "AI systems in scope", "AI systems out of scope"),
        "4.4": ("Bring a system into use", "How the processes work together"),
        "5.1": ("EUR 46,000", "Margit Olsen"),
        "5.2": ("A person decides every claim above 500 euros", filled.one("documents").reference),
        "5.3": ("To stop a release.", "Nobody yet"),
        "6.1.1": ("Severe: livelihood", "Complaints are found earlier"),
        "6.1.2": ("Personal data in prompts", "Individuals 3 → 3, groups 4 → 3", "Risks without", "Risks after"),
        "6.1.3": ("Four risks remain above the band", "With the treatment plan: ", "at a score of 6 (version 1)"),
        "6.1.4": ("Impact of claims triage", "between 1 % and 15 %"),
        "6.2": ("10 %\n1 May 2026", "Not measured"),
        "6.3": ("Rostock joins the scope",),
        "7.1": ("One actuary is missing.",),
        "7.2": ("Owner of claims triage: Jonas Weber: 3, Training, until 1 Mar 2028", "Nobody yet"),
        "7.3": ("AI policy for everybody",),
        "7.4": ("Notice on automated proposals",),
        "7.5": ("Documents in force", "Supervisor’s circular", "From outside", "DRAFT"),
        "8.1": ("gpt-4o-2024-11-20", "Models are pinned"),
        "8.3": ("Late",),
        "9.1": ("Sample of decision records are signed", "Failed", "Never run"),
        "9.2": ("No internal audit is recorded.",),
        "9.3": ("No management review is recorded.",),
        "10.1": ("The gateway reads the inventory.",),
        "10.2": ("The checklist ends before validation.", "(due 31 May 2026)"),
        "12": ("A.2.2", "AI policy", "A.10.4", "Customers", "Nothing of the kind is built here."),
        "13.1": ("Whoever sees an AI system do harm",),
    }.items():
        for word in words:
            assert word in under(document, number), (number, word)
    assert document.author == "AI officer: Carla Brandt"
    assert "Board member for claims: Margit Olsen" in under(document, "4.3")


def test_formatted_texts_are_set_and_their_headings_have_no_numbers(filled: Filled) -> None:
    paper, campaign = filled.one("documents", 1), filled.one("campaigns")
    text = "## Why\n\nIt is **asked** for.\n\n- One\n\n| Who | What |\n| --- | --- |\n| Jonas | looks |"
    for record, changed in ((paper, {"text": text}), (campaign, {"message": "Three things:\n\n- **One** place"})):
        for name, value in changed.items():
            setattr(record, name, value)
        with filled.officer.working():
            change_record(record=record, by=filled.officer, lock=record.lock)
    filled.approve(paper)
    document = made(filled.officer)
    whole = [words for block in document.blocks for words in said(block)]
    assert not [words for words in whole if "## " in words or "**" in words or "| --- |" in words]
    assert Heading("Why", 3, listed=False) in document.blocks
    assert Table(["Who", "What"], [["Jonas", "looks"]]) in document.blocks
    assert "Why" not in {heading.text for _number, heading in document.contents}
    assert "Three things:\n• One place" in under(document, "7.3")
    assert "It is asked for." in to_docx_text(document)


def to_docx_text(document: Document) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(to_docx(document))).paragraphs)


def test_policy_in_force_comes_before_a_draft_that_is_linked_with_the_clause(filled: Filled) -> None:
    draft = models.Document(organisation=filled.organisation, name="Use of tools", kind="policy", text="Not yet.")
    with filled.officer.working():
        create_record(record=draft, by=filled.officer)
        clause = Requirement.objects.within(filled.organisation).get(code="5.2")
        link_records(source=draft, reference=clause.reference, by=filled.officer)
    policy = filled.one("documents")
    assert policy.reference in under(made(filled.officer), "5.2")


def test_index_names_versions_and_what_is_open(filled: Filled) -> None:
    rows = [
        row
        for block in made(filled.officer).blocks
        if isinstance(block, Table) and block.caption.startswith("Clause ")
        for row in block.rows
    ]
    assert {row[0] for row in rows} == {line.clause for line in LINES}
    scope = next(row for row in rows if row[0] == "4.3")
    assert scope[2] == "SCP-0001 Scope of the AI management system"
    assert scope[3] == "version 1"
    assert scope[4].startswith("Board member for claims: Margit Olsen\n")
    assert len(scope[5]) == 13
    assert [row[2] for row in rows if row[0].startswith("9.") and row[0] != "9.1"] == ["OPEN"] * 3
    assert next(row for row in rows if row[0] == "6.1.2")[2] == "Risks: 14 records\nRSK-0001 … RSK-0014"


def test_a_record_linked_with_a_clause_answers_it(filled: Filled) -> None:
    with filled.officer.working():
        minutes = make("documents", filled.officer, name="Minutes of the review", kind="record", text="Held.")
        requirement = filled.one("soa").framework.requirements.get(code="9.3.2")
        link_records(source=minutes, reference=requirement.reference, by=filled.officer)
    document = made(filled.officer)
    assert "Minutes of the review" in under(document, "9.3")
    assert "No management review" not in under(document, "9.3")
    assert ("9.3", "Nothing is recorded: Inputs and results of management reviews.") not in points_of(filled.officer)


def test_approved_versions_are_shown_whatever_the_live_rows_say(filled: Filled) -> None:
    scope, policy, role = filled.one("scope"), filled.one("documents"), filled.one("responsibilities")
    decision = filled.one("soa-decisions")
    with filled.officer.working():
        for record, name in ((scope, "text"), (policy, "text"), (role, "may_decide"), (decision, "reason")):
            setattr(record, name, "CHANGED LATER")
            change_record(record=record, by=filled.officer, lock=record.lock)
    document = made(filled.officer)
    for number in ("2.4", "4.3", "5.2", "5.3", "12"):
        assert "CHANGED LATER" not in under(document, number), number
    assert "To stop a release." in under(document, "5.3")
    changed = {text for _clause, text in points_of(filled.officer) if "changed after its approval" in text}
    assert {text.split(" ")[0] for text in changed} == {"SCP-0001", "DOC-0001", "RSP-0001"}


def test_drafts_are_shown_as_they_stand_and_marked(db: None) -> None:
    filled = full_organisation(Size(documents=3), slug="smaller", name="Smaller")
    with filled.officer.working():
        second = make("scope", filled.officer, name="A scope that nobody approved", text="Everything.")
        archive_record(record=filled.one("scope"), by=filled.officer)
    document = made(filled.officer)
    assert chapters(document)["4.3"][0] == "Scope of the AI management system (DRAFT)"
    assert "Everything." in under(document, "4.3")
    assert "DRAFT: nobody has approved this yet" in under(document, "4.3")
    assert ("4.3", f"{second.reference} A scope that nobody approved: only a draft.") in points_of(filled.officer)
    assert chapters(document)["13.1"][0].endswith("(DRAFT)")
    assert "DRAFT" in under(document, "7.5")


def test_open_points_say_what_is_missing(filled: Filled) -> None:
    found = points_of(filled.officer)
    assert found == sorted(found, key=lambda point: [int(part) for part in point[0].split(".") if part])
    for point in (
        ("", "Languages that are spoken at the sites: not recorded. Give them with the application."),
        ("4.1", "SYS-0002 Fraud signals: no class under the AI Act yet."),
        ("4.2", "PTY-0005 Owners: not said which of its requirements the AIMS takes care of."),
        ("5.3", "RSP-0004 Owner of health cover pricing: nobody holds this role."),
        ("6.2", "OBJ-0003 Records are whole: never measured."),
        ("7.1", "RES-0003 People who can validate: not enough of it. One actuary is missing."),
        ("7.5", "DOC-0005 Human oversight of claims triage: only a draft."),
        ("9.1", "TST-0002 Sample of decision records are signed: failed."),
        ("9.2.2", "Nothing is recorded: Audit programme and audit results."),
        ("10.2", "NCR-0001 Release 4.2 went out without validation by region: open."),
    ):
        assert point in found
    assert len(found) == len(set(found))
    assert not any("Risk" in text and "treatment decided" in text for _clause, text in found)


def test_decisions_on_systems_that_changed_after_the_approval_are_said(filled: Filled) -> None:
    system = filled.one("ai-systems", 3)
    with filled.officer.working():
        system.in_scope = "in"
        change_record(record=system, by=filled.officer, lock=system.lock)
    words = "Since SCP-0001 Scope of the AI management system was approved, decisions on AI systems have changed."
    assert ("4.3", words) in points_of(filled.officer)


def test_nothing_of_another_organisation_is_in_it(filled: Filled, other_organisation: Organisation) -> None:
    canary = "CANARY-OF-ELSEWHERE"
    stranger = Actor.system(other_organisation)
    with stranger.working():
        for register in registers:
            if register.slug in _shown() and "name" in {field.name for field in register.model._meta.fields}:
                make(register.slug, stranger, name=f"{canary} {register.slug}"[:100])
    document = made(filled.officer)
    assert canary not in "\n".join(line for lines in chapters(document).values() for line in lines)
    assert canary not in " ".join(texts(to_pdf(document)))


def _shown() -> set[str]:
    return {source.slug for line in LINES for source in line.sources} - {"measurements", "competences"}


def test_archived_records_are_left_out(filled: Filled) -> None:
    with filled.officer.working():
        archive_record(record=filled.one("issues", 1), by=filled.officer)
    assert "Supervisor asks how" not in under(made(filled.officer), "4.1")


def test_a_person_who_sees_their_own_records_alone_is_told_what_is_left_out(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROLES["compliance-officer"].grants, Permission.RISKS_VIEW, Reach.OWN)
    with filled.officer.working():
        make("risks", Actor.system(filled.organisation), name="Somebody else’s")
    document = made(filled.officer)
    assert "Somebody else’s" not in under(document, "6.1.2")
    assert "Risks: 1 record is left out, because whoever made this pack may not see it." in under(document, "1")


def test_the_same_records_give_the_same_bytes(filled: Filled) -> None:
    first, second = made(filled.officer), made(filled.officer)
    assert to_pdf(first) == to_pdf(second)
    assert to_docx(first) == to_docx(second)
    assert made(filled.head).author != first.author


def test_queries_do_not_grow_with_the_records(filled: Filled) -> None:
    def count(one: Filled) -> int:
        actor = fresh(one.officer)
        with one.officer.working(), CaptureQueriesContext(connection) as queries:
            stage_1_pack(actor, made_at=AT)
        return len(queries)

    larger = full_organisation(
        Size(systems=8, risks=30, controls=24, documents=12, nonconformities=9), slug="larger", name="Larger"
    )
    assert count(larger) == count(filled) <= 50


def test_versions_print_as_tables_and_never_as_json(filled: Filled) -> None:
    for model in (models.ScopeStatement, models.TreatmentPlan, models.SoA):
        record = filled.one(registers.of(model).slug)
        with filled.officer.working():
            document = document_of_kept(versions_of(record)[0], filled.officer)
        text = " ".join(line for block in document.blocks for line in said(block))
        assert "{" not in text
        assert '"' not in text

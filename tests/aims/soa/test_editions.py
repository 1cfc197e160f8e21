"""Versions of a statement: approval refused while something is open, what a version holds, differences, files."""

import io
import json
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from aims.models import SoA, SoADecision
from aims.soa.actions import add_control, decide
from aims.soa.editions import body_of, editions_of, read_edition, usual_edition
from aims.soa.plan import treatment_plan
from controls.oscal.document import read_document
from controls.oscal.profile import read_profile
from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.approvals.actions import NotSendable, send_for_approval
from grc.approvals.deciding import decide as sign
from grc.approvals.deciding import meanings_of
from grc.approvals.proofs import Proof
from grc.models import ActivityEvent
from grc.models.record import Record
from grc.registers.register import registers
from tests.aims.soa.setting import IN, OUT, decide_as, decision, serve, statement, text_of, treat, url
from tests.factories import make

pytestmark = pytest.mark.django_db
CODES = ("A.2.2", "A.2.3", "A.5.2", "A.7.5")


def approve(record: Record, officer: Actor, approver: Actor) -> Any:
    assert approver.person is not None
    review = send_for_approval(
        record=record, approvers=[approver.person], note="As discussed.", lock=record.lock, by=officer
    )
    proof = Proof(approver.person, "password", timezone.now())
    meaning = meanings_of(registers.of(type(record)))[0]
    sign(review=review, decision="approved", meaning=meaning, comment="", proof=proof, by=approver)
    return review


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text: str) -> str:
    return "".join(text.split())


def content(client: Client, soa: SoA, kind: str, query: str = "") -> bytes:
    answer = client.get(url(soa, f"statement.{kind}{query}"))
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]


def whole_statement(by: Actor, count: int = 6) -> tuple[SoA, list[SoADecision]]:
    """All 38 decided, two of them out, and six of our own."""
    soa = statement(by)
    decide_as(by, soa, IN, reason="As our risks ask for it.", status="implemented")
    decide_as(by, soa, OUT, "A.4.4", "A.7.5", reason="Nothing is lost without it.", status="")
    controls = [make("controls", by, name=f"Own control {number}") for number in range(count)]
    added = [add_control(soa=soa, control=one, reason=f"Beyond the list: {one.name}", by=by) for one in controls]
    return soa, added


def test_what_is_not_decided_is_not_sent_and_named(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    soa, officer, approver = statement(system, CODES), actor_of("compliance-officer"), actor_of("approver")
    decide_as(system, soa, IN, "A.2.2", "A.2.3", "A.5.2")
    assert approver.person is not None
    send: dict[str, Any] = {
        "record": soa, "approvers": [approver.person], "note": "All.", "lock": soa.lock, "by": officer,
    }  # fmt: skip
    with pytest.raises(NotSendable, match=r"Not decided: A\.7\.5\."):
        send_for_approval(**send)
    client = client_of("compliance-officer")
    assert "Not decided: A.7.5." in text_of(client, url(soa, "send"))
    said = {"approvers": [approver.person.email], "note": "All.", "lock": soa.lock}
    refused = client.post(f"/api/v1{url(soa, 'approvals')}", said, content_type="application/json")
    assert refused.status_code in {400, 409}
    assert "Not decided: A.7.5." in refused.content.decode()
    decide_as(system, soa, IN, "A.7.5")
    archive_record(record=decision(soa, "A.2.3"), by=system)
    with pytest.raises(NotSendable, match=r"Not decided: A\.2\.3\."):
        send_for_approval(**send)


def test_a_statement_for_a_framework_without_controls_is_not_sent(
    system: Actor, actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(NotSendable, match="no controls"):
        approve(
            make("soa", system, framework=make("frameworks", system)),
            actor_of("compliance-officer"),
            actor_of("approver"),
        )


def test_a_version_holds_every_decision_in_words(system: Actor, actor_of: Callable[..., Actor]) -> None:
    soa, added = whole_statement(system)
    control = serve(system, soa, "A.2.2", name="Publish the policy")
    review = approve(soa, actor_of("compliance-officer"), actor_of("approver"))
    body = json.loads(bytes(review.version.body))
    assert len(body["decisions"]) == 38
    assert body["decisions"][0] == {
        "control": "A.2.2 AI policy",
        "decision": "Included",
        "decision_reason": "As our risks ask for it.",
        "implementation": "Implemented",
        "implementation_how": "",
        "our_controls": f"{control.reference} Publish the policy",
    }
    assert [one["control"] for one in body["added_controls"]] == [
        f"{one.control.reference} {one.control.name}" for one in added if one.control
    ]
    edition = usual_edition(editions_of(soa, system))
    reading = read_edition(soa, edition)
    assert (edition.number, reading.count("in"), reading.count("out"), len(reading.added)) == ("1", 36, 2, 6)
    assert reading.rows[1].area == "A.2 Policies related to AI"


def test_what_changed_between_versions(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    soa = statement(system, CODES)
    decide_as(system, soa, IN)
    client, officer = client_of("compliance-officer"), actor_of("compliance-officer")
    assert "Nothing to compare" in text_of(client, url(soa, "differences"))
    approve(soa, officer, actor_of("approver"))
    assert "It says what the version before said" in text_of(client, url(soa, "differences"))
    decide_as(system, soa, OUT, "A.7.5", reason="Its history is kept elsewhere.")
    page = text_of(client, url(soa, "differences")).split('id="changes-title"')[1]
    assert "A.7.5 Data provenance" in page
    assert "<del>Included</del> <ins>Excluded</ins>" in page
    assert "<ins>Its history is kept elsewhere.</ins>" in page
    assert "A.2.2" not in page
    approve(soa, officer, actor_of("approver"))
    assert "A.7.5 Data provenance" in text_of(client, url(soa, "differences?from=1&to=2"))
    assert client.get(url(soa, "differences?from=7")).status_code == 404


def test_pdf_and_docx_hold_every_control(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    soa, added = whole_statement(system)
    review = approve(soa, actor_of("compliance-officer"), actor_of("approver"))
    client = client_of("internal-auditor")
    pdf = squeezed(pdf_text(content(client, soa, "pdf")))
    word = docx.Document(io.BytesIO(content(client, soa, "docx")))
    cells = squeezed(" ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells))
    for row in read_edition(soa, usual_edition(editions_of(soa, system))).rows:
        for shown in (pdf, cells):
            assert squeezed(f"{row.number}{row.name}") in shown, row.number
    for one in added:
        for shown in (pdf, cells):
            assert one.control is not None
            assert squeezed(f"{one.control.reference} {one.control.name}") in shown
    for fact in ("ISO/IEC 42001:2023 AI management system", "approver", "Nothing is lost without it.",
                 "Included36", review.version.sha256[:40], "good practice", "by its own practice"):  # fmt: skip
        assert squeezed(fact).lower() in pdf.lower(), fact
    noted = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert "statement of applicability, Version 1 (pdf)" in noted


def test_a_file_is_of_the_version_in_force_and_of_the_draft_on_demand(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    soa, client = statement(system, CODES), client_of("internal-auditor")
    assert "Adraft:nobodyhasapprovedit" in squeezed(pdf_text(content(client, soa, "pdf")))
    decide_as(system, soa, IN, reason="The first reason.")
    approve(soa, actor_of("compliance-officer"), actor_of("approver"))
    decide_as(system, soa, IN, reason="The second reason.")
    in_force, draft = (squeezed(pdf_text(content(client, soa, "pdf", query))) for query in ("", "?version=draft"))
    assert "Thefirstreason." in in_force
    assert "Thesecondreason." not in in_force
    assert "Thesecondreason." in draft
    for wrong in ("statement.exe", "statement.csv", "statement.pdf?version=9", "statement.pdf?version=x"):
        assert client.get(url(soa, wrong)).status_code == 404
    assert client_of("reader").get(url(soa, "statement.pdf")).status_code == 404


def test_xlsx_has_a_row_for_each_control_and_no_formula(system: Actor, client_of: Callable[..., Client]) -> None:
    soa, added = whole_statement(system)
    decide_as(system, soa, IN, "A.2.2", reason="=HYPERLINK(1)", status="partly", how="By hand.")
    book = openpyxl.load_workbook(io.BytesIO(content(client_of("internal-auditor"), soa, "xlsx")))
    sheet: Any = book.active
    head, *rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert head[:6] == ["Number", "Control", "Area", "Decision", "Reason", "Implementation"]
    reading = read_edition(soa, editions_of(soa, system)[0])
    back = [(row[0], row[1], row[3], row[4]) for row in rows]
    words = {"in": "Included", "out": "Excluded"}
    assert back == [(one.number, one.name, words[one.applies], one.reason) for one in (*reading.rows, *reading.added)]
    assert rows[0][4:7] == ["=HYPERLINK(1)", "Partly implemented", "By hand."]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert len(rows) == 38 + len(added)


def test_oscal_is_a_valid_profile_of_what_is_included(system: Actor, client_of: Callable[..., Client]) -> None:
    soa, _added = whole_statement(system, 1)
    control = serve(system, soa, "A.2.2")
    decide_as(system, soa, IN, "A.2.2", reason="Two\nlines.", status="partly", how="By hand.")
    raw = content(client_of("internal-auditor"), soa, "json")
    profile = read_profile(read_document(raw))
    (picked,) = profile.imports[0]["include-controls"]
    assert len(picked["with-ids"]) == 36
    assert not {"A.4.4", "A.7.5", "A.4", "A.7"} & set(picked["with-ids"])
    alters = {one["control-id"]: one["adds"][0]["props"] for one in profile.modify["alters"]}
    assert len(alters) == 36
    said = [(one["name"], one["value"], one.get("remarks")) for one in alters["A.2.2"]]
    assert said == [
        ("applicability", "included", "Two\nlines."),
        ("implementation-status", "partly", "By hand."),
        ("control", control.reference, None),
    ]
    props = json.loads(raw)["profile"]["metadata"]["props"]
    assert [(one["name"], one["value"]) for one in props][:2] == [
        ("excluded-control", "A.4.4"), ("excluded-control", "A.7.5"),
    ]  # fmt: skip
    assert props[2]["name"] == "added-control"
    nothing = statement(system, ("A.5.19",), key="iso27001")
    assert client_of("internal-auditor").get(url(nothing, "statement.json")).status_code == 404


def test_treatment_plan_is_that_in_force_and_not_for_everybody(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    officer = actor_of("compliance-officer")
    state = treatment_plan(officer)
    assert state is not None
    assert state.review is None
    plan = make("treatment-plans", system)
    approve(plan, officer, actor_of("approver"))
    state = treatment_plan(officer)
    assert state is not None
    assert state.review is not None
    assert state.review.key.reference == plan.reference
    assert treatment_plan(actor_of("platform-engineer")) is None
    soa = statement(system, CODES)
    page = text_of(client_of("compliance-officer"), soa.get_absolute_url())
    assert plan.reference in page
    assert "No treatment plan is approved" not in page


def test_api_shows_decides_and_takes_over(system: Actor, client_of: Callable[..., Client]) -> None:
    soa, client = statement(system, CODES), client_of("compliance-officer")
    treat(system, serve(system, soa, "A.5.2"))
    api = f"/api/v1{url(soa, '')}"
    seen = client.get(f"{api}statement").json()
    assert (seen["controls"], seen["decided"], [row["number"] for row in seen["rows"]]) == (4, 0, list(CODES))
    row = seen["rows"][0]

    def post(path: str, **said: Any) -> Any:
        return client.post(f"{api}{path}", said, content_type="application/json")

    locked = [{"decision": row["decision"], "lock": row["lock"]}]
    assert post("decide", decisions=locked, applies="in").json()["fields"] == {
        "reason": ["Give the reason: both for including and for excluding."]
    }
    assert post("decide", decisions=locked, applies="in", reason="So.").json() == {"decided": 1}
    assert post("decide", decisions=locked, applies="out", reason="So.").status_code == 409
    (proposal,) = client.get(f"{api}proposals").json()
    assert proposal["number"] == "A.5.2"
    assert post("proposals", proposals=["SOD-0999"]).status_code == 400
    assert post("proposals", proposals=[proposal["key"]]).json() == {"decided": 1}
    assert client.get(f"{api}statement.pdf").status_code == 200
    auditor = client_of("internal-auditor")
    refused = auditor.post(f"{api}proposals", {"proposals": ["SOD-0001"]}, content_type="application/json")
    assert refused.status_code == 403


def test_an_edition_of_the_draft_is_what_would_be_frozen(system: Actor) -> None:
    soa, _added = whole_statement(system, 2)
    row = decision(soa, "A.2.2")
    decide(soa=soa, locks={row.reference: row.lock}, applies=OUT, reason="No.", by=system)
    body = body_of(soa, editions_of(soa, system)[0])
    assert body["decisions"][0]["decision"] == "Excluded"
    assert [len(area["controls"]) for area in body["areas"]] == [3, 2, 5, 4, 9, 5, 4, 3, 3]

"""The risk picture and the report: the same numbers in page, PDF and DOCX; nothing for who may not see risks."""

import io
from collections.abc import Callable

import docx
import pypdfium2
import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.models import ActivityEvent, Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db
OVERVIEW, REPORT = "/o/nordhaven/risks/overview", "/o/nordhaven/risks/report."


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_overview_shows_both_maps_and_says_who_approved_the_criteria(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    make("risks", system, likelihood=5, impact=5, residual_likelihood=1, residual_impact=1)
    make("risk-criteria", system)
    page = client_of("approver").get(OVERVIEW).content.decode()
    assert page.count("<svg") >= 2
    assert "which nobody has approved yet" in page


def test_overview_and_report_do_not_exist_for_who_may_not_see_risks(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    make("risks", system)
    for url in (OVERVIEW, REPORT + "pdf", REPORT + "docx"):
        assert client_of("reader").get(url).status_code == 404
    assert client_of("approver").get(REPORT + "exe").status_code == 404


def test_report_holds_every_open_risk_and_is_noted(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    make("risks", system, name="Open one", treatment="reduce", treatment_plan="Measure it", treat_by="2027-01-31")
    make("risks", system, name="Closed one", state="closed")
    make("risks", Actor.system(other_organisation), name="Foreign one")
    client = client_of("approver")
    text = pdf_text(b"".join(client.get(REPORT + "pdf")))
    word = docx.Document(io.BytesIO(b"".join(client.get(REPORT + "docx"))))
    cells = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for shown in (text, cells):
        assert "Open one" in shown
        assert "Measure it" in shown
        assert "31 Jan 2027" in shown
        assert "Closed one" not in shown
        assert "Foreign one" not in shown
    exported = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert sorted(exported) == ["Risk report (docx)", "Risk report (pdf)"]

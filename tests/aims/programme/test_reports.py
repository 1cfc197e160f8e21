"""Plan, gap report and cost frame as files: the same facts in each kind, and what is not known is said."""

import io
from collections.abc import Callable
from decimal import Decimal

import docx
import openpyxl
import pypdfium2
import pytest
from django.test import Client

from aims.models import GapAnswer
from aims.programme.costs import cost_frame, orientation
from aims.programme.gaps import begin_gap_analysis
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.models import ActivityEvent, Organisation
from tests.aims.programme.making import PAGES, adopt, queries, step
from tests.factories import make

pytestmark = pytest.mark.django_db


def texts(client: Client, url: str) -> dict[str, str]:
    """What each kind of file says, in one text each, without line breaks."""
    pdf = pypdfium2.PdfDocument(b"".join(client.get(url + "pdf")))  # type: ignore[call-overload]
    word = docx.Document(io.BytesIO(b"".join(client.get(url + "docx"))))  # type: ignore[call-overload]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(url + "xlsx"))))  # type: ignore[call-overload]
    said = {
        "pdf": "\n".join(page.get_textpage().get_text_range() for page in pdf),
        "docx": "\n".join(
            [part.text for part in word.paragraphs]
            + [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        ),
        "xlsx": "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        ),
    }
    return {kind: " ".join(text.split()) for kind, text in said.items()}


def answer(code: str, by: Actor, **values: object) -> None:
    row = GapAnswer.objects.within(by.organisation).get(requirement__code=code)
    for name, value in values.items():
        setattr(row, name, value)
    change_record(record=row, by=by, lock=row.lock)


def test_gap_report_says_what_is_needed_by_when_and_what_nobody_looked_at(
    client_of: Callable[..., Client], system: Actor
) -> None:
    adopt(system)
    begin_gap_analysis(by=system)
    scope = step(system, "Draw the scope", 0)
    answer("4.3", system, standing="partly", found="A draft", needed="Name both sites", days=3, step=scope)
    answer("5.2", system, standing="done", found="Policy in version three")
    for kind, text in texts(client_of("approver"), PAGES + "gap/report.").items():
        assert "Name both sites" in text, kind
        assert "A draft" in text, kind
        assert scope.reference in text, kind
        assert "Policy in version three" in text, kind
        if kind != "xlsx":
            assert "Not looked at, so nothing is known about it: 4.1, 4.2, 4.4" in text
    exported = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert sorted(exported) == ["gap-report (docx)", "gap-report (pdf)", "gap-report (xlsx)"]


def test_gap_report_without_the_standard_says_so(client_of: Callable[..., Client], organisation: Organisation) -> None:
    said = texts(client_of("approver"), PAGES + "gap/report.")
    assert "not in use here" in said["pdf"]
    assert "No gap is known" in said["docx"]


def test_plan_report_holds_every_step(client_of: Callable[..., Client], system: Actor) -> None:
    first = step(system, "Draw the scope", 0, description="A scope is approved.", covers=["4.3"])
    step(system, "Stage 1", 0, after=[first.reference], phase="certification")
    for kind, text in texts(client_of("approver"), PAGES + "plan/report.").items():
        assert "Draw the scope" in text, kind
        assert "Critical" in text, kind
        if kind != "xlsx":
            assert "A scope is approved." in text
            assert "Certificate expected" in text


def test_cost_frame_sums_own_figures_and_names_what_is_missing(
    client_of: Callable[..., Client], system: Actor, other_organisation: Organisation
) -> None:
    make("costs", system, kind="body", year_1="9000.50", year_2="100", year_3="0")
    make("costs", system, kind="body", year_1="1", year_2="0", year_3="3")
    make("costs", system, kind="people", year_1="0", year_2="20", year_3="0")
    make("costs", Actor.system(other_organisation), year_1="77777")
    frame = cost_frame(system)
    assert frame.years == (Decimal("9001.50"), Decimal(120), Decimal(3))
    assert frame.total == Decimal("9124.50")
    assert [kind.kind for kind in frame.missing] == ["advice", "tools", "other"]
    client = client_of("approver")
    page = client.get(PAGES + "costs/frame").content.decode()
    assert "9,124.5" in page
    assert orientation().note in page
    assert "no figure yet" in page
    for kind, text in texts(client, PAGES + "costs/frame.").items():
        assert "Advice and training" in text, kind
        assert "US dollars" in text, kind
        assert "77777" not in text, kind
    few = queries(client, PAGES + "costs/frame")
    for n in range(20):
        make("costs", system, kind="tools", year_1=str(n))
    assert queries(client, PAGES + "costs/frame") == few


@pytest.mark.parametrize("page", ["plan/report.", "gap/report.", "costs/frame."])
def test_other_kinds_and_other_people_get_nothing(client_of: Callable[..., Client], page: str) -> None:
    assert client_of("approver").get(PAGES + page + "exe").status_code == 404
    assert client_of("reader").get(PAGES + page + "pdf").status_code == 404
    assert client_of("reader").get(PAGES + "costs/frame").status_code == 404

"""The documented information index: what ISO/IEC 42001 asks to be written down, and where it is."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from aims.clauses.answers import chapters
from aims.clauses.facts import Facts
from aims.clauses.found import MEANINGS, Found, State
from grc.reports.document import Block, Document, Heading, Paragraph, Table
from grc.reports.document import Facts as FactsBlock


def headings() -> list[str]:
    return [_("Number"), _("Title"), _("Documented information"), _("State"), _("Records"), _("What is missing")]


def index_rows(facts: Facts) -> list[list[str]]:
    """A line for each of the clauses and controls that ask for documented information."""
    return [_row(found) for chapter in chapters(facts, show="documents") for found in chapter.shown]


def index_document(facts: Facts, *, made_at: dt.datetime) -> Document:
    found = [one for chapter in chapters(facts, show="documents") for one in chapter.shown]
    clauses = [one for one in found if one.answer.item.kind == "clause"]
    controls = [one for one in found if one.answer.item.kind == "control"]
    return Document(
        title=_("Documented information index"),
        subtitle=_("What ISO/IEC 42001:2023 asks to be written down, and where it is"),
        organisation=facts.actor.organisation.name,
        made_at=made_at,
        blocks=[
            Heading(_("How far it is")),
            Paragraph(
                _("Read from the records on the day above. It says what is there, and nothing about how good it is.")
            ),
            _counts(found),
            Heading(_("Clauses")),
            _table(clauses),
            Heading(_("Controls of Annex A")),
            _table(controls),
        ],
    )


def _counts(found: Sequence[Found]) -> Block:
    said = [
        (f"{state.label}: {sum(one.state == state for one in found)}", str(MEANINGS[state]))
        for state in reversed(State)
    ]
    return FactsBlock(said)


def _table(found: Sequence[Found]) -> Block:
    return Table(headings(), [_row(one) for one in found], widths=(2, 5, 6, 3, 7, 7))


def _row(found: Found) -> list[str]:
    item = found.answer.item
    records = "; ".join(str(record) for record in found.looked)
    if found.more:
        records += "; " + _("and more")
    missing = " ".join(gap.text for gap in found.gaps)
    return [item.code, item.name, item.documents.replace("\n", "; "), str(found.state.label), records, missing]

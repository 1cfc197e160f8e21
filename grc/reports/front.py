"""What the first page says: a cover, or, for a list, the title above it."""

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext as _

from grc.pictures.drawing import Line, Rect, Text
from grc.pictures.fonts import clean
from grc.pictures.lines import lines
from grc.reports.document import Document
from grc.reports.flow import MM, Flow
from grc.reports.structure import Node


def moment(at: dt.datetime | None) -> str:
    """An instant to the minute, in UTC, whatever zone its reader lives in."""
    return f"{formats.date_format(at.astimezone(dt.UTC), 'j F Y, H:i')} UTC" if at else ""


def facts_of(document: Document) -> list[tuple[str, str]]:
    """What the first page says about the document, beside its title."""
    facts = [
        (_("Reference"), document.reference),
        (_("Version"), document.version),
        (_("Status"), document.status),
        (_("Date"), moment(document.made_at)),
        (_("Author"), document.author),
        (_("Classification"), document.classification),
        *document.facts,
    ]
    return [(label, text) for label, text in facts if text]


def set_cover(flow: Flow, document: Document) -> None:
    flow.new_page(bare=True)
    page = flow.page
    flow.draw(Rect(0, 0, 9, page.height, "accent"))
    flow.y = 42 * MM
    flow.write(document.organisation, flow.root.child("P"), size=13, fill="quiet", left=12)
    flow.y += 10
    flow.write(document.title[:300], flow.root.child("H1"), size=27, style="bold", left=12)
    flow.y += 4
    if document.subtitle:
        flow.write(document.subtitle[:300], flow.root.child("P"), size=14, fill="quiet", left=12)
    flow.y = max(flow.y + 30, 150 * MM)
    table = flow.root.child("Table")
    for label, text in facts_of(document):
        _set_fact(flow, table, label, lines(clean(text), 10.5, flow.width - 130), "regular", 10.5)
    if document.sha256:
        _set_fact(flow, table, "SHA-256", lines(document.sha256, 8.5, flow.width - 130, "mono"), "mono", 8.5)


def _set_fact(flow: Flow, table: Node, label: str, values: list[str], style: str, size: float) -> None:
    row = table.child("TR")
    head, cell = row.child("TH"), row.child("TD")
    flow.draw(Line(flow.left + 12, flow.y, flow.left + flow.width, flow.y, "hair", 0.6))
    flow.draw(Text(flow.left + 12, flow.y + 15, label, 10.5, "regular", "quiet"), head)
    for value in values[:6]:
        flow.draw(Text(flow.left + 130, flow.y + 15, value, size, style), cell)
        flow.y += 15
    flow.y += 7


def set_title(flow: Flow, document: Document) -> None:
    """The head of a document without a cover."""
    flow.new_page()
    flow.write(document.title[:300], flow.root.child("H1"), size=18, style="bold")
    said = [document.subtitle, document.status, moment(document.made_at)]
    flow.write(clean(" · ".join(part for part in said if part))[:600], flow.root.child("P"), fill="quiet")
    flow.y += 10

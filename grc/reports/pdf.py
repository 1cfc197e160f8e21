"""A document as PDF: cover, contents, body, with a head and a foot on every page.

No text is ever read as markup: letters are placed one line at a time, so what a person typed is what is printed.
The same document gives the same bytes.
"""

import datetime as dt
import io

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab import rl_config
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas

from grc.pictures.drawing import Line, Text
from grc.pictures.fonts import face
from grc.pictures.lines import cut
from grc.pictures.paint import Painter
from grc.reports.blocks import Setter
from grc.reports.contents import Contents, Found
from grc.reports.document import Document, tidy
from grc.reports.flow import MM, SIDE, Flow, Sheet
from grc.reports.front import set_cover, set_title
from grc.reports.structure import Marker

rl_config.useA85 = 0  # pages are squeezed, and need not survive a wire of seven bits

SHORT_HASH = 16
SMALL = 7.5


def to_pdf(document: Document) -> bytes:
    """The document as a PDF file: tagged, with bookmarks, and every font but East Asian ones embedded."""
    document = tidy(document)
    with translation.override(document.language):
        flow = Flow()
        headings = document.contents
        if document.cover:
            set_cover(flow, document)
            contents = Contents(flow, headings)
            flow.new_page()
        else:
            contents = Contents(flow, ())
            set_title(flow, document)
        setter = Setter(flow, headings)
        setter.set_all(document.blocks)
        contents.fill(setter.found)
        for number, sheet in enumerate(flow.sheets, start=1):
            _set_running(sheet, document, number, len(flow.sheets))
        return _written(document, flow, setter.found)


def _set_running(sheet: Sheet, document: Document, number: int, total: int) -> None:
    """Head and foot. They are decoration: a screen reader is not told them again on every page."""
    if sheet.bare:
        return
    right, wide = sheet.width - SIDE, sheet.width - 2 * SIDE
    top, foot = 13 * MM, sheet.height - 12 * MM
    named = [document.reference, document.title]
    said = " · ".join(part for part in named if part)
    left_head = Text(SIDE, top, cut(document.organisation, SMALL, wide * 0.35), SMALL, "regular", "quiet")
    right_head = Text(right, top, cut(said, SMALL, wide * 0.6), SMALL, "regular", "quiet", "end")
    version = _("version %(number)s") % {"number": document.version} if document.version else ""
    parts = [document.classification, version, document.status]
    page = _("Page %(number)d of %(total)d") % {"number": number, "total": total}
    left_foot = Text(SIDE, foot, cut(" · ".join(part for part in parts if part), SMALL, wide * 0.5), SMALL)
    right_foot = Text(right, foot, page, SMALL, "regular", "ink", "end")
    sheet.items += [(None, shape) for shape in (left_head, right_head, left_foot, right_foot)]
    sheet.items.append((None, Line(SIDE, foot - 11, right, foot - 11, "hair", 0.6)))
    sheet.items.append((None, Line(SIDE, top + 6, right, top + 6, "hair", 0.6)))
    if document.sha256:
        short = f"SHA-256 {document.sha256[:SHORT_HASH]}…"
        sheet.items.append((None, Text(SIDE + wide * 0.62, foot, short, SMALL - 1, "mono", "quiet", "middle")))


def _written(document: Document, flow: Flow, found: list[Found]) -> bytes:
    target = io.BytesIO()
    face("NotoSans-Regular")  # the first font of every page, instead of one that is not embedded
    canvas = Canvas(
        target,
        pageCompression=1,
        invariant=1,
        lang=document.language,
        pdfVersion=(1, 7),
        initialFontName="NotoSans-Regular",
    )
    _describe(canvas, document)
    marker = Marker(canvas, flow.root)
    outline = {heading.place: heading for heading in found}
    for sheet in flow.sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        painter = Painter(canvas, sheet.height)
        for place, top in sheet.places:
            heading = outline[place]
            canvas.bookmarkHorizontalAbsolute(place, sheet.height - top)
            canvas.addOutlineEntry(
                f"{heading.number} {heading.text}", place, heading.level - 1, closed=heading.level > 1
            )
        for node, shape in sheet.items:
            marker.turn_to(node)
            painter.draw(shape)
        marker.close()
        for left, upper, right, lower, place in sheet.links:
            box = (left, sheet.height - lower, right, sheet.height - upper)
            canvas.linkAbsolute("", place, box, Border="[0 0 0]")
        canvas.showPage()
        marker.end_page()
    marker.write()
    canvas.save()
    return target.getvalue()


def _describe(canvas: Canvas, document: Document) -> None:
    canvas.setTitle(document.title)
    canvas.setAuthor(document.author or document.organisation)
    canvas.setSubject(" · ".join(part for part in (document.subtitle, document.reference, document.version) if part))
    canvas.setCreator("Assay")
    canvas.setProducer("Assay")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if document.blocks and document.cover:
        canvas.showOutline()
    if document.made_at is not None:
        at = document.made_at.astimezone(dt.UTC)
        stamp = TimeStamp(1)
        stamp.t, stamp.lt, stamp.YMDhms = at.timestamp(), at.timetuple(), tuple(at.timetuple())[:6]
        canvas._doc._timeStamp = stamp

"""A document as DOCX: the same blocks as the PDF, in Word's own headings, fields and tables.

The contents are a field, which Word fills when the file is opened or printed.
"""

import io
import zipfile
from functools import singledispatch
from typing import Any

import docx
from django.utils import translation
from django.utils.translation import gettext as _
from docx.enum.section import WD_ORIENT
from docx.shared import Emu, Pt

from grc.pictures.fonts import clean
from grc.pictures.png import to_png
from grc.reports.blocks import DEEPEST, ITEM
from grc.reports.contents import CONTENTS_FROM
from grc.reports.document import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Note,
    PageBreak,
    Paragraph,
    PictureBlock,
    Table,
    tidy,
)
from grc.reports.flow import A4, BOTTOM, SIDE, TOP
from grc.reports.front import facts_of, moment
from grc.reports.tables import plan
from grc.reports.word import (
    add_field,
    add_row,
    describe_picture,
    keep_whole,
    repeat_head,
    set_language,
    shade,
    style_document,
    update_fields_on_opening,
)

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can say


def to_docx(document: Document) -> bytes:
    """The document as a DOCX file."""
    document = tidy(document)
    with translation.override(document.language):
        word = docx.Document()
        style_document(word)
        set_language(word, document.language)
        _describe(word, document)
        _turn(word.sections[0], wide=False)
        _front(word, document)
        headings = iter(document.contents)
        for block in document.blocks:
            if isinstance(block, Heading):
                _heading(next(headings) if block.listed else ("", block), word)
            else:
                add_block(block, word)
        _running(word, document)
        target = io.BytesIO()
        word.save(target)
        return _timeless(target)


def _timeless(saved: io.BytesIO) -> bytes:
    """The same parts without the time at which they were packed: the same document gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return target.getvalue()


def _describe(word: Any, document: Document) -> None:
    core = word.core_properties
    core.title = document.title[:255]
    core.author = (document.author or document.organisation)[:255]
    core.subject = clean(" · ".join(part for part in (document.subtitle, document.reference) if part))[:255]
    core.version = document.version[:255]
    core.content_status = document.status[:255]
    core.category = document.classification[:255]
    core.language = document.language
    core.comments = f"SHA-256 {document.sha256}" if document.sha256 else ""
    if document.made_at is not None:
        core.created = core.modified = document.made_at.replace(tzinfo=None)


def _front(word: Any, document: Document) -> None:
    word.add_paragraph(document.organisation, style="Organisation")
    word.add_paragraph(document.title, style="Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, style="Subtitle")
    if not document.cover:
        if moment(document.made_at):
            word.add_paragraph(moment(document.made_at), style="Small")
        return
    facts = facts_of(document)
    if document.sha256:
        facts.append(("SHA-256", document.sha256))
    add_block(Facts(facts), word)
    word.add_page_break()
    if len(document.contents) >= CONTENTS_FROM:
        word.add_paragraph(_("Contents"), style="Contents")
        add_field(word.add_paragraph(), 'TOC \\o "1-3" \\h \\z \\u', _("Right-click here and choose “Update field”."))
        update_fields_on_opening(word)
        word.add_page_break()


def _running(word: Any, document: Document) -> None:
    """Head and foot of every section: they follow the first one's."""
    section = word.sections[0]
    section.different_first_page_header_footer = document.cover
    named = " · ".join(part for part in (document.reference, document.title) if part)
    head = section.header.paragraphs[0]
    head.style = "Small"
    head.add_run(f"{document.organisation} · {named}")
    foot = section.footer.paragraphs[0]
    foot.style = "Small"
    version = _("version %(number)s") % {"number": document.version} if document.version else ""
    short = f"SHA-256 {document.sha256[:16]}…" if document.sha256 else ""
    parts = [document.classification, version, document.status, short]
    foot.add_run(" · ".join(part for part in parts if part))
    foot.add_run("\t\t")
    add_field(foot, "PAGE", "1")
    foot.add_run(" / ")
    add_field(foot, "NUMPAGES", "1")


def _turn(section: Any, *, wide: bool) -> None:
    width, height = (A4[1], A4[0]) if wide else A4
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Pt(width), Pt(height)
    section.left_margin = section.right_margin = Pt(SIDE)
    section.top_margin, section.bottom_margin = Pt(TOP), Pt(BOTTOM)


def _heading(numbered: tuple[str, Heading], word: Any) -> None:
    """A heading that is not listed is a bold line: Word makes its contents of whatever has a heading's style."""
    number, heading = numbered
    if heading.listed:
        word.add_heading(f"{number}  {clean(heading.text)}", level=heading.level)
        return
    line = word.add_paragraph()
    line.add_run(clean(heading.text)).bold = True
    line.paragraph_format.keep_with_next = True


@singledispatch
def add_block(block: Block, word: Any) -> None:
    raise TypeError(f"no block of a document: {type(block).__name__}")


@add_block.register
def _paragraph(block: Paragraph, word: Any) -> None:
    for part in clean(block.text).split("\n\n"):
        word.add_paragraph(part)


@add_block.register
def _items(block: Items, word: Any) -> None:
    for depth, mark, text in block.items:
        paragraph = word.add_paragraph(f"{clean(mark)}\t{clean(text)}")
        look = paragraph.paragraph_format
        look.left_indent, look.first_line_indent = Pt(ITEM * (min(depth, DEEPEST) + 1)), Pt(-ITEM)
        look.tab_stops.add_tab_stop(look.left_indent)
        look.space_after = Pt(2)


@add_block.register
def _note(block: Note, word: Any) -> None:
    paragraph = word.add_paragraph(clean(block.text), style="Note")
    shade(paragraph, f"{block.tone or 'secondary'}-tint", f"{block.tone or 'secondary'}-dot")


@add_block.register
def _page_break(block: PageBreak, word: Any) -> None:
    word.add_page_break()


@add_block.register
def _facts(block: Facts, word: Any) -> None:
    table = word.add_table(rows=0, cols=2, style="Assay Facts")
    widths = [(A4[0] - 2 * SIDE) * share for share in (0.3, 0.7)]
    table.autofit = False
    for label, text in block.facts:
        row = add_row(table, [clean(label), clean(text) or "–"], widths, "Cell", first="CellLabel")
        if len(text) < 400:
            keep_whole(row)
    word.add_paragraph(style="Gap")


@add_block.register
def _table(block: Table, word: Any) -> None:
    planned = plan(block)
    if planned.wide != (word.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
        _turn(word.add_section(), wide=planned.wide)
    if block.caption:
        word.add_paragraph(clean(block.caption), style="Caption").paragraph_format.keep_with_next = True
    table = word.add_table(rows=0, cols=len(block.headings), style="Assay Table")
    table.autofit = False
    for column, width in zip(table.columns, planned.widths, strict=True):
        column.width = Pt(width)
    repeat_head(add_row(table, [clean(heading) for heading in block.headings], planned.widths, "CellHead"))
    for row in block.rows:
        add_row(table, ["" if value is None else clean(value) for value in row], planned.widths, "Cell")
    word.add_paragraph(style="Gap")
    if planned.wide:
        _turn(word.add_section(), wide=False)


@add_block.register
def _picture(block: PictureBlock, word: Any) -> None:
    drawing = block.picture.drawing()
    width = min(drawing.width, A4[0] - 2 * SIDE)
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True  # with what it says
    shape = paragraph.add_run().add_picture(io.BytesIO(to_png(drawing)), width=Emu(int(Pt(width))))
    describe_picture(shape, block.picture.title, block.picture.description)
    said = block.caption or f"{block.picture.title}. {block.picture.description}"
    word.add_paragraph(clean(said), style="Caption")
    headings, rows = block.picture.table()
    if rows:
        add_block(Table(headings, rows), word)

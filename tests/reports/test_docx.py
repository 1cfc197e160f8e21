"""DOCX, read back as Word would read it."""

import io
import time
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from grc.reports.document import Facts, Heading, Note, Paragraph, Table
from grc.reports.docx import to_docx
from tests.reports.sample import HASH, HEADINGS, document, rows


def opened(**more: Any) -> Any:
    return docx.Document(io.BytesIO(to_docx(document(**more))))


def part(content: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def test_headings_are_headings():
    word = opened()
    found = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "1  What it is"), ("Heading 2", "1.1  Purpose"),
        ("Heading 1", "2  Risks"), ("Heading 1", "3  Where they lie"),
    ]  # fmt: skip
    assert next(p for p in word.paragraphs if p.style.name == "Title").text == "Risk assessment of claims triage"


def test_cover_and_properties_say_what_it_is():
    word = opened()
    facts = {row.cells[0].text: row.cells[1].text for row in word.tables[0].rows}
    assert facts["Reference"] == "RSK-0012"
    assert facts["SHA-256"] == HASH
    assert facts["Date"] == "21 November 2026, 07:30 UTC"
    core = word.core_properties
    assert (core.title, core.author, core.language) == ("Risk assessment of claims triage", "Mara Lind", "en-gb")
    assert (core.version, core.content_status, core.category) == ("3", "Approved", "Confidential")
    assert HASH in core.comments


def test_contents_and_page_numbers_are_fields():
    content = to_docx(document())
    body = part(content, "word/document.xml")
    codes = [text.text.strip() for text in body.iter(qn("w:instrText"))]
    assert codes == ['TOC \\o "1-3" \\h \\z \\u']
    kinds = [char.get(qn("w:fldCharType")) for char in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert part(content, "word/settings.xml").find(qn("w:updateFields")).get(qn("w:val")) == "true"
    foot = opened().sections[0].footer._element
    assert [text.text.strip() for text in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_head_and_foot_name_the_document():
    section = opened().sections[0]
    assert "RSK-0012 · Risk assessment of claims triage" in section.header.paragraphs[0].text
    foot = section.footer.paragraphs[0].text
    assert foot.startswith(f"Confidential · version 3 · Approved · SHA-256 {HASH[:16]}…")
    assert section.different_first_page_header_footer is True


def test_a_table_has_every_row_and_repeats_its_head():
    table = next(t for t in opened().tables if t.rows[0].cells[0].text == "Reference" and len(t.columns) == 4)
    assert [cell.text for cell in table.rows[0].cells] == HEADINGS
    assert [row.cells[0].text for row in table.rows[1:]] == [row[0] for row in rows(38)]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr is None or table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
    assert 9500 < sum(widths) < 10_000  # a page of A4 between its margins, in twentieths of a point


def test_pictures_have_words_for_who_cannot_see_them():
    word = opened()
    assert len(word.inline_shapes) == 1
    said = word.inline_shapes[0]._inline.docPr
    assert said.get("descr") == "Where the risks lie. Six risks."
    assert word.inline_shapes[0].width <= word.sections[0].page_width


def test_a_wide_table_lies_on_its_side():
    wide = Table([f"Heading number {n}" for n in range(14)], [["some words in it"] * 14] * 3)
    word = docx.Document(io.BytesIO(to_docx(document(Paragraph("x"), wide, Paragraph("y")))))
    assert [int(section.page_width or 0) > int(section.page_height or 0) for section in word.sections] == [
        False,
        True,
        False,
    ]


def test_language_is_set_for_every_word():
    styles = part(to_docx(document()), "word/styles.xml")
    assert [lang.get(qn("w:val")) for lang in styles.iter(qn("w:lang"))][:1] == ["en-GB"]


def test_every_part_is_well_formed_and_every_relation_leads_somewhere():
    content = to_docx(document())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        targets = {r.get("Target") for r in relations if r.get("TargetMode") != "External"}
        assert {f"word/{target}" for target in targets if not target.startswith(("../", "/"))} <= names


ORDERS = {  # the order that the schema demands of what we add by hand
    "w:pPr": ("w:pStyle", "w:keepNext", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"),
    "w:trPr": ("w:cantSplit", "w:tblHeader"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_properties_stand_in_the_order_of_the_schema(name):
    body = part(to_docx(document()), "word/document.xml")
    order = [qn(tag) for tag in ORDERS[name]]
    found = list(body.iter(qn(name)))
    assert found
    for properties in found:
        places = [order.index(child.tag) for child in properties if child.tag in order]
        assert places == sorted(places), etree.tostring(properties)


@pytest.mark.parametrize("text", ["nul \x00 bell \x07", "lone \ud800", "😀", "<w:p/> & ]]>", "שלום 中文", "", "\n\n"])
def test_no_text_breaks_it(text):
    blocks = (Heading(text), Paragraph(text), Facts([(text, text)]), Note(text), Table([text], [[text]], caption=text))
    content = to_docx(document(*blocks, title=text, organisation=text, reference=text, author=text))
    assert docx.Document(io.BytesIO(content)).paragraphs


def test_a_thousand_rows_take_seconds():
    start = time.process_time()
    word = docx.Document(io.BytesIO(to_docx(document(Table(HEADINGS, rows(1000))))))
    assert len(word.tables[1]._tbl.tr_lst) == 1001
    assert time.process_time() - start < 20


def test_the_same_document_gives_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch):
    first = to_docx(document())
    later = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_seconds: later)
    assert to_docx(document()) == first

"""PDF as its reader finds it: pages, heads, feet, bookmarks, fonts, tags."""

import re
import resource
import time
import zlib

import pypdfium2
import pytest

from grc.pictures.fonts import em
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.reports.document import Facts, Heading, Note, PageBreak, Paragraph, PictureBlock, Table
from grc.reports.pdf import to_pdf
from grc.reports.tables import NARROW_PAGE, plan
from tests.reports.sample import HASH, HEADINGS, document, outline, rows, sizes, tags, texts, whole

HEAD = "Reference Risk Score What is done"


def objects(pdf: bytes) -> str:
    """Everything in the file that is not squeezed."""
    return pdf.decode("latin-1")


def streams(pdf: bytes) -> list[str]:
    """What draws each page."""
    found = []
    for match in re.finditer(rb"/FlateDecode \] /Length \d+\s*>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        content = zlib.decompressobj().decompress(match[1])
        if b"BT" in content:
            found.append(content.decode("latin-1"))
    return found


def test_cover_says_what_the_document_is():
    cover = texts(to_pdf(document()))[0]
    for said in ("Nordhaven Insurance", "Risk assessment of claims triage", "RSK-0012", "Approved", "Confidential"):
        assert said in cover
    assert "21 November 2026, 07:30 UTC" in cover
    assert HASH in cover
    assert "Page 1" not in cover


def test_contents_lead_to_the_pages_of_the_headings():
    pdf = to_pdf(document())
    pages = texts(pdf)
    listed = re.findall(r"(\d(?:\.\d)?) ([A-Z][a-z ]+?) (\d+)(?= |$)", pages[1].partition("Contents")[2])
    assert [(number, title) for number, title, _page in listed[:4]] == [
        ("1", "What it is"), ("1.1", "Purpose"), ("2", "Risks"), ("3", "Where they lie"),
    ]  # fmt: skip
    for number, title, page in listed[:4]:
        assert f"{number} {title}" in pages[int(page) - 1], (title, page)


def test_contents_are_links():
    assert objects(to_pdf(document())).count("/Subtype /Link") == 4


def test_bookmarks_name_every_heading_with_its_page():
    pdf = to_pdf(document())
    pages = texts(pdf)
    marks = outline(pdf)
    assert [(level, title) for level, title, _page in marks] == [
        (0, "1 What it is"), (1, "1.1 Purpose"), (0, "2 Risks"), (0, "3 Where they lie"),
    ]  # fmt: skip
    for _level, title, page in marks:
        assert title in pages[page]


def test_a_long_table_repeats_its_head_on_every_page():
    pages = texts(to_pdf(document(Table(HEADINGS, rows(138)), cover=False)))
    assert len(pages) > 3
    assert [page.count(HEAD) for page in pages] == [1] * len(pages)
    whole = " ".join(pages)
    assert [whole.count(f"RSK-{n:04d} ") for n in range(1, 139) if n != 12] == [1] * 137


def test_every_page_but_the_cover_names_page_version_and_hash():
    pages = texts(to_pdf(document()))
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page
        assert f"SHA-256 {HASH[:16]}…" in page
        assert "version 3" in page
        assert "RSK-0012 · Risk assessment of claims triage" in page


def test_a_row_that_is_higher_than_a_page_is_split_and_loses_nothing():
    long = " ".join(f"word{n}" for n in range(3000))
    pages = texts(to_pdf(document(Table(["A", "B"], [["first", "x"], [long, "y"], ["last", "z"]]), cover=False)))
    assert len(pages) > 3
    found = re.findall(r"word\d+", " ".join(pages))
    assert found == [f"word{n}" for n in range(3000)]


def test_a_row_that_fits_on_a_page_is_kept_whole():
    text = " ".join(["treated"] * 220)
    pages = texts(to_pdf(document(Table(["A", "B"], [[f"R{n}", text] for n in range(12)]), cover=False)))
    assert len(pages) > 1
    assert {page.count("treated") % 220 for page in pages} == {0}


def test_a_wide_table_lies_on_its_side_and_what_follows_stands_again():
    wide = Table([f"Heading number {n}" for n in range(14)], [["some words in it"] * 14] * 3)
    pages = sizes(to_pdf(document(Heading("One"), Paragraph("x"), Heading("Two"), wide, Heading("Three"), cover=False)))
    assert pages == [(595, 842), (842, 595), (595, 842)]


def test_a_long_chain_lies_on_its_side_where_one_can_read_it():
    nodes = [GraphNode(str(n), f"Step number {n}", "Owner", "blue") for n in range(9)]
    edges = [GraphEdge(str(n), str(n + 1), "handed on") for n in range(8)]
    picture = PictureBlock(Graph("Steps", "One after the other.", nodes, edges))
    pages = sizes(to_pdf(document(Heading("One"), picture, Heading("Two"), Paragraph("x"), cover=False)))
    assert pages == [(595, 842), (842, 595), (595, 842)]


def test_a_heading_inside_a_text_has_no_number_and_no_place_in_the_contents():
    made = document(Heading("One"), Heading("Inside", 3, listed=False), Paragraph("x"), Heading("Two"))
    assert [(number, heading.text) for number, heading in made.contents] == [("1", "One"), ("2", "Two")]
    pdf = to_pdf(made)
    assert [title for _level, title, _page in outline(pdf)] == ["1 One", "2 Two"]
    assert "1 One Inside x 2 Two" in texts(pdf)[-1]


def test_a_heading_is_never_the_last_on_its_page():
    blocks = [block for n in range(60) for block in (Heading(f"Section {n}"), Paragraph("Text. " * 90))]
    pages = texts(to_pdf(document(*blocks)))
    for page in pages[1:]:
        body = page.partition("Page")[0].rpartition("claims triage")[2]
        assert not re.search(r"Section \d+\s*$", body), page[-200:]


def test_long_words_stay_inside_the_page():
    word = "x" * 4000
    pdf = to_pdf(document(Paragraph(word), Facts([(word, word)]), Table(["A", "B"], [[word, word]]), Note(word)))
    opened = pypdfium2.PdfDocument(pdf)
    for page in opened:
        width, height = page.get_size()
        for thing in page.get_objects():
            left, bottom, right, top = thing.get_bounds()
            assert left >= -1, page
            assert right <= width + 1
            assert bottom >= -1
            assert top <= height + 1


def test_text_is_never_markup():
    evil = "<b>bold</b> <img src='http://198.51.100.7/x.png'/> <para>&amp; <a href=\"x\">y</a> ]]> (a) \\n %PDF"
    page = " ".join(texts(to_pdf(document(Paragraph(evil), Table([evil], [[evil]]), cover=False))))
    assert page.count("<b>bold</b>") >= 3
    assert "198.51.100.7" in page
    assert "&amp;" in page


@pytest.mark.parametrize(
    "text",
    [
        "nul \x00 and bell \x07 and delete \x7f",
        "surrogate \ud800 alone",
        "שלום עולם 123 مرحبا بالعالم",
        "中文 日本語 ひらがな 한국어",
        "😀 👩‍👩‍👧 \U0001f9ff \U00010348",
        "e\u0301 a\u0308 \u202ereversed\u202c \ufeff\u200b",
        "\n\n\n",
        "",
        "a\u2028b\u2029c",
        "\ue000\uf8ff\ufdd0",
    ],
    ids=range(10),
)
def test_no_text_breaks_it(text):
    blocks = (Heading(text), Paragraph(text), Facts([(text, text)]), Note(text), Table([text], [[text]], caption=text))
    pdf = to_pdf(document(*blocks, title=text, organisation=text, reference=text, classification=text, author=text))
    assert len(pypdfium2.PdfDocument(pdf)) >= 2


def test_european_letters_are_drawn_and_read_back():
    text = "Příliš žluťoučký kůň Ελληνικά Кириллица ąćęłńóśźż ßäöüÄÖÜ “quotes” – — … → ✓ ≥ € ½"
    assert text in " ".join(texts(to_pdf(document(Paragraph(text), cover=False))))


def test_hebrew_reads_from_right_to_left():
    pdf = to_pdf(document(Paragraph("שלום"), cover=False))
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    places = {page.get_text_range(at, 1): page.get_charbox(at)[0] for at in range(page.count_chars())}
    assert places["ש"] > places["ל"] > places["ו"] > places["ם"]


def test_every_font_is_embedded():
    raw = objects(to_pdf(document()))
    fonts = re.findall(r"/BaseFont /(\S+)", raw)
    used = {name for name in fonts if "+" in name}
    assert {name.rpartition("+")[2] for name in used} >= {"NotoSans-Regular", "NotoSans-SemiBold", "DejaVuSansMono"}
    assert raw.count("/FontFile2") == len(used)


def test_no_font_is_used_that_is_not_embedded():
    pdf = to_pdf(document())
    names = {key for stream in streams(pdf) for key in re.findall(r"/(F\d\S*) [\d.]+ Tf", stream)}
    raw = objects(pdf)
    plain = dict(re.findall(r"/BaseFont /(Helvetica\S*|Times\S*|Courier\S*).*?/Name /(F\d+)", raw, re.DOTALL))
    assert names
    assert not names & set(plain.values())


def test_metadata_language_and_title_for_the_window():
    opened = pypdfium2.PdfDocument(to_pdf(document()))
    said = opened.get_metadata_dict()
    assert said["Title"] == "Risk assessment of claims triage"
    assert said["Author"] == "Mara Lind"
    assert said["Subject"] == "Risk · RSK-0012 · 3"
    assert said["CreationDate"].startswith("D:20261121073000")
    raw = objects(to_pdf(document()))
    assert "/Lang (en-gb)" in raw
    assert "/DisplayDocTitle true" in raw


def test_it_is_tagged_and_every_mark_has_its_place_in_the_tree():
    pdf = to_pdf(document())
    raw = objects(pdf)
    assert "/Marked true" in raw
    for kind in ("Document", "H1", "H2", "P", "Table", "TR", "TH", "TD", "Figure", "TOC", "TOCI", "Note"):
        assert f"/S /{kind}" in raw, kind
    assert "/Alt (Where the risks lie. Six risks.)" in raw
    assert "/Tabs /S" in raw
    marks = sum(len(re.findall(r"<</MCID \d+>> BDC", stream)) for stream in streams(pdf))
    assert marks > 100
    tree = raw.partition("/Nums [")[2].partition("] ]")[0]
    assert len(re.findall(r"\d+ 0 R", tree)) == marks
    for stream in streams(pdf):
        assert len(re.findall(r"\b(?:BDC|BMC)\b", stream)) == len(re.findall(r"\bEMC\b", stream))


def test_the_same_document_gives_the_same_bytes():
    assert to_pdf(document()) == to_pdf(document())


def test_without_a_cover_the_title_stands_on_the_first_page():
    pages = texts(to_pdf(document(Paragraph("x"), cover=False)))
    assert len(pages) == 1
    assert "Risk assessment of claims triage Risk · Approved · 21 November 2026, 07:30 UTC" in pages[0]


def test_a_page_break_breaks_once():
    blocks = (PageBreak(), Paragraph("a"), PageBreak(), PageBreak(), Paragraph("b"))
    assert len(sizes(to_pdf(document(*blocks)))) == 3  # cover, a, b
    assert len(sizes(to_pdf(document(*blocks, cover=False)))) == 3  # title, a, b


def test_ten_thousand_rows_stay_within_time_and_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    pdf = to_pdf(
        document(Table([*HEADINGS, "State", "Owner"], [[*row, "Open", "Ann Example"] for row in rows(10_000)]))
    )
    seconds = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    pages = len(pypdfium2.PdfDocument(pdf))
    print(  # noqa: T201  (a figure that quality asks for)
        f"10,000 rows: {pages} pages, {seconds:.1f} s, {grown:.0f} MB more, {len(pdf) / 1e6:.1f} MB of file"
    )
    assert pages > 300
    assert seconds < 60
    assert grown < 400


def test_a_reader_finds_the_tags():
    found = tags(to_pdf(document(*whole()[:-2], Table(HEADINGS, rows(3)))))
    assert found.count("TH") >= 4
    assert {"Document", "H1", "H2", "P", "Table", "TR", "TD", "Note", "TOC"} <= set(found)


def test_widths_that_are_asked_for_break_no_word():
    headings, row = ["Clause", "What is looked for"], ["6.1.3", "Responsibilities " * 20]
    narrow = plan(Table(headings, [row], widths=(1, 40)))
    assert narrow.widths[0] >= em("Clause", "bold") * narrow.size
    assert sum(narrow.widths) == pytest.approx(NARROW_PAGE)
    wide = plan(Table(headings, [row], widths=(1, 3)))
    assert wide.widths == pytest.approx([NARROW_PAGE / 4, NARROW_PAGE * 3 / 4])

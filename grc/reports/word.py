"""What python-docx leaves to its users: fields, styles, languages, alternative texts, repeated heads."""

from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from lxml.etree import SubElement

from grc.pictures.palette import PAPER, rgb

FONT = "Calibri"
TEXTS = {  # name: (points, bold, colour, space before, space after)
    "Organisation": (12, False, "quiet", 120, 6),
    "Contents": (15, True, "ink", 0, 8),
    "Small": (8, False, "quiet", 0, 0),
    "Cell": (8.5, False, "ink", 2, 2),
    "CellHead": (8.5, True, "ink", 3, 3),
    "CellLabel": (8.5, False, "quiet", 2, 2),
    "Note": (10, False, "ink", 6, 10),
    "Gap": (4, False, "ink", 0, 0),
}
KNOWN = {
    "Normal": (10, False, "ink", 0, 6),
    "Title": (26, True, "ink", 0, 4),
    "Subtitle": (14, False, "quiet", 0, 40),
    "Heading 1": (15, True, "accent", 20, 6),
    "Heading 2": (12, True, "ink", 14, 4),
    "Heading 3": (10.5, True, "ink", 10, 3),
    "Caption": (8.5, False, "quiet", 4, 4),
    "Header": (8, False, "quiet", 0, 0),
    "Footer": (8, False, "quiet", 0, 0),
}


def style_document(word: Any) -> None:
    """The look of the PDF, as styles that an editor can change in one place."""
    for name, look in KNOWN.items():
        _style(word.styles[name], *look)
    for name, look in TEXTS.items():
        made = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = word.styles["Normal"]
        _style(made, *look)
    for name, inner in (("Assay Table", "hair"), ("Assay Facts", "hair")):
        _table_style(word, name, inner)
    word.styles["CellHead"].paragraph_format.keep_with_next = True  # a table's head is not the last line of a page
    title = word.styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)  # the template's line below a title


def _style(style: Any, size: float, bold: bool, colour: str, before: float, after: float) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = RGBColor(*rgb(colour))
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _table_style(word: Any, name: str, inner: str) -> None:
    style = word.styles.add_style(name, WD_STYLE_TYPE.TABLE)
    borders = _element("w:tblBorders")
    for side, colour in (("top", "line"), ("bottom", "line"), ("insideH", inner)):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=PAPER[colour][1:]))
    properties = _element("w:tblPr")
    properties.append(borders)
    style.element.append(properties)
    first = _element("w:tblStylePr", type="firstRow")
    if name == "Assay Table":
        cells = _element("w:tcPr")
        cells.append(_element("w:shd", val="clear", color="auto", fill=PAPER["raised"][1:]))
        first.append(cells)
        style.element.append(first)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """A field that Word computes (PAGE, NUMPAGES, TOC); ``shown`` stands there until it does."""
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run(shown if kind == "text" else "")
        if kind is None:
            text = _element("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run._r.append(text)
        elif kind != "text":
            run._r.append(_element("w:fldChar", fldCharType=kind))


def update_fields_on_opening(word: Any) -> None:
    settings = word.settings.element
    made = _element("w:updateFields", val="true")
    # the schema orders the settings: this one stands before the compatibility block
    compat = settings.find(qn("w:compat"))
    settings.append(made) if compat is None else compat.addprevious(made)


def set_language(word: Any, language: str) -> None:
    first, _, second = language.partition("-")
    tag = f"{first}-{second.upper()}" if second else first
    for run in word.styles.element.iter(qn("w:rPrDefault")):
        properties = run.find(qn("w:rPr"))
        if properties is not None:
            for old in properties.findall(qn("w:lang")):
                properties.remove(old)
            properties.append(_element("w:lang", val=tag, eastAsia=tag, bidi="ar-SA"))


def add_row(table: Any, texts: Sequence[str], widths: Sequence[float], style: str, first: str = "") -> Any:
    """A row of cleaned texts, as its element; ``first`` is the style of its first cell where that differs.

    python-docx would take some milliseconds for each cell, which is long for ten thousand rows.
    """
    row = SubElement(table._tbl, qn("w:tr"))
    for at, (text, width) in enumerate(zip(texts, widths, strict=False)):
        cell = SubElement(row, qn("w:tc"))
        size = SubElement(SubElement(cell, qn("w:tcPr")), qn("w:tcW"))
        size.set(qn("w:type"), "dxa")
        size.set(qn("w:w"), str(round(width * 20)))
        paragraph = SubElement(cell, qn("w:p"))
        named = SubElement(SubElement(paragraph, qn("w:pPr")), qn("w:pStyle"))
        named.set(qn("w:val"), first if first and not at else style)
        if text:
            run = SubElement(paragraph, qn("w:r"))
            for number, line in enumerate(text.split("\n")):
                if number:
                    SubElement(run, qn("w:br"))
                written = SubElement(run, qn("w:t"))
                written.set(qn("xml:space"), "preserve")
                written.text = line
    return row


def repeat_head(row: Any) -> None:
    """The row stands again on top of every page that its table reaches."""
    keep_whole(row)
    row.trPr.append(_element("w:tblHeader", val="true"))


def keep_whole(row: Any) -> None:
    """The row is not split between two pages."""
    row.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def describe_picture(shape: Any, title: str, description: str) -> None:
    """What a screen reader says instead of the picture."""
    properties = shape._inline.docPr
    properties.set("title", title)
    properties.set("descr", f"{title}. {description}")


def shade(paragraph: Any, fill: str, edge: str) -> None:
    """A shade behind a paragraph and a bar at its left."""
    properties = paragraph._p.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element("w:left", val="single", sz="24", space="8", color=PAPER[edge][1:]))
    shading = _element("w:shd", val="clear", color="auto", fill=PAPER[fill][1:])
    # in the order of the schema: borders and shade stand after the style and before the spacing
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(shading, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")

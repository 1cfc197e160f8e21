"""A document with everything in it, and what a reader of its PDF finds."""

import ctypes
import datetime as dt
import re
from typing import Any

import pypdfium2
from pypdfium2 import raw

from grc.pictures.heat_map import HeatCell, HeatMap
from grc.reports.document import Block, Document, Facts, Heading, Note, PageBreak, Paragraph, PictureBlock, Table

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
AT = dt.datetime(2026, 11, 21, 7, 30, tzinfo=dt.UTC)
HEADINGS = ["Reference", "Risk", "Score", "What is done"]


def rows(count: int) -> list[list[Any]]:
    plan = "A second reviewer looks at each refusal, and the threshold is lowered when many are reversed."
    return [[f"RSK-{n:04d}", f"Wrong refusal number {n}", n % 25 + 1, plan] for n in range(1, count + 1)]


def heat() -> HeatMap:
    cells = [[HeatCell(2, "red", "/somewhere"), HeatCell(0, "green")], [HeatCell(1, "yellow"), HeatCell(3, "green")]]
    return HeatMap("Where the risks lie", "Six risks.", ["Likely", "Rare"], ["Minor", "Major"], cells)


def document(*blocks: Block, **more: Any) -> Document:
    usual = {
        "title": "Risk assessment of claims triage",
        "organisation": "Nordhaven Insurance",
        "subtitle": "Risk",
        "reference": "RSK-0012",
        "version": "3",
        "sha256": HASH,
        "made_at": AT,
        "classification": "Confidential",
        "status": "Approved",
        "author": "Mara Lind",
    }
    return Document(**{**usual, **more}, blocks=blocks or whole())


def whole() -> tuple[Block, ...]:
    return (
        Heading("What it is"),
        Facts([("Name", "Claims triage"), ("Owner", "Ann <ann@example.org>"), ("Empty", "")]),
        Heading("Purpose", 2),
        Paragraph("It sorts claims.\n\nIt refuses none."),
        Note("Read this first.", "yellow"),
        Heading("Risks"),
        Table(HEADINGS, rows(38), caption="Every risk"),
        PageBreak(),
        Heading("Where they lie"),
        PictureBlock(heat(), caption="Likelihood and impact"),
    )


def texts(pdf: bytes) -> list[str]:
    """The text of every page, each run of white space as one space."""
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    return [(round(width), round(height)) for width, height in (page.get_size() for page in pypdfium2.PdfDocument(pdf))]


def outline(pdf: bytes) -> list[tuple[int, str, int]]:
    """(level from 0, title, page from 0) of every bookmark."""
    found = []
    for mark in pypdfium2.PdfDocument(pdf).get_toc():
        place = mark.get_dest()
        assert place is not None
        found.append((mark.level, mark.get_title(), place.get_index()))
    return found


def tags(pdf: bytes) -> list[str]:
    """The kinds of every node of the structure tree, page by page, as a PDF reader finds them."""
    found: list[str] = []
    for page in pypdfium2.PdfDocument(pdf):
        tree = raw.FPDF_StructTree_GetForPage(page)
        for at in range(raw.FPDF_StructTree_CountChildren(tree)):
            _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, at), found)
        raw.FPDF_StructTree_Close(tree)
    return found


def _walk(element: Any, found: list[str]) -> None:
    size = raw.FPDF_StructElement_GetType(element, None, 0)
    text = ctypes.create_string_buffer(size)
    raw.FPDF_StructElement_GetType(element, text, size)
    found.append(text.raw.decode("utf-16-le").rstrip("\0"))
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, at)
        if child:
            _walk(child, found)

"""A document as blocks, which says nothing about paper: ``grc.reports.pdf`` and ``grc.reports.docx`` draw it."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grc.pictures.fonts import clean
from grc.pictures.picture import Picture


@dataclass(frozen=True)
class Heading:
    """``level`` is 1 (numbered 1, 2, ...), 2 (1.1) or 3 (1.1.1); each stands in the contents and the bookmarks.

    One that is not ``listed`` belongs to a text inside: it has no number, and stands in neither.
    """

    text: str
    level: int = 1
    listed: bool = True


@dataclass(frozen=True)
class Paragraph:
    """Plain text; a line break in it stays one."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Names and what they are: (label, text), in this order."""

    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """``widths`` are shares of the page's width, one a column; without them they follow from what the cells hold.

    A cell is text, or whatever ``str`` makes a text of. A wide table turns its pages on their side.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] | None = None
    caption: str = ""


@dataclass(frozen=True)
class Items:
    """A list. Each entry is (depth from 0, its mark such as "•" or "2.", text); without a mark it goes on with the one
    before."""

    items: Sequence[tuple[int, str, str]]


@dataclass(frozen=True)
class PictureBlock:
    """A chart, heat map, timeline or graph, drawn as on the page, with its table for who cannot see it."""

    picture: Picture
    caption: str = ""


@dataclass(frozen=True)
class Note:
    """A paragraph set apart. ``tone`` is red, orange, yellow, green, blue or empty."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Facts | Items | Table | PictureBlock | Note | PageBreak


@dataclass(frozen=True)
class Document:
    """``made_at`` stands on the first page as a date and a time in UTC.

    ``sha256``: of what the document shows (a version's bytes): whole on the cover, its beginning on every page.
    ``cover``: a page of its own with what the document is, then the contents; without it, both are left out and the
    first page begins with the title (lists). ``language`` as in HTML, such as ``en-gb``.
    """

    title: str
    organisation: str
    subtitle: str = ""
    reference: str = ""
    version: str = ""
    sha256: str = ""
    made_at: dt.datetime | None = None
    classification: str = ""
    blocks: Sequence[Block] = ()
    status: str = ""
    author: str = ""
    language: str = "en-gb"
    cover: bool = True
    facts: Sequence[tuple[str, str]] = field(default=())

    @property
    def contents(self) -> list[tuple[str, Heading]]:
        """Its headings with their numbers, in order."""
        return numbered([block for block in self.blocks if isinstance(block, Heading) and block.listed])


def tidy(document: Document) -> Document:
    """The document with its own texts in one line each, and without what cannot be drawn; blocks see to theirs."""
    names = (
        "title",
        "organisation",
        "subtitle",
        "reference",
        "version",
        "sha256",
        "classification",
        "status",
        "author",
    )
    texts = {name: " ".join(clean(getattr(document, name)).split()) for name in names}
    facts = [(clean(label), clean(text)) for label, text in document.facts]
    return dataclasses.replace(document, **texts, facts=facts)  # type: ignore[arg-type]


def numbered(headings: Sequence[Heading]) -> list[tuple[str, Heading]]:
    """("1.2", heading): each level counts within the one above. A level that skips one is taken as the next."""
    counts = [0, 0, 0]
    found: list[tuple[str, Heading]] = []
    before = 0
    for heading in headings:
        level = min(max(heading.level, 1), 3, before + 1)
        counts[level - 1] += 1
        counts[level:] = [0] * (3 - level)
        found.append((".".join(str(n) for n in counts[:level]), Heading(heading.text, level)))
        before = level
    return found

"""A version's own part in its register's words, for the page on which it is signed: the blocks of its document."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grc.registers.register import registers
from grc.reports.document import Block, Facts, Heading, Note, Paragraph, Table


@dataclass(frozen=True)
class Shown:
    """``kind`` is heading, text, note, facts or table, and says which of the others are there."""

    kind: str
    text: str = ""
    tone: str = ""
    facts: Sequence[tuple[str, str]] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()


def worded_parts(body: dict[str, Any]) -> list[tuple[str, list[Shown]]] | None:
    """Titles with what stands below each; None where the register has no words of its own for it."""
    own = registers.by_slug(body["register"]).on_paper(body)
    return None if own is None else [(str(title), list(_shown(blocks))) for title, blocks in own]


def _shown(blocks: Iterable[Block]) -> Iterator[Shown]:
    for block in blocks:
        match block:
            case Heading(text):
                yield Shown("heading", text)
            case Paragraph(text):
                yield Shown("text", text)
            case Note(text, tone):
                yield Shown("note", text, tone)
            case Facts(facts):
                yield Shown("facts", facts=facts)
            case Table(headings, rows):
                yield Shown("table", headings=headings, rows=rows)

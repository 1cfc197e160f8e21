"""Every clause of ISO/IEC 42001, and every control that asks for documented information, with what answers it."""

from collections.abc import Iterable
from dataclasses import dataclass

from aims.clauses import annex, context, operation, partners, planning, support
from aims.clauses.facts import ISO_42001, Facts
from aims.clauses.found import Answer, Found, find
from controls.catalogues.shipped import Item, catalogue

ANSWERS: tuple[Answer, ...] = (
    *context.ANSWERS,
    *planning.ANSWERS,
    *support.ANSWERS,
    *operation.ANSWERS,
    *annex.ANSWERS,
)
"""In the order of the standard: its clauses, then the controls of Annex A that ask for documented information."""

BY_CODE = {answer.code: answer for answer in (*ANSWERS, *partners.ANSWERS)}
"""With those controls that ask for no document, and which registers answer all the same."""

SHOWS = ("clauses", "documents")
"""All clauses; or the clauses and controls that ask for documented information."""


@dataclass(frozen=True)
class Chapter:
    """A clause with all that stands below it. ``shown``: those that were asked for."""

    item: Item
    all: list[Found]
    shown: list[Found]

    @property
    def done(self) -> int:
        return sum(found.is_done for found in self.all)


def chapters(facts: Facts, *, show: str = "clauses", missing: bool = False) -> list[Chapter]:
    """The map: chapter by chapter, how each clause stands. ``missing``: only those for which something is to do.

    A fixed number of queries, whatever the registers hold.
    """
    groups: dict[str, list[Found]] = {}
    for answer in chosen(show):
        head = answer.code.split(".")[0] if answer.code[0] != "A" else ".".join(answer.code.split(".")[:2])
        groups.setdefault(head, []).append(find(answer, facts))
    made = [
        Chapter(catalogue(ISO_42001).item(head), rows, [row for row in rows if not (missing and row.is_done)])
        for head, rows in groups.items()
    ]
    return [chapter for chapter in made if chapter.shown]


def chosen(show: str) -> Iterable[Answer]:
    """The answers that belong to one of ``SHOWS``."""
    if show == "documents":
        return [answer for answer in ANSWERS if answer.item.documents]
    return [answer for answer in ANSWERS if answer.item.kind == "clause"]

"""Which framework a number belongs to: by what the text says near it, else by who asks, else every one possible."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from controls.citations.citation import OTHER
from controls.citations.layout import Layout, Line
from controls.citations.names import ANNEX, FAMILIES, LAW, Mention, Mentions

NEAR = 300
"""Characters before and behind a number, on its line, in which a name is about it."""

CLOSE = 48
"""Characters that may stand between a name and the number that it introduces."""

INTRODUCES = re.compile(
    r"[\s,:;(\[–—\"'`*_/-]*(?:(?:reference|controls?|clauses?|sub-?clauses?|cl\.|sections?|sec\.|annex(?: a|es)?|§+|"
    r"criteri(?:on|a)|requirements?|subcategor(?:y|ies)|see)[\s,:–—-]*){0,3}",
    re.IGNORECASE,
)
FOLLOWS = re.compile(
    r"(?:[\s\"'`*_)\]]*(?:of|in|from|under|within|per)\s+(?:the\s+)?(?:standard\s+|regulation\s+)?(?:EU\s+)?"
    r"|[\s\"'`*_]*[(\[]\s*|\s)",
    re.IGNORECASE,
)
JOINS = re.compile(r"\s*(?:and|or|&|/|,|\+)\s*", re.IGNORECASE)
HEAD_WORDS = re.compile(
    r"(?:\b(?:annex|a|b|controls?|objectives?|and|the|of|in|for|from|to|reference|requirements?|clauses?|statement|"
    r"applicability|soa|mapping|ai|management|system|aims|isms|information|security|standard|iec|part|table|list|"
    r"overview|compliance|with)\b|[\W\d_])*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Belongs:
    """``is_named``: the text or who asked says whose it is; ``is_near``: it is said of this very number.

    ``edition``: the year that stands with the name.
    """

    frameworks: tuple[str, ...]
    is_named: bool = True
    is_near: bool = True
    edition: str = ""


class Context:
    """What a text says about the numbers in it. ``framework``: what who asks holds it for, or empty."""

    def __init__(self, text: str, layout: Layout, framework: str) -> None:
        self.text, self.layout, self.framework = text, layout, framework
        self.mentions = Mentions(text)
        self._headings = {family: self._in_headings(family) for family in (ANNEX, LAW)}
        self._anywhere = {family: self._named_anywhere(family) for family in (ANNEX, LAW)}

    def belongs(self, family: str, start: int, end: int) -> Belongs:
        """Whose the numbers between two offsets are, which follow each other without a word between."""
        if family not in (ANNEX, LAW):
            return Belongs((family,), is_named=bool(self.mentions.of(family)) or self.framework == family)
        return (
            self._beside(family, start, end)
            or self._in_column(family, start)
            or self._on_line(family, start, end)
            or self._under_heading(family, start)
            or self._as_asked(family)
            or self._anywhere[family]
        )

    def past_name(self, family: str, position: int) -> int:
        """Behind the framework's name, where that follows at once: “A.5.2 of ISO 42001”; else the position itself."""
        behind = self._named_behind(family, position)
        return behind.end if behind else position

    def from_name(self, family: str, position: int) -> int:
        """Where the framework's name begins that introduces the position; else the position itself."""
        before = self._named_before(family, position)
        return before.start if before else position

    def _named_before(self, family: str, position: int) -> Mention | None:
        """The name that stands right before, with at most “clause” or the like between."""
        before = self.mentions.before(family, position)
        if before is None or not before.end <= position <= before.end + CLOSE:
            return None
        gap = self.text[before.end : position]
        return before if "\n" not in gap and "\t" not in gap and INTRODUCES.fullmatch(gap) else None

    def _named_behind(self, family: str, position: int) -> Mention | None:
        """The name that stands right behind: in brackets, or after “of”."""
        behind = self.mentions.after(family, position)
        if behind is None or behind.start > position + CLOSE // 2:
            return None
        gap = self.text[position : behind.start]
        return behind if "\n" not in gap and "\t" not in gap and FOLLOWS.fullmatch(gap) else None

    def introduces(self, framework: str, position: int) -> bool:
        """Whether the framework's name stands right before the position."""
        before = self._named_before(FAMILIES[framework], position)
        return before is not None and before.key == framework

    def heads_column(self, framework: str, position: int) -> bool:
        """Whether the head of the position's column names the framework."""
        head = self.layout.column_head(position)
        return head is not None and any(
            each.key == framework for each in self.mentions.within(FAMILIES[framework], *head)
        )

    def _beside(self, family: str, start: int, end: int) -> Belongs | None:
        before, behind = self._named_before(family, start), self._named_behind(family, end)
        if before and behind and "," in self.text[before.end : start]:
            before = None  # “GDPR, Art. 26 AI Act”: what follows without a comma is nearer
        nearest = before or behind
        return _of(self._joined(family, nearest)) if nearest else None

    def _joined(self, family: str, mention: Mention) -> list[Mention]:
        """With the one that is named in the same breath: “ISO 27001 and ISO 42001”."""
        earlier = self.mentions.before(family, mention.start)
        if earlier and len(gap := self.text[earlier.end : mention.start]) < 8 and JOINS.fullmatch(gap):
            return [earlier, mention]
        return [mention]

    def _in_column(self, family: str, position: int) -> Belongs | None:
        head = self.layout.column_head(position)
        return _of(self.mentions.within(family, *head)) if head else None

    def _on_line(self, family: str, start: int, end: int) -> Belongs | None:
        line = self.layout.line_at(start)
        first, last = max(line.start, start - NEAR), min(line.end, end + NEAR)
        if line.cells:  # what further cells name, they name for themselves
            own = self.mentions.within(family, *line.cell_span(line.cell(start)))
            return _of(_telling(own)) or _of(_telling(self.mentions.within(family, first, start))[-1:])
        return _of(_telling(self.mentions.within(family, first, last)))

    def _under_heading(self, family: str, position: int) -> Belongs | None:
        headings = self._headings[family]
        index = bisect_left(headings, position, key=lambda named: named[0].start)
        return _of(headings[index - 1]) if index else None

    def _as_asked(self, family: str) -> Belongs | None:
        return Belongs((self.framework,)) if FAMILIES.get(self.framework) == family else None

    def _named_anywhere(self, family: str) -> Belongs:
        found = _of(_telling(self.mentions.of(family)))
        if found is None:
            possible = tuple(key for key, its in FAMILIES.items() if its == family)
            return Belongs(possible, is_named=False, is_near=False)
        return replace(found, is_near=False)

    def _in_headings(self, family: str) -> list[list[Mention]]:
        """The names in each heading that has some: the last one before a number rules what comes below it."""
        found: list[list[Mention]] = []
        for mention in _telling(self.mentions.of(family)):
            line = self.layout.line_at(mention.start)
            if found and found[-1][0].start >= line.start:
                found[-1].append(mention)
            elif self.layout.is_heading(line) and (self._is_marked(line) or self._only_names(line)):
                found.append([mention])
        return found

    def _is_marked(self, line: Line) -> bool:
        return self.text[line.start : line.end].lstrip().startswith(("#", "**"))

    def _only_names(self, line: Line) -> bool:
        at, rest = line.start, ""
        for mention in self.mentions.between(line.start, line.end):
            rest, at = f"{rest}{self.text[at : mention.start]} ", mention.end
        return HEAD_WORDS.fullmatch(rest + self.text[at : line.end]) is not None


def _telling(mentions: Sequence[Mention]) -> list[Mention]:
    """Without those of standards that have no numbers of this kind: named in passing, they tell nothing."""
    return [each for each in mentions if each.key or each.is_alike]


def _of(mentions: Sequence[Mention]) -> Belongs | None:
    """All that are named, what has no catalogue last."""
    if not mentions:
        return None
    keys = dict.fromkeys(each.key for each in mentions if each.key)
    if any(not each.key for each in mentions):
        keys[OTHER] = None
    editions = {each.edition for each in mentions if each.key == "iso27001"}
    return Belongs(tuple(keys), edition=editions.pop() if len(editions) == 1 else "")

"""The table of contents: its pages are set aside first, and filled when the page numbers are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grc.pictures.drawing import Line, Text
from grc.pictures.lines import cut
from grc.reports.document import Heading
from grc.reports.flow import TOP, Flow, Sheet
from grc.reports.structure import Node

# size, style, indent of the number, indent of the words
ENTRY = {1: (10.0, "bold", 0.0, 20.0), 2: (9.5, "regular", 20.0, 46.0), 3: (9.0, "regular", 46.0, 80.0)}
STEP, SPACE, TITLE = 17.0, 6.0, 34.0
CONTENTS_FROM = 3  # headings; fewer need no contents


@dataclass(frozen=True)
class Found:
    """A heading in the body: the name of its place, its number and text, its level, its page (1, 2, ...)."""

    place: str
    number: str
    text: str
    level: int
    page: int


class Contents:
    """Reserve, set the body, then fill."""

    def __init__(self, flow: Flow, headings: Sequence[tuple[str, Heading]]) -> None:
        self.left = flow.left
        self.pages: list[Sheet] = []
        if len(headings) < CONTENTS_FROM:
            return
        self.node: Node = flow.root.child("TOC")
        flow.new_page()
        self.pages.append(flow.page)
        flow.draw(Text(flow.left, TOP + 15, _("Contents"), 15, "bold"), self.node.child("Caption"))
        self.tops: list[tuple[int, float]] = []
        y = TOP + TITLE
        for _number, heading in headings:
            y += SPACE if heading.level == 1 else 0
            if y + STEP > flow.page.bottom:
                flow.new_page()
                self.pages.append(flow.page)
                y = TOP
            self.tops.append((len(self.pages) - 1, y))
            y += STEP

    def fill(self, found: Sequence[Found]) -> None:
        if self.pages:
            for heading, (page, y) in zip(found, self.tops, strict=True):
                self._entry(self.pages[page], y, heading)

    def _entry(self, page: Sheet, y: float, heading: Found) -> None:
        size, style, first, indent = ENTRY[heading.level]
        right = page.width - self.left
        entry = self.node.child("TOCI")
        shown = cut(heading.text, size, right - self.left - indent - 44, style)
        words = Text(self.left + indent, y + 12, shown, size, style)
        figure = Text(right, y + 12, str(heading.page), size, style, "ink", "end")
        number = Text(self.left + first, y + 12, heading.number, size, style, "accent")
        page.items += [(entry, number), (entry, words), (entry, figure)]
        start, end = words.left + words.wide + 6, figure.left - 6
        page.items.append((None, Line(start, y + 10, max(end, start), y + 10, "line", 0.6, dashed=True)))
        page.links.append((self.left, y, right, y + STEP, heading.place))

"""Tables that break well: the head stands on every page, a row is split only where it is too high to be kept whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grc.pictures.drawing import Line, Rect, Text
from grc.pictures.fonts import clean, em
from grc.pictures.lines import lines
from grc.reports.document import Table
from grc.reports.flow import A4, SIDE, Flow
from grc.reports.structure import Node

SIZE, SMALL, STEP = 8.5, 7.5, 1.36
PAD_X, PAD_Y = 4.5, 3.4
SAMPLE = 300
WIDEST = 250.0
NARROW_PAGE, WIDE_PAGE = A4[0] - 2 * SIDE, A4[1] - 2 * SIDE
KEPT_WHOLE = 0.35
MANY, CRAMPED = 7, 1.3  # so many columns that want so much more than an upright page has
NUMBER = re.compile(r"[-+−]?[\d  .,']*\d\s?%?")


@dataclass(frozen=True)
class Plan:
    """How a table is set: the size of its letters, the width of each column, which are figures, which page."""

    size: float
    widths: list[float]
    figures: list[bool]
    wide: bool

    @property
    def step(self) -> float:
        return self.size * STEP


def plan(table: Table) -> Plan:
    columns = len(table.headings)
    size = SIZE if columns <= 7 else SMALL
    sample = [[clean(value) for value in row] for row in table.rows[:SAMPLE]]
    least, natural = _demands(table, sample, size)
    cramped = columns >= MANY and sum(natural) > NARROW_PAGE * CRAMPED
    wide = table.widths is None and (sum(least) > NARROW_PAGE or cramped)
    room = WIDE_PAGE if wide else NARROW_PAGE
    if table.widths is not None:
        whole = sum(table.widths)
        words = [_words(table, sample, size, at) for at in range(columns)]
        widths = _whole_words([share / whole * room for share in table.widths], words, room)
    else:
        widths = _share(least, natural, room)
    figures = [
        bool(cells) and all(NUMBER.fullmatch(cell) for cell in cells)
        for cells in ([row[at] for row in sample if at < len(row) and row[at]] for at in range(columns))
    ]
    return Plan(size, widths, figures, wide)


def _demands(table: Table, sample: list[list[str]], size: float) -> tuple[list[float], list[float]]:
    """For each column: what it needs so that words stay whole and texts readable, and what it would like."""
    least, natural = [], []
    for at, heading in enumerate(table.headings):
        cells = [row[at] for row in sample if at < len(row)]
        longest = max((em(line) for cell in cells for line in cell.split("\n") if len(line) < 400), default=0.0)
        if any(len(cell) >= 400 for cell in cells):
            longest = WIDEST / size
        words = [word for cell in cells for word in cell.split() if len(word) <= 40]
        word = max((em(word) for word in words), default=0.0)
        head = max(em(word, "bold") for word in [*clean(heading).split(), ""])
        like = min(max(longest, em(clean(heading), "bold") * 0.8) * size, WIDEST)
        # a long text in a narrow column makes a tall row: it gets a readable measure
        readable = min(like, 90.0)
        least.append(max(head * size, min(word * size, 140.0), readable * 0.75) + 2 * PAD_X + 0.5)
        natural.append(max(like + 2 * PAD_X + 0.5, least[-1]))
    return least, natural


def _words(table: Table, sample: list[list[str]], size: float, at: int) -> float:
    """What a column needs so that no word of it is broken; very long ones are."""
    words = [word for row in sample if at < len(row) for word in row[at].split() if len(word) <= 40]
    head = max(em(word, "bold") for word in [*clean(table.headings[at]).split(), ""])
    return min(max(head, *(em(word) for word in words), 0.0) * size, 140.0) + 2 * PAD_X + 0.5


def _whole_words(shares: list[float], least: list[float], room: float) -> list[float]:
    """The widths that were asked for; a column too narrow for its words takes room from those that have some."""
    widths = [max(share, need) for share, need in zip(shares, least, strict=True)]
    over = sum(widths) - room
    spare = [width - need for width, need in zip(widths, least, strict=True)]
    if over <= 0 or over > sum(spare):
        return shares
    return [width - over * part / sum(spare) for width, part in zip(widths, spare, strict=True)]


def _share(least: list[float], natural: list[float], room: float) -> list[float]:
    """Widths that fill ``room``: small wishes are met in full before large ones get more than an equal part."""
    spare = room - sum(least)
    if spare < 0:
        return [width * room / sum(least) for width in least]
    widths = list(least)
    by_wish = sorted(range(len(least)), key=lambda at: natural[at] - least[at])
    for number, at in enumerate(by_wish):
        more = min(natural[at] - least[at], spare / (len(by_wish) - number))
        widths[at] += more
        spare -= more
    whole = sum(natural)
    return [width + spare * like / whole for width, like in zip(widths, natural, strict=True)]


class TableSetter:
    """Sets one table into a flow, row by row."""

    def __init__(self, flow: Flow, table: Table, planned: Plan, parent: Node) -> None:
        self.flow = flow
        self.table = table
        self.plan = planned
        self.node = parent.child("Table", clean(table.caption))
        self.head = [
            lines(clean(heading), planned.size, width - 2 * PAD_X, "bold")
            for heading, width in zip(table.headings, planned.widths, strict=True)
        ]
        self.head_height = max((len(cell) for cell in self.head), default=1) * planned.step + 2 * PAD_Y

    @property
    def least(self) -> float:
        """What must be free on a page for the table to begin there."""
        return self.head_height + 3 * self.plan.step + 4 * PAD_Y

    def set(self) -> None:
        self.flow.need(self.least)
        self._set_head(self.node.child("TR"))
        for number, row in enumerate(self.table.rows):
            self._set_row(number, row)
        self.flow.rule("line")
        self.flow.y += 10

    def _set_head(self, node: Node | None) -> None:
        flow = self.flow
        flow.shade(flow.y, self.head_height, "raised", width=sum(self.plan.widths))
        self._set_lines(self.head, "bold", [node.child("TH") if node else None for _ in self.head])
        flow.y += self.head_height
        flow.rule("line", 0.9)

    def _set_row(self, number: int, row: Sequence[object]) -> None:
        planned, flow = self.plan, self.flow
        cells = [
            lines(clean("" if value is None else value), planned.size, width - 2 * PAD_X)
            for value, width in zip(row, planned.widths, strict=False)
        ]
        node = self.node.child("TR")
        nodes: list[Node | None] = [node.child("TD") for _ in cells]
        while True:
            height = max((len(cell) for cell in cells), default=1) * planned.step + 2 * PAD_Y
            if height <= flow.room:
                self._set_stretch(number, cells, nodes, height)
                return
            fits = int((flow.room - 2 * PAD_Y) / planned.step)
            whole = flow.page.bottom * KEPT_WHOLE
            if height > whole and fits >= 3:
                taken = [cell[:fits] for cell in cells]
                cells = [cell[fits:] for cell in cells]
                self._set_stretch(number, taken, nodes, fits * planned.step + 2 * PAD_Y)
            flow.rule("line")
            flow.new_page()
            self._set_head(None)

    def _set_stretch(self, number: int, cells: list[list[str]], nodes: list[Node | None], height: float) -> None:
        flow = self.flow
        if number % 2:
            flow.draw(Rect(flow.left, flow.y, sum(self.plan.widths), height, "zebra"))
        self._set_lines(cells, "regular", nodes)
        flow.y += height
        flow.draw(Line(flow.left, flow.y, flow.left + sum(self.plan.widths), flow.y, "hair", 0.5))

    def _set_lines(self, cells: list[list[str]], style: str, nodes: Sequence[Node | None]) -> None:
        flow, planned = self.flow, self.plan
        x = flow.left
        for cell, node, width, figures in zip(cells, nodes, planned.widths, planned.figures, strict=False):
            at, anchor = (x + width - PAD_X, "end") if figures else (x + PAD_X, "start")
            y = flow.y + PAD_Y + planned.size
            for line in cell:
                if line:
                    flow.draw(Text(at, y, line, planned.size, style, "ink", anchor), node)
                y += planned.step
            x += width

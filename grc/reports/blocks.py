"""Blocks onto pages."""

from collections.abc import Sequence
from functools import singledispatch

from grc.pictures.drawing import Circle, Line, Link, Path, Rect, Shape, Text
from grc.pictures.fonts import clean
from grc.pictures.lines import lines
from grc.pictures.picture import Picture
from grc.reports.contents import Found
from grc.reports.document import Block, Facts, Heading, Items, Note, PageBreak, Paragraph, PictureBlock, Table
from grc.reports.flow import BODY, LEADING, Flow
from grc.reports.structure import Node
from grc.reports.tables import Plan, TableSetter, plan

HEADINGS = {1: (15.0, 20.0, 7.0), 2: (11.5, 13.0, 4.0), 3: (10.0, 10.0, 3.0)}  # size, space above, space below
LABEL = 0.3
KEPT_WHOLE = 0.4
LEGEND = 8.5
READABLE = 0.6  # a picture that an upright page would make smaller than this turns it on its side
ITEM, DEEPEST = 18.0, 6  # how far a list is set in, and how often


class Setter:
    """Sets the blocks of a document, one after the other. A heading stays with what it heads."""

    def __init__(self, flow: Flow, headings: Sequence[tuple[str, Heading]]) -> None:
        self.flow = flow
        self.found: list[Found] = []
        self._numbers = iter(headings)
        self._waiting: list[tuple[str, Heading]] = []

    def set_all(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Heading):
                self._waiting.append(next(self._numbers) if block.listed else ("", block))
            else:
                set_block(block, self)
        self.open(0)

    def turn(self, wide: bool | None = None) -> None:
        """The page upright or on its side: as asked, or upright where a chapter begins."""
        if wide is None and any(heading.level == 1 for _, heading in self._waiting):
            wide = False
        if wide is not None and wide != self.flow.is_wide:
            self.flow.new_page(wide=wide)

    def open(self, height: float, *, wide: bool | None = None) -> None:
        """Room for ``height``, with the headings that wait for it above."""
        self.turn(wide)
        above = sum(self._height(number, heading) for number, heading in self._waiting)
        self.flow.need(above + min(height, self.flow.page.height / 2))
        for number, heading in self._waiting:
            self._set_heading(number, heading)
        self._waiting = []

    def _lines(self, number: str, heading: Heading) -> list[str]:
        size = HEADINGS[heading.level][0]
        return lines(clean(heading.text), size, self.flow.width - _indent(number, size), "bold")

    def _height(self, number: str, heading: Heading) -> float:
        size, above, below = HEADINGS[heading.level]
        return above + len(self._lines(number, heading)) * size * 1.25 + below

    def _set_heading(self, number: str, heading: Heading) -> None:
        flow, level = self.flow, heading.level
        size, above, below = HEADINGS[level]
        flow.y += 0 if flow.is_fresh else above
        if heading.listed:
            place = f"heading-{len(self.found)}"
            self.found.append(Found(place, number, clean(heading.text), level, len(flow.sheets)))
            flow.page.places.append((place, flow.y - 4))
        node = flow.root.child(f"H{level}")
        if number:
            flow.draw(Text(flow.left, flow.y + size, number, size, "bold", "accent"), node)
        for line in self._lines(number, heading):
            flow.draw(Text(flow.left + _indent(number, size), flow.y + size, line, size, "bold", "ink"), node)
            flow.y += size * 1.25
        flow.y += below


def _indent(number: str, size: float) -> float:
    return Text(0, 0, number, size, "bold").wide + size * 0.6 if number else 0.0


@singledispatch
def set_block(block: Block, setter: Setter) -> None:
    raise TypeError(f"no block of a document: {type(block).__name__}")


@set_block.register
def _paragraph(block: Paragraph, setter: Setter) -> None:
    setter.open(2 * BODY * LEADING)
    for part in clean(block.text).split("\n\n"):
        setter.flow.write(part, setter.flow.root.child("P"))
        setter.flow.y += 5


@set_block.register
def _items(block: Items, setter: Setter) -> None:
    flow, step = setter.flow, BODY * LEADING
    setter.open(2 * step)
    listed = flow.root.child("L")
    for depth, mark, text in block.items:
        left = ITEM * (min(depth, DEEPEST) + 1)
        entry = listed.child("LI")
        flow.need(step)
        flow.draw(Text(flow.left + left - ITEM + 3, flow.y + BODY * 1.05, clean(mark), BODY), entry.child("Lbl"))
        flow.write(clean(text), entry.child("LBody"), left=left)
        flow.y += 2
    flow.y += 5


@set_block.register
def _facts(block: Facts, setter: Setter) -> None:
    flow, step = setter.flow, BODY * LEADING
    setter.turn()
    indent = flow.width * LABEL
    split = [
        (lines(clean(label), BODY, indent - 8), lines(clean(text) or "–", BODY, flow.width - indent))
        for label, text in block.facts
    ]
    heights = [max(len(left), len(right)) * step + 5 for left, right in split]
    whole = sum(heights)
    setter.open(whole if whole <= flow.page.height * KEPT_WHOLE else sum(heights[:2]))
    table = flow.root.child("Table")
    flow.rule()
    for (left, right), height in zip(split, heights, strict=True):
        flow.need(min(height, 4 * step + 5))
        _set_fact(flow, table.child("TR"), left, right, indent, step)
        flow.rule()
    flow.y += 8


def _set_fact(flow: Flow, row: Node, left: list[str], right: list[str], indent: float, step: float) -> None:
    head, cell = row.child("TH"), row.child("TD")
    flow.y += 2.5
    for at in range(max(len(left), len(right))):
        flow.need(step)
        if at < len(left):
            flow.draw(Text(flow.left, flow.y + BODY * 1.05, left[at], BODY, "regular", "quiet"), head)
        if at < len(right) and right[at]:
            flow.draw(Text(flow.left + indent, flow.y + BODY * 1.05, right[at], BODY), cell)
        flow.y += step
    flow.y += 2.5


@set_block.register
def _note(block: Note, setter: Setter) -> None:
    flow, tone, step = setter.flow, block.tone or "secondary", BODY * LEADING
    setter.open(3 * step)
    waiting = lines(clean(block.text), BODY, flow.width - 26)
    node = flow.root.child("Note")
    while waiting:
        flow.need(3 * step)
        fits = max(int((flow.room - 12) / step), 1)
        now, waiting = waiting[:fits], waiting[fits:]
        height = len(now) * step + 11
        flow.draw(Rect(flow.left, flow.y, flow.width, height, f"{tone}-tint"))
        flow.draw(Rect(flow.left, flow.y, 3, height, f"{tone}-dot"))
        y = flow.y + 6
        for line in now:
            flow.draw(Text(flow.left + 14, y + BODY * 1.05, line, BODY, "regular", f"{tone}-ink"), node)
            y += step
        flow.y += height + 8


@set_block.register
def _page_break(block: PageBreak, setter: Setter) -> None:
    if not setter.flow.is_fresh:
        setter.flow.new_page(wide=False)


@set_block.register
def _table(block: Table, setter: Setter) -> None:
    planned = plan(block)
    _set_table(block, planned, setter, wide=planned.wide)


def _set_table(block: Table, planned: Plan, setter: Setter, *, wide: bool) -> None:
    flow = setter.flow
    setter.open(110, wide=wide)
    made = TableSetter(flow, block, planned, flow.root)
    if block.caption:
        flow.need(made.least + 2 * LEGEND)
        flow.write(clean(block.caption), made.node.child("Caption"), size=LEGEND, fill="quiet")
        flow.y += 3
    made.set()


@set_block.register
def _picture(block: PictureBlock, setter: Setter) -> None:
    drawing = block.picture.drawing()
    wide = True if setter.flow.width / drawing.width < READABLE else None
    setter.turn(wide)
    scale = min(1.0, setter.flow.width / drawing.width, 520 / drawing.height)
    setter.open(drawing.height * scale + 4 * LEGEND, wide=wide)
    flow = setter.flow
    flow.need(drawing.height * scale + 4 * LEGEND)
    node = flow.root.child("Figure", clean(_words(block.picture)))
    for shape in drawing.shapes:
        flow.draw(moved(shape, flow.left, flow.y, scale), node)
    flow.y += drawing.height * scale + 4
    flow.write(clean(block.caption or _words(block.picture)), node.child("Caption"), size=LEGEND, fill="quiet")
    flow.y += 8
    headings, rows = block.picture.table()
    if rows:
        table = Table(headings, rows)
        planned = plan(table)
        _set_table(table, planned, setter, wide=planned.wide or bool(wide))


def _words(picture: Picture) -> str:
    return f"{picture.title}. {picture.description}"


def moved(shape: Shape, x: float, y: float, scale: float) -> Shape:
    """A shape of a picture, at its place and size on the page."""
    if isinstance(shape, Link):
        return Link(shape.href, shape.label, tuple(moved(one, x, y, scale) for one in shape.shapes))
    if isinstance(shape, Text):
        place = (x + shape.x * scale, y + shape.y * scale)
        return Text(*place, shape.text, shape.size * scale, shape.style, shape.fill, shape.anchor)
    if isinstance(shape, Rect):
        box = (x + shape.x * scale, y + shape.y * scale, shape.width * scale, shape.height * scale)
        return Rect(*box, shape.fill, shape.stroke, shape.radius * scale)
    if isinstance(shape, Line):
        ends = (x + shape.x1 * scale, y + shape.y1 * scale, x + shape.x2 * scale, y + shape.y2 * scale)
        return Line(*ends, shape.stroke, shape.width * scale, shape.dashed)
    if isinstance(shape, Circle):
        return Circle(x + shape.x * scale, y + shape.y * scale, shape.radius * scale, shape.fill, shape.stroke)
    points = tuple((x + px * scale, y + py * scale) for px, py in shape.points)
    more = (shape.stroke, shape.fill, shape.width * scale, shape.closed, shape.curved, shape.dashed)
    return Path(points, *more)

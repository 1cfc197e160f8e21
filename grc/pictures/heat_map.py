"""Heat maps: how many of something lie in each cell of a grid, and how hot the cell is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grc.pictures.drawing import Drawing, Link, Rect, Shape, Text
from grc.pictures.fonts import clean, em
from grc.pictures.lines import cut, lines

CELL, HEIGHT, GAP = 64.0, 44.0, 3.0
SIZE, COUNT = 9.5, 14.0
NAMES, NAMES_MOST = 60.0, 150.0
LOOSE = 1.15  # a page's font may be wider than a document's


@dataclass(frozen=True)
class HeatCell:
    """``tone`` is a tone of the palette; ``href`` leads to what is counted."""

    count: int
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class HeatMap:
    """``cells[row][column]``; rows from top to bottom. ``legend`` says what the tones mean: (tone, words)."""

    title: str
    description: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[HeatCell]]
    row_title: str = ""
    column_title: str = ""
    legend: Sequence[tuple[str, str]] = field(default=())
    slug: str = ""

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise ValueError("a heat map has a cell for every row and column")

    def table(self) -> tuple[list[str], list[list[str]]]:
        corner = " \\ ".join(part for part in (self.row_title, self.column_title) if part)
        rows = [[name, *(str(cell.count) for cell in cells)] for name, cells in zip(self.rows, self.cells, strict=True)]
        return [corner, *self.columns], rows

    def drawing(self) -> Drawing:
        widest = max((em(clean(name)) * SIZE * LOOSE for name in self.rows), default=0.0)
        left = min(max(widest, NAMES), NAMES_MOST) + 12
        top = 20.0 if self.row_title else 4.0
        foot = top + len(self.rows) * HEIGHT
        shapes = [*self._axes(left, top), *self._names(left, foot)]
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                shapes.append(self._cell(row, column, cell, left + column * CELL, top + row * HEIGHT))
        deep = foot + 34 + (16 if self.column_title else 0)
        width = left + len(self.columns) * CELL
        wanted = sum(self._legend_width(words) for _tone, words in self.legend)
        shapes += self._legend(left if left + wanted <= width else 4, deep)
        return Drawing(max(width, 4 + wanted), deep + (18 if self.legend else 0), tuple(shapes))

    def _axes(self, left: float, top: float) -> Iterator[Shape]:
        if self.row_title:
            yield Text(left - 12, top - 8, clean(self.row_title), SIZE, "bold", "quiet", "end")
        if self.column_title:
            middle = left + len(self.columns) * CELL / 2
            y = top + len(self.rows) * HEIGHT + 44
            yield Text(middle, y, clean(self.column_title), SIZE, "bold", "quiet", "middle")

    def _names(self, left: float, foot: float) -> Iterator[Shape]:
        for at, name in enumerate(self.rows):
            y = foot - (len(self.rows) - at - 0.5) * HEIGHT + SIZE * 0.35
            yield Text(left - 12, y, cut(clean(name), SIZE, (left - 12) / LOOSE + 1), SIZE, anchor="end")
        for at, name in enumerate(self.columns):
            for number, line in enumerate(lines(clean(name), SIZE, CELL - 6)[:2]):
                shown = cut(line, SIZE, CELL - 4)
                yield Text(left + (at + 0.5) * CELL, foot + 14 + number * 12, shown, SIZE, anchor="middle")

    def _cell(self, row: int, column: int, cell: HeatCell, x: float, y: float) -> Shape:
        tone = cell.tone or "secondary"
        wide, high = CELL - GAP, HEIGHT - GAP
        words = f"{self.rows[row]}, {self.columns[column]}: {cell.count}"
        box = Rect(x, y, wide, high, f"{tone}-tint", f"{tone}-dot" if cell.count else "hair", 4, words)
        if not cell.count:
            return box
        count = Text(x + wide / 2, y + high / 2 + COUNT * 0.36, str(cell.count), COUNT, "bold", f"{tone}-ink", "middle")
        return Link(cell.href, words, (box, count))

    def _legend(self, left: float, y: float) -> Iterator[Shape]:
        x = left
        for tone, words in self.legend:
            yield Rect(x, y, 11, 11, f"{tone}-tint", f"{tone}-dot", 2)
            yield Text(x + 16, y + 9, clean(words), SIZE, fill="quiet")
            x += self._legend_width(words)

    def _legend_width(self, words: str) -> float:
        return 16 + em(clean(words)) * SIZE * LOOSE + 12

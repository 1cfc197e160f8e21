"""Where in a text one is: its lines, the cells of its tables, the heading above."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

CELL = re.compile(r"[|\t]")
RULE = re.compile(r"[\s|:\-+=]*")
HEADING_WORDS = 8
HEADING = re.compile(r"\s{0,3}(?:#{1,6}\s|\*\*[^*\n]{1,120}\*\*:?\s*$)")
NO_PROSE = re.compile(r"[\"{}<>=]")
IN_A_LIST = re.compile(r"\s*(?:[-*•–—‣·+]|\d{1,3}[.)]|[a-z]\))\s")


@dataclass
class Line:
    """``cells``: where each cell begins, of a line that is the row of a table; ``table``: the table's first line."""

    number: int
    start: int
    end: int
    cells: list[int] = field(default_factory=list)
    table: int = -1

    def cell(self, position: int) -> int:
        """Which cell the position lies in."""
        return max(bisect_right(self.cells, position) - 1, 0)

    def cell_span(self, number: int) -> tuple[int, int]:
        """From the cell's first to behind its last character; an empty span for a cell that is not there."""
        if not 0 <= number < len(self.cells):
            return self.end, self.end
        after = self.cells[number + 1] - 1 if number + 1 < len(self.cells) else self.end
        return self.cells[number], after


class Layout:
    """The lines of a text, found in one pass over it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        start = 0
        for number, raw in enumerate(text.split("\n"), 1):
            self.lines.append(Line(number, start, start + len(raw)))
            start += len(raw) + 1
        self._starts = [line.start for line in self.lines]
        self._find_tables()

    def _find_tables(self) -> None:
        first = -1
        for index, line in enumerate(self.lines):
            marks = [found.end() for found in CELL.finditer(self.text, line.start, line.end)]
            if not marks:
                first = -1
                continue
            first = index if first < 0 else first
            line.cells, line.table = [line.start, *marks], first

    def line_at(self, position: int) -> Line:
        return self.lines[bisect_right(self._starts, position) - 1]

    def span(self, position: int) -> tuple[int, int]:
        """The cell that the position lies in, or its line."""
        line = self.line_at(position)
        return line.cell_span(line.cell(position)) if line.cells else (line.start, line.end)

    def column_head(self, position: int) -> tuple[int, int] | None:
        """The head of the column that the position lies in; None outside of tables and in their first row."""
        line = self.line_at(position)
        if line.table < 0 or self.lines[line.table] is line:
            return None
        head = self.lines[line.table]
        return head.cell_span(line.cell(position)) if len(head.cells) > 1 else None

    def is_heading(self, line: Line) -> bool:
        """Marked as one, ending in a colon, or a few words by themselves that are no item of a list."""
        said = self.text[line.start : min(line.end, line.start + 200)]
        if line.cells or not said.strip():
            return False
        if HEADING.match(said):
            return True
        if IN_A_LIST.match(said) or NO_PROSE.search(said):
            return False
        ends = said.rstrip()[-1]
        return ends == ":" or (len(said) < 80 and len(said.split()) <= HEADING_WORDS and ends not in ".,;!?")

    def next_line(self, line: Line) -> Line | None:
        """The next line that is not empty, among the next three."""
        for after in self.lines[line.number : line.number + 3]:
            if self.text[after.start : after.end].strip():
                return after
        return None

"""A workbook as firms bring it: what years of work by hand leave in a list, whatever the list is of."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

Expected = set[tuple[int, str]]
"""Where a check has to find something: number of the row, heading of the field that is to blame."""


def dates_of(day: dt.date) -> tuple[Any, ...]:
    """The same day as hands type it, and as a spreadsheet keeps it: a number, a date."""
    serial = (day - dt.date(1899, 12, 30)).days
    return (day.strftime("%d.%m.%Y"), day.isoformat(), day.strftime("%d %B %Y"), serial, day)


@dataclass(frozen=True)
class Messy:
    """How such a list is laid out.

    ``above``: what stands in which cells above the headings, the first over the whole width. ``blank_every``: after so
    many rows one is blank. ``broken``: row of data (from 0) → column (from 1), what stands there, the field to blame.
    ``merged``: in this column, every so many rows, so many cells are one. ``results``: what simple formulas come to.
    """

    title: str
    above: Mapping[str, str]
    headings: tuple[str, ...]
    header: int
    blank_every: int
    broken: Mapping[int, tuple[int, Any, str]]
    merged: tuple[int, int, int]
    results: Mapping[str, str] = field(default_factory=dict)

    def book(self, lines: Iterable[tuple[Any, ...]], *, broken: bool) -> tuple[Workbook, Expected]:
        """A workbook of ``lines``, and what its check has to find."""
        book = Workbook()
        sheet: Any = book.active
        sheet.title = self.title
        for cell, text in self.above.items():
            sheet[cell] = text
        sheet.merge_cells(f"A1:{get_column_letter(len(self.headings))}1")
        for column, heading in enumerate(self.headings, start=1):
            sheet.cell(self.header, column, heading)
        expected: Expected = set()
        merged, number = [], self.header
        where, every, size = self.merged
        for at, line in enumerate(lines):
            number += 2 if at and at % self.blank_every == 0 else 1
            for column, value in enumerate(line, start=1):
                sheet.cell(number, column, value)
            if broken and at in self.broken:
                column, value, heading = self.broken[at]
                sheet.cell(number, column).value = value
                expected.add((number, heading))
            elif at % every == 1:
                merged.append(number)
        for row in merged:
            sheet.merge_cells(start_row=row, end_row=row + size - 1, start_column=where, end_column=where)
        return book, expected

    def saved(self, book: Workbook) -> bytes:
        """As a spreadsheet program saves it: plain formulas have their results beside them, the others none."""
        stream, after = io.BytesIO(), io.BytesIO()
        book.save(stream)
        with zipfile.ZipFile(stream) as before, zipfile.ZipFile(after, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in before.infolist():
                content = before.read(part.filename)
                if part.filename.startswith("xl/worksheets/"):
                    content = self._with_results(content)
                archive.writestr(part.filename, content)
        return after.getvalue()

    def _with_results(self, content: bytes) -> bytes:
        for formula, result in self.results.items():
            plain = re.escape(formula.removeprefix("=").encode())
            filled = f"<f>{formula.removeprefix('=')}</f><v>{result}</v>".encode()
            content = re.sub(rb"<f>" + plain + rb"</f>(?:<v\s*/>|<v></v>)", filled, content)
        return content

"""CSV: UTF-8 by convention, comma, CRLF; every text quoted, every number bare, so that types survive."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from grc.tabular.escape import escape
from grc.tabular.rows import Cell, checked_rows, value_of

BYTE_ORDER_MARK = "\ufeff"


class TextTarget(Protocol):
    """Anything that takes text: a file opened with ``newline=""``, a StringIO."""

    def write(self, text: str, /) -> object: ...


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = True) -> Iterator[str]:
    """Yield the table a row at a time, as a streaming response wants it.

    ``bom``: begin with a byte order mark, without which Excel takes UTF-8 for another encoding. Text that a
    spreadsheet would run is escaped (see ``grc.tabular.escape``); numbers are written as numbers, negative ones
    too; instants in UTC as ISO 8601 with ``Z``; true and false as ``TRUE`` and ``FALSE``; None as an empty cell.
    """
    line = _Line()
    writer = csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_written(column) for column in columns])
    yield (BYTE_ORDER_MARK if bom else "") + line.text
    for row in checked_rows(columns, rows):
        writer.writerow([_written(cell) for cell in row])
        yield line.text


def write_csv(stream: TextTarget, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = True) -> None:
    """Write the table to a text stream that leaves line ends alone; as ``csv_lines``."""
    for line in csv_lines(columns, rows, bom=bom):
        stream.write(line)


class _Line:
    """The latest row as text."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


class _Number(float):
    """A number with its own spelling: csv leaves bare what is a float, and writes its repr."""

    def __new__(cls, spelling: str) -> "_Number":
        made = super().__new__(cls, spelling)
        made.spelling = spelling
        return made

    spelling: str

    def __repr__(self) -> str:
        return self.spelling


def _written(cell: Cell) -> str | int | float | _Number:
    value = value_of(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _Number(format(value, "f"))
    return escape(value) if isinstance(value, str) else value

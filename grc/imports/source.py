"""The uploaded file of an import, opened as a table; and what its first rows show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import IO, Any

from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.files import store_file
from grc.imports.archive import ArchiveTable
from grc.imports.cells import shown
from grc.imports.plan import Plan, guessed, header_row
from grc.imports.targets import Target
from grc.models.file import File
from grc.tabular.csv_reading import as_utf8
from grc.tabular.reading import MAX_ROWS, NO_RESULT, Row, Table, TableUnreadable, open_table

LOOKED_AT = 60
SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """A column as its first rows show it. ``number`` from 0; ``target`` is the guess, or what was chosen."""

    number: int
    heading: str
    samples: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Head:
    """What the top of a table shows: enough to match its columns."""

    sheets: tuple[str, ...]
    sheet: str
    header: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    first_rows: tuple[tuple[int, str], ...]

    @property
    def plan(self) -> Plan:
        return Plan({column.number: column.target for column in self.columns if column.target}, self.sheet, self.header)


def store_table(*, upload: IO[bytes], name: str, by: Actor) -> tuple[File, str]:
    """Check and keep an uploaded table; a CSV in another encoding is kept in UTF-8.

    Returns the file, and what its encoding was where it was changed. Raises ``grc.uploads.FileRefused``,
    ``TableUnreadable``.
    """
    if extension_of(name) in (".csv", ".txt"):
        utf8, was = as_utf8(upload)
        return store_file(upload=utf8, name=name, by=by), was
    return store_file(upload=upload, name=name, by=by), ""


def extension_of(name: str) -> str:
    return PurePath(name).suffix.lower()


@contextmanager
def opened(file: File) -> Iterator[Table]:
    """The file as a table, a ZIP by its index. Raises ``TableUnreadable``."""
    stream = file.content.open("rb")
    try:
        is_archive = extension_of(file.name) == ".zip"
        yield ArchiveTable(stream) if is_archive else open_table(stream, extension_of(file.name))
    finally:
        stream.close()


def head_of(table: Table, targets: list[Target], *, sheet: str = "", header: int = 0) -> Head:
    """The top of ``sheet`` (the first one); ``header`` 0: the heading row is found. Raises ``TableUnreadable``."""
    if sheet and sheet not in table.sheets:
        raise TableUnreadable(_("There is no sheet “%(name)s”.") % {"name": sheet[:40]})
    sheet = sheet or table.sheets[0]
    rows = list(islice(table.rows(sheet), LOOKED_AT))
    if not rows:
        raise TableUnreadable(_("There is nothing in this table."))
    number = header or header_row(rows, targets)
    headings: list[Any] = next((cells for row, cells in rows if row == number), [])
    below = [row for row in rows if row[0] > number]
    width = max((len(cells) for _row, cells in [*below, (number, headings)]), default=0)
    guesses = guessed(headings, targets)
    columns = tuple(
        Column(
            number=at,
            heading=shown(headings[at]) if at < len(headings) else "",
            samples=tuple(dict.fromkeys(shown(cells[at]) for _row, cells in below if _holds(cells, at)))[:SAMPLES],
            target=guesses.get(at, ""),
        )
        for at in range(width)
    )
    first = tuple((row, " · ".join(shown(cell) for cell in cells if cell is not None)[:90]) for row, cells in rows[:15])
    return Head(tuple(table.sheets), sheet, number, columns, tuple(table.notes(sheet)), first)


def rows_below(table: Table, plan: Plan) -> list[Row]:
    """The rows that an import reads, with ``NO_RESULT`` where a formula has none.

    Raises ``TableUnreadable`` for more than a table may have.
    """
    found = []
    unresolved = table.unresolved(plan.sheet)
    for number, cells in table.rows(plan.sheet):
        if number <= plan.header:
            continue
        for column in unresolved.get(number, ()):
            cells += [None] * (column + 1 - len(cells))
            cells[column] = NO_RESULT
        found.append((number, cells))
        if len(found) > MAX_ROWS:
            raise TableUnreadable(
                _("The table has more than %(n)s rows. Split it into several files.") % {"n": f"{MAX_ROWS:,}"}
            )
    if not found:
        raise TableUnreadable(_("There is no row below the headings."))
    return found


def _holds(cells: list[Any], at: int) -> bool:
    return at < len(cells) and cells[at] is not None and str(cells[at]).strip() != ""

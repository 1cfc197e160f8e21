"""Tables read in, as they come from other people's programs: CSV of any dialect, XLSX with what Excel does to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import IO, Any, Protocol

MAX_ROWS = 50_000
MAX_COLUMNS = 300

Row = tuple[int, list[Any]]
"""Its number as a spreadsheet shows it (from 1), and its cells without the empty ones at the end."""


class NoResult:
    """What stands in the place of a formula that was written by a program which worked nothing out."""

    def __str__(self) -> str:
        from django.utils.translation import gettext as _

        return _("a formula")


NO_RESULT = NoResult()


class TableUnreadable(ValueError):
    """The file cannot be read as a table; ``str()`` says why and what to do."""


class Table(Protocol):
    """An open table. ``notes`` say what was noticed about it, for whoever brought it."""

    @property
    def sheets(self) -> Sequence[str]: ...

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """The rows that hold anything, from the top; ``sheet`` empty: the first. Raises ``TableUnreadable``."""
        ...

    def notes(self, sheet: str = "") -> list[str]: ...

    def unresolved(self, sheet: str = "") -> Mapping[int, Collection[int]]:
        """Where formulas stand that have no stored result: the number of a row, and its columns (from 0)."""
        ...

    def close(self) -> None: ...


def open_table(stream: IO[bytes], extension: str) -> Table:
    """Open ``stream`` (seekable, checked by ``grc.uploads``) as what its ``extension`` says.

    Raises ``TableUnreadable``.
    """
    from grc.tabular.csv_reading import CSVTable
    from grc.tabular.xlsx_reading import XLSXTable

    if extension in (".xlsx", ".xlsm"):
        return XLSXTable(stream)
    if extension in (".csv", ".txt"):
        return CSVTable(stream)
    raise TableUnreadable(_refusal(extension))


def _refusal(extension: str) -> str:
    from django.utils.translation import gettext as _

    return _("A table comes as CSV or XLSX; “%(ending)s” is neither.") % {"ending": extension or "?"}


def without_empty_end(cells: Sequence[Any]) -> list[Any]:
    """The cells up to the last that holds something; text of white space alone holds nothing."""
    last = 0
    for number, cell in enumerate(cells, start=1):
        if cell is not None and not (isinstance(cell, str) and not cell.strip()):
            last = number
    return list(cells[:last])

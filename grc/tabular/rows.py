"""What a cell may hold, and the one reading of it that both kinds of file share."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = object
"""None, bool, int, float, Decimal, date, datetime with a time zone; anything else is written as its text."""

Value: TypeAlias = bool | int | float | Decimal | date | datetime | str | None

_SURROGATES = re.compile("[\ud800-\udfff]")


class TableTooLarge(ValueError):
    """The table does not fit into this kind of file; ``str()`` says what to do."""


def checked_rows(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Yield the rows; raises ``ValueError`` at one that has not as many cells as there are columns."""
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"Row {number} has {len(row)} cells for {len(columns)} columns.")
        yield row


def value_of(cell: Cell) -> Value:
    """Return the cell as one of the types that are written: instants in UTC, numbers only if finite, else text.

    Raises ``ValueError`` for a date and time without a time zone, which names no instant.
    """
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, datetime):
        if cell.utcoffset() is None:
            raise ValueError("A date and time without a time zone cannot be written.")
        try:
            return cell.astimezone(UTC)
        except OverflowError:  # the first and the last hours that there are
            return cell.isoformat()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int):
        return int(cell)
    if isinstance(cell, float):
        return cell if cell - cell == 0 else str(cell)
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() else str(cell)
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", str(cell))

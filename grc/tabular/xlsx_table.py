"""XLSX: one sheet, written row by row; text is always text there, whatever it begins with."""

import contextlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from grc.tabular.escape import is_hazardous
from grc.tabular.rows import Cell, TableTooLarge, checked_rows, value_of

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELL = 32_767
"""Excel's limit, in UTF-16 units."""

CUT_MARK = " … [cut: too long for a cell]"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TITLE_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_FIRST_DATE = date(1900, 3, 1)  # before it Excel counts a day that never was
_EXACT_INTEGER = 10**15
_EXACT_DIGITS = 15
_DATE_FORMAT, _INSTANT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def write_xlsx(stream: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> None:
    """Write the table to a binary stream in constant memory.

    ``title``: name of the sheet, made to fit Excel's rules. Text is written as text cells, so ``-5`` stays text and
    ``=1`` is no formula; characters that XML forbids become visible signs, line ends become LF; text longer than
    32,767 is cut with a mark. Dates are dates, instants are UTC; numbers that Excel would round are text.
    Raises ``TableTooLarge`` past Excel's number of rows or columns.
    """
    write_book(stream, [(title, columns, rows)])


def write_book(stream: IO[bytes], tables: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> None:
    """Write a workbook with a sheet for each ``(title, columns, rows)``; as ``write_xlsx``."""
    for _title, columns, _rows in tables:
        if len(columns) > MAX_COLUMNS:
            raise TableTooLarge(f"Excel holds at most {MAX_COLUMNS:,} columns. Choose fewer, or export as CSV.")
    book = Workbook(write_only=True)
    book.properties.creator = "Assay"
    sheets: list[Any] = []
    try:
        for title, columns, rows in tables:
            sheets.append(book.create_sheet(_sheet_title(title)))
            _fill(sheets[-1], columns, rows)
        book.save(stream)
    finally:
        for sheet in sheets:
            _discard(sheet)


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(len(str(column)) + 2, 12), 40)
    sheet.append([_header(sheet, column) for column in columns])
    for number, row in enumerate(checked_rows(columns, rows), start=2):
        if number > MAX_ROWS:
            raise TableTooLarge(f"Excel holds at most {MAX_ROWS:,} rows. Filter the list, or export as CSV.")
        sheet.append([_cell(sheet, cell) for cell in row])


def _discard(sheet: Any) -> None:
    # openpyxl keeps the rows in a temporary file; after a failure it would stay until the process ends.
    writer = sheet._writer
    if writer is not None and not sheet.closed:
        with contextlib.suppress(Exception):  # what is half written need not close properly
            sheet.close()
    if writer is not None and Path(writer.out).exists():
        writer.cleanup()


def _header(sheet: Any, column: str) -> Any:
    cell = _text_cell(sheet, str(value_of(column)))
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, given: Cell) -> Any:
    value = value_of(given)
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, datetime):
        if value.date() < _FIRST_DATE:
            return value.isoformat().replace("+00:00", "Z")
        return _formatted(sheet, value.replace(tzinfo=None), _INSTANT_FORMAT)
    if isinstance(value, date):
        return value.isoformat() if value < _FIRST_DATE else _formatted(sheet, value, _DATE_FORMAT)
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) >= _EXACT_INTEGER:
        return _text_cell(sheet, str(value))
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > _EXACT_DIGITS:
        return _text_cell(sheet, format(value, "f"))
    return value


def _text(sheet: Any, value: str) -> Any:
    # A plain str is the fast way; openpyxl guesses a type only for these.
    text = _fitting(value)
    return _text_cell(sheet, text) if is_hazardous(text) or text in ERROR_CODES else text


def _text_cell(sheet: Any, value: str) -> Any:
    text = _fitting(value)
    cell: Any = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    if is_hazardous(text):
        cell.quotePrefix = True  # else it becomes a formula once somebody edits the cell and leaves it
    return cell


def _formatted(sheet: Any, value: date, number_format: str) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = number_format
    return cell


def _fitting(text: str) -> str:
    plain = _FORBIDDEN.sub(_visible, text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(plain) * 2 <= MAX_CELL or _units(plain) <= MAX_CELL:
        return plain
    room = (MAX_CELL - len(CUT_MARK)) * 2
    return plain.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT_MARK


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


def _sheet_title(title: str) -> str:
    clean = _TITLE_FORBIDDEN.sub(" ", title).strip().strip("'").strip()
    cut = clean.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip().strip("'")
    return cut if cut and cut.lower() != "history" else "Table"

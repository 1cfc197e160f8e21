"""A risk list as firms bring it: a workbook that years of work by hand have passed through."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    *("Risk ID", "Risk title ", "Description", "Probability", "Impact (1-5)", "Response"),
    *("Mitigation", "Risk owner", "Target date", "Next review date", "Remarks of the board"),
)
HEADER = 5
CACHED, UNCACHED = "=1+2", "=VLOOKUP(A9,Scales!A:B,2,0)"
DUE = dt.date(2027, 5, 31)
SERIAL = (DUE - dt.date(1899, 12, 30)).days
DATES: tuple[Any, ...] = ("31.05.2027", "2027-05-31", "31 May 2027", SERIAL, DUE)
PROBABILITIES: tuple[Any, ...] = ("4 - Likely", 4, "likely", " 4 ", "4: Likely", "4 (likely)")
IMPACTS: tuple[Any, ...] = (3, "3 – Serious", "Serious", CACHED)
RESPONSES = ("Mitigate", "accept ", "Transfer", "Avoid", "TBD")
MERGED = 3
"""The owner of so many rows is one merged cell."""

Expected = set[tuple[int, str]]

# row of data (from 0) → column of the sheet (from 1), what stands there, heading of the field that is to blame
BROKEN: dict[int, tuple[int, Any, str]] = {
    40: (1, "R-00007", "Number elsewhere"),
    80: (8, "Nobody Known", "Owner"),
    120: (4, "#REF!", "Likelihood"),
    160: (5, UNCACHED, "Impact"),
    200: (9, "soon", "To be done by"),
    240: (4, "9 - Certain", "Likelihood"),
    280: (2, "   ", "Risk"),
    320: (6, "Pray", "Treatment"),
    360: (7, None, "What is done"),
    400: (5, 6, "Impact"),
}


def messy(rows: int, owners: list[str], *, broken: bool) -> tuple[bytes, Expected]:
    """A workbook of ``rows`` risks, and where its check has to find something: number of the row, heading."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Risks 2026 (2)"
    sheet["A1"] = "Group risk register – AI"
    sheet.merge_cells("A1:K1")
    sheet["A2"], sheet["H2"] = "Exported by the PMO", "as of 30.09.2026"
    for column, heading in enumerate(HEADINGS, start=1):
        sheet.cell(HEADER, column, heading)
    expected: Expected = set()
    merged = []
    number = HEADER
    for at in range(rows):
        number += 2 if at and at % 500 == 0 else 1  # now and then, a row is blank
        for column, value in enumerate(_row(at, owners), start=1):
            sheet.cell(number, column, value)
        if broken and at in BROKEN:
            column, value, heading = BROKEN[at]
            sheet.cell(number, column).value = value
            expected.add((number, heading))
        elif at % 50 == 1:
            merged.append(number)
    for number in merged:
        sheet.merge_cells(start_row=number, end_row=number + MERGED - 1, start_column=8, end_column=8)
    stream = io.BytesIO()
    book.save(stream)
    return _with_results(stream.getvalue()), expected


def _row(at: int, owners: list[str]) -> tuple[Any, ...]:
    response = RESPONSES[at % len(RESPONSES)] if at not in BROKEN else "Mitigate"
    return (
        f"R-{at:05d}",
        f" Risk of kind {at}  ",
        f"Something goes wrong in case {at}.\nAgain and again.",
        PROBABILITIES[at % len(PROBABILITIES)],
        IMPACTS[at % len(IMPACTS)],
        response,
        "Look at it twice a year" if response not in ("TBD", "accept ") else None,
        f"{owners[at % len(owners)]} ",
        DATES[at % len(DATES)],
        DATES[(at + 1) % len(DATES)] if at % 3 else None,
        "noted" if at % 7 == 0 else None,
    )


def _with_results(data: bytes) -> bytes:
    """As a spreadsheet program saves it: the plain formulas have their results beside them, the others have none."""
    before, after = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(after, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in before.infolist():
            content = before.read(part.filename)
            if part.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"<f>1\+2</f><v\s*/>|<f>1\+2</f><v></v>", b"<f>1+2</f><v>3</v>", content)
            archive.writestr(part.filename, content)
    return after.getvalue()

"""A vendor list as firms bring it: merged cells, dates of every form, formulas, blank rows and a row of totals."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    *("Vendor Name", "Category", "Services provided", "Risk tier", "Comment", "Country", "LEI"),
    *("Contact e-mail", "Next review date", "Business function", "Relationship owner", "Annual spend (EUR)"),
)
HEADER = 4
REVIEW = dt.date(2027, 5, 31)
SERIAL = (REVIEW - dt.date(1899, 12, 30)).days
DATES: tuple[Any, ...] = ("31.05.2027", "2027-05-31", "31 May 2027", SERIAL, REVIEW, "May 31, 2027")
TIERS = ("Tier 1", "High risk", "critical", " Tier 3", "Low Risk", "TBD")
COUNTRIES = ("Ireland", "Germany (DE)", "USA", "fr", "United Kingdom", "NLD", "Österreich")
CATEGORIES = ("Cloud provider", "SaaS", "AI model", "Consulting", "Data labelling")
MEANT = {
    "country": {"IE", "DE", "US", "FR", "GB", "NL", "AT"},
    "criticality": {"critical", "high", "medium", "low", "undecided"},
    "kind": {"host", "tool", "model", "service", "labeler"},
}
LEIS = ("5493001KJTIIGC8Y1R12", "=3+4")

Expected = set[tuple[int, str]]

# row of data (from 0) → column of the sheet (from 1), what stands there, heading of the field that is to blame
BROKEN: dict[int, tuple[int, Any, str]] = {
    30: (6, "Wonderland", "Country"),
    60: (4, "Purple", "Criticality"),
    90: (9, "soon", "Next review"),
    120: (8, "no address", "Contact’s mail address"),
    150: (1, "Supplier 00007 Ltd", "Name"),
    180: (2, None, "Kind"),
    210: (11, "Nobody Known", "Owner"),
    240: (5, None, ""),  # a rule of two fields: the row is named, and what is missing
    270: (1, "#REF!", "Name"),
    300: (10, "=VLOOKUP(A9,Functions!A:B,2,0)", "Functions that depend on it"),
}


def messy(rows: int, owner: str, *, broken: bool, totals: bool = False) -> tuple[bytes, Expected]:
    """A workbook of ``rows`` vendors, and where its check has to find something: number of the row, heading."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Suppliers FY26"
    sheet["A1"] = "Third-party inventory"
    sheet.merge_cells("A1:L1")
    sheet["A2"], sheet["I2"] = "Procurement", "as of 30.09.2026"
    for column, heading in enumerate(HEADINGS, start=1):
        sheet.cell(HEADER, column, heading)
    expected: Expected = set()
    merged, number = [], HEADER
    for at in range(rows):
        number += 2 if at and at % 200 == 0 else 1  # now and then, a row is blank
        for column, value in enumerate(_row(at, owner), start=1):
            sheet.cell(number, column, value)
        if broken and at in BROKEN:
            column, value, heading = BROKEN[at]
            sheet.cell(number, column).value = value
            expected.add((number, heading))
        elif at % 70 == 1:
            merged.append(number)
    for row in merged:
        sheet.merge_cells(start_row=row, end_row=row + 2, start_column=11, end_column=11)
    if totals:
        sheet.cell(number + 2, 1, "Total")
        sheet.cell(number + 2, 12, f"=SUM(L{HEADER + 1}:L{number})")
        expected.add((number + 2, "Kind"))
    stream = io.BytesIO()
    book.save(stream)
    return _with_results(stream.getvalue()), expected


def _row(at: int, owner: str) -> tuple[Any, ...]:
    tier = TIERS[at % len(TIERS)] if at not in BROKEN else "Tier 1"
    return (
        f" Supplier {at:05d} Ltd  ",
        CATEGORIES[at % len(CATEGORIES)],
        f"Service number {at}.\nSince 2019.",
        tier,
        "Claims stop after two days" if tier != "TBD" else None,
        COUNTRIES[at % len(COUNTRIES)],
        LEIS[at % 2] if at % 5 == 0 else None,
        f"contact{at}@supplier.example" if at % 3 else None,
        DATES[at % len(DATES)] if at % 4 else None,
        "Claims handling, underwriting" if at % 2 else None,
        f"{owner} ",
        1000.5 + at,
    )


def _with_results(data: bytes) -> bytes:
    """As a spreadsheet program saves it: the plain formulas have their results beside them, the others have none."""
    before, after = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(after, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in before.infolist():
            content = before.read(part.filename)
            if part.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"<f>3\+4</f><v\s*/>|<f>3\+4</f><v></v>", b"<f>3+4</f><v>7</v>", content)
            archive.writestr(part.filename, content)
    return after.getvalue()

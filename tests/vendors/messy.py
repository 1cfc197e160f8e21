"""A vendor list as firms bring it: merged cells, dates of every form, formulas, blank rows and a row of totals."""

import datetime as dt
from typing import Any

from tests.messy import Expected, Messy, dates_of

HEADINGS = (
    *("Vendor Name", "Category", "Services provided", "Risk tier", "Comment", "Country", "LEI"),
    *("Contact e-mail", "Next review date", "Business function", "Relationship owner", "Annual spend (EUR)"),
)
HEADER = 4
REVIEW = dt.date(2027, 5, 31)
DATES = (*dates_of(REVIEW), "May 31, 2027")
TIERS = ("Tier 1", "High risk", "critical", " Tier 3", "Low Risk", "TBD")
COUNTRIES = ("Ireland", "Germany (DE)", "USA", "fr", "United Kingdom", "NLD", "Österreich")
CATEGORIES = ("Cloud provider", "SaaS", "AI model", "Consulting", "Data labelling")
MEANT = {
    "country": {"IE", "DE", "US", "FR", "GB", "NL", "AT"},
    "criticality": {"critical", "high", "medium", "low", "undecided"},
    "kind": {"host", "tool", "model", "service", "labeler"},
}
LEIS = ("5493001KJTIIGC8Y1R12", "=3+4")

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
LIST = Messy(
    title="Suppliers FY26",
    above={"A1": "Third-party inventory", "A2": "Procurement", "I2": "as of 30.09.2026"},
    headings=HEADINGS,
    header=HEADER,
    blank_every=200,
    broken=BROKEN,
    merged=(11, 70, 3),
    results={"=3+4": "7"},
)


def messy(rows: int, owner: str, *, broken: bool, totals: bool = False) -> tuple[bytes, Expected]:
    """A workbook of ``rows`` vendors, and where its check has to find something."""
    book, expected = LIST.book((_row(at, owner) for at in range(rows)), broken=broken)
    if totals:
        sheet: Any = book.active
        last = max(cell.row for cell in sheet["A"] if cell.value is not None)
        sheet.cell(last + 2, 1, "Total")
        sheet.cell(last + 2, 12, f"=SUM(L{HEADER + 1}:L{last})")
        expected.add((last + 2, "Kind"))
    return LIST.saved(book), expected


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

"""A risk list as firms bring it: a workbook that years of work by hand have passed through."""

import datetime as dt
from typing import Any

from tests.messy import Expected, Messy, dates_of

HEADINGS = (
    *("Risk ID", "Risk title ", "Description", "Probability", "Impact (1-5)", "Response"),
    *("Mitigation", "Risk owner", "Target date", "Next review date", "Remarks of the board"),
)
HEADER = 5
CACHED, UNCACHED = "=1+2", "=VLOOKUP(A9,Scales!A:B,2,0)"
DUE = dt.date(2027, 5, 31)
DATES = dates_of(DUE)
PROBABILITIES: tuple[Any, ...] = ("4 - Likely", 4, "likely", " 4 ", "4: Likely", "4 (likely)")
IMPACTS: tuple[Any, ...] = (3, "3 – Serious", "Serious", CACHED)
RESPONSES = ("Mitigate", "accept ", "Transfer", "Avoid", "TBD")

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
LIST = Messy(
    title="Risks 2026 (2)",
    above={"A1": "Group risk register – AI", "A2": "Exported by the PMO", "H2": "as of 30.09.2026"},
    headings=HEADINGS,
    header=HEADER,
    blank_every=500,
    broken=BROKEN,
    merged=(8, 50, 3),
    results={CACHED: "3"},
)


def messy(rows: int, owners: list[str], *, broken: bool) -> tuple[bytes, Expected]:
    """A workbook of ``rows`` risks, and where its check has to find something."""
    book, expected = LIST.book((_row(at, owners) for at in range(rows)), broken=broken)
    return LIST.saved(book), expected


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

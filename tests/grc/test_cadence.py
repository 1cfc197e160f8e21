"""What comes round keeps its day, over short months, leap years and centuries."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.cadence import LONGEST, Every, due_after, nth

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("first", "every", "n", "day"),
    [
        ("2026-01-31", "monthly", 1, "2026-02-28"),
        ("2026-01-31", "monthly", 2, "2026-03-31"),
        ("2027-12-31", "monthly", 2, "2028-02-29"),
        ("2028-02-29", "yearly", 1, "2029-02-28"),
        ("2028-02-29", "yearly", 4, "2032-02-29"),
        ("2026-11-30", "quarterly", 1, "2027-02-28"),
        ("2026-11-30", "half-yearly", 1, "2027-05-30"),
        ("2026-12-28", "weekly", 1, "2027-01-04"),
        ("2026-12-31", "daily", 1, "2027-01-01"),
        ("2026-12-31", "yearly", 0, "2026-12-31"),
    ],
)
def test_due_dates_keep_their_day(first: str, every: str, n: int, day: str) -> None:
    assert nth(dt.date.fromisoformat(first), every, n).isoformat() == day


@given(first=DAYS, every=st.sampled_from(Every.values), day=DAYS)
def test_the_next_due_date_is_the_first_after_the_day(first: dt.date, every: str, day: dt.date) -> None:
    due = due_after(first, every, day)
    if day < first:
        assert due == first
        return
    assert due > day
    n = next(n for n in range(200_000) if nth(first, every, n) == due) if every in ("yearly", "half-yearly") else None
    if n:
        assert nth(first, every, n - 1) <= day


@given(first=DAYS, every=st.sampled_from(Every.values), n=st.integers(0, 300))
def test_two_of_them_lie_no_further_apart_than_is_said(first: dt.date, every: str, n: int) -> None:
    assert (nth(first, every, n + 1) - nth(first, every, n)).days <= LONGEST[Every(every)]


def test_there_is_no_date_beyond_the_year_9999() -> None:
    with pytest.raises(OverflowError):
        nth(dt.date(9999, 12, 31), "monthly", 1)

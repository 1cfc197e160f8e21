"""How long an agreement binds: month ends, leap days, renewals, and the last day for notice."""

import datetime as dt
import zoneinfo

import pytest
from django.utils import timezone

from vendors.agreements.cautions import cautions_of
from vendors.agreements.due import first_holding
from vendors.agreements.terms import Term, months_after, term_of
from vendors.models import Agreement

D = dt.date


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2028, 1, 31), 1, D(2028, 2, 29)),
        (D(2026, 1, 30), 1, D(2026, 2, 28)),
        (D(2027, 2, 28), 12, D(2028, 2, 29)),  # the last of a month stays the last
        (D(2028, 2, 28), 12, D(2029, 2, 28)),
        (D(2028, 2, 29), 12, D(2029, 2, 28)),
        (D(2028, 2, 29), 48, D(2032, 2, 29)),
        (D(2026, 6, 30), 6, D(2026, 12, 31)),
        (D(2026, 6, 29), 6, D(2026, 12, 29)),
        (D(2026, 11, 15), 3, D(2027, 2, 15)),
        (D(2026, 3, 31), -1, D(2026, 2, 28)),
        (D(2100, 2, 28), 12, D(2101, 2, 28)),
        (D(2099, 2, 28), 12, D(2100, 2, 28)),  # 2100 is no leap year
    ],
)
def test_months_after_keeps_the_end_of_the_month(day: dt.date, months: int, after: dt.date) -> None:
    assert months_after(day, months) == after


def test_months_after_ends_with_the_calendar() -> None:
    with pytest.raises(OverflowError):
        months_after(D(9999, 12, 1), 1)


def agreement(**values: object) -> Agreement:
    return Agreement(**{"kind": "dpa", "effective_on": D(2025, 3, 1), **values})


def automatic(ends_on: dt.date, months: int, notice_days: int | None, **values: object) -> Agreement:
    return agreement(renewal="automatic", ends_on=ends_on, renewal_months=months, notice_days=notice_days, **values)


@pytest.mark.parametrize(
    ("today", "running", "ends", "notice"),
    [
        (D(2026, 2, 28), D(2026, 2, 28), D(2026, 2, 28), None),
        (D(2026, 3, 1), D(2027, 2, 28), D(2027, 2, 28), None),
        (D(2027, 3, 1), D(2028, 2, 29), D(2028, 2, 29), None),
        (D(2028, 2, 29), D(2028, 2, 29), D(2028, 2, 29), None),
        (D(2028, 3, 1), D(2029, 2, 28), D(2029, 2, 28), None),
    ],
)
def test_term_renews_over_leap_days(today: dt.date, running: dt.date, ends: dt.date, notice: dt.date | None) -> None:
    term = term_of(automatic(D(2026, 2, 28), 12, None), today)
    assert (term.term_ends_on, term.ends_on, term.notice_by) == (running, ends, notice)
    assert term.in_force(today)


@pytest.mark.parametrize(
    ("today", "notice", "ends"),
    [
        (D(2028, 1, 30), D(2028, 1, 30), D(2028, 2, 29)),  # the last day for it
        (D(2028, 1, 31), D(2029, 1, 29), D(2029, 2, 28)),  # too late: one more year
        (D(2028, 2, 29), D(2029, 1, 29), D(2029, 2, 28)),
    ],
)
def test_term_notice_missed_binds_for_another_term(today: dt.date, notice: dt.date, ends: dt.date) -> None:
    term = term_of(automatic(D(2027, 2, 28), 12, 30), today)
    assert (term.notice_by, term.ends_on) == (notice, ends)
    assert term.term_ends_on == D(2028, 2, 29)


def test_term_notice_longer_than_a_term_reaches_a_later_one() -> None:
    term = term_of(automatic(D(2026, 1, 31), 1, 90), D(2026, 11, 21))
    assert (term.term_ends_on, term.ends_on, term.notice_by) == (D(2026, 11, 30), D(2027, 2, 28), D(2026, 11, 30))


def test_term_long_past_renews_many_times() -> None:
    term = term_of(automatic(D(1, 1, 31), 1, 3660), D(2026, 11, 21))
    assert term.term_ends_on == D(2026, 11, 30) and term.notice_by is not None and term.notice_by >= D(2026, 11, 21)


@pytest.mark.parametrize(
    ("values", "begins", "ends"),
    [
        ({}, D(2025, 3, 1), None),
        ({"effective_on": None, "signed_on": D(2025, 2, 1)}, D(2025, 2, 1), None),
        ({"effective_on": None}, None, None),
        ({"renewal": "fixed", "ends_on": D(2026, 12, 31)}, D(2025, 3, 1), D(2026, 12, 31)),
        ({"renewal": "fixed", "ends_on": D(2026, 12, 31), "ended_on": D(2026, 6, 30)}, D(2025, 3, 1), D(2026, 6, 30)),
        ({"renewal": "fixed", "ends_on": D(2026, 12, 31), "ended_on": D(2027, 6, 30)}, D(2025, 3, 1), D(2026, 12, 31)),
        ({"ended_on": D(2027, 1, 31)}, D(2025, 3, 1), D(2027, 1, 31)),
    ],
)
def test_term_without_renewal(values: dict[str, object], begins: dt.date | None, ends: dt.date | None) -> None:
    term = term_of(agreement(**values), D(2026, 11, 21))
    assert (term.begins_on, term.ends_on, term.notice_by, term.term_ends_on) == (begins, ends, None, None)


def test_term_ended_early_renews_no_more() -> None:
    term = term_of(automatic(D(2026, 2, 28), 12, 30, ended_on=D(2027, 2, 28)), D(2026, 11, 21))
    assert (term.ends_on, term.notice_by, term.term_ends_on) == (D(2027, 2, 28), None, None)


@pytest.mark.parametrize(
    ("today", "holds"),
    [(D(2025, 2, 28), False), (D(2025, 3, 1), True), (D(2026, 12, 31), True), (D(2027, 1, 1), False)],
)
def test_term_holds_through_its_first_and_its_last_day(today: dt.date, holds: bool) -> None:
    assert Term(D(2025, 3, 1), None, D(2026, 12, 31), None).in_force(today) is holds


@pytest.mark.parametrize("today", [D(2027, 2, 28), D(2028, 2, 28), D(2028, 2, 29), D(2028, 3, 1), D(2029, 2, 28)])
def test_first_holding_is_the_earliest_check_that_holds(today: dt.date) -> None:
    first = first_holding(today)
    assert months_after(first, 12) >= today > months_after(first - dt.timedelta(days=1), 12)


def test_cautions_come_ninety_days_ahead() -> None:
    one = automatic(D(2027, 3, 31), 12, 30)
    by = D(2027, 3, 1)
    early, near = by - dt.timedelta(days=91), by - dt.timedelta(days=90)
    assert cautions_of(one, term_of(one, early), early) == []
    assert "Notice is due by 1 Mar 2027 (in 90 days)" in cautions_of(one, term_of(one, near), near)[0]
    assert "(today)" in cautions_of(one, term_of(one, by), by)[0]
    late = by + dt.timedelta(days=1)
    assert "too late for notice to 31 Mar 2027: the earliest end is 31 Mar 2028" in " ".join(
        cautions_of(one, term_of(one, late), late)
    )


def test_today_is_where_the_reader_is(monkeypatch: pytest.MonkeyPatch) -> None:
    one = automatic(D(2028, 2, 29), 12, 0)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2028, 2, 29, 23, 30, tzinfo=dt.UTC))
    found = {}
    for zone in ("America/Los_Angeles", "UTC", "Europe/Berlin", "Pacific/Auckland"):
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            found[zone] = term_of(one, timezone.localdate()).term_ends_on
    assert found == {
        "America/Los_Angeles": D(2028, 2, 29), "UTC": D(2028, 2, 29),
        "Europe/Berlin": D(2029, 2, 28), "Pacific/Auckland": D(2029, 2, 28),
    }  # fmt: skip

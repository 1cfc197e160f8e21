"""On which days vendors' things run out, and in which order a calendar shows them: no database."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from vendors.overview.dates import (
    Entry,
    Kind,
    agreement_days,
    blocks_of,
    window,
)

TODAY = dt.date(2028, 2, 29)


def agreement(**fields: Any) -> Any:
    usual = dict.fromkeys(("effective_on", "signed_on", "ends_on", "ended_on", "renewal_months", "notice_days"))
    return SimpleNamespace(**{**usual, "renewal": "fixed", **fields})


def entry(kind: Kind, on: dt.date, reference: str = "AGR-0001") -> Entry:
    return Entry(kind, on, "DPA", "agreements", reference)


def test_what_ends_on_its_day_is_one_day() -> None:
    assert list(agreement_days(agreement(ends_on=dt.date(2028, 3, 31)), TODAY)) == [
        (Kind.AGREEMENT, dt.date(2028, 3, 31))
    ]


def test_what_renews_by_itself_has_its_renewal_and_the_last_day_for_notice() -> None:
    row = agreement(ends_on=dt.date(2025, 5, 31), renewal="automatic", renewal_months=12, notice_days=90)
    assert dict(agreement_days(row, TODAY)) == {
        Kind.RENEWAL: dt.date(2028, 5, 31),
        Kind.NOTICE: dt.date(2028, 3, 2),
    }


def test_notice_that_is_missed_moves_on_by_a_term_and_the_renewal_stays() -> None:
    row = agreement(ends_on=dt.date(2025, 5, 28), renewal="automatic", renewal_months=12, notice_days=90)
    assert dict(agreement_days(row, TODAY)) == {
        Kind.RENEWAL: dt.date(2028, 5, 28),
        Kind.NOTICE: dt.date(2028, 2, 28) + dt.timedelta(days=365),
    }


def test_what_was_ended_early_is_over_and_what_runs_on_has_no_day() -> None:
    assert not list(agreement_days(agreement(ends_on=TODAY, ended_on=dt.date(2028, 1, 1)), TODAY))
    assert not list(agreement_days(agreement(renewal="open"), TODAY))


@pytest.mark.parametrize(
    ("kind", "on", "late"),
    [
        (Kind.AGREEMENT, TODAY, False),
        (Kind.AGREEMENT, TODAY - dt.timedelta(days=1), True),
        (Kind.FACT, TODAY, True),
        (Kind.FACT, TODAY + dt.timedelta(days=1), False),
        (Kind.EVIDENCE, TODAY, True),
        (Kind.RENEWAL, TODAY - dt.timedelta(days=1), False),
    ],
)
def test_last_days_are_late_when_they_have_passed_first_days_when_they_come(
    kind: Kind, on: dt.date, late: bool
) -> None:
    assert entry(kind, on).is_late(TODAY) is late


def test_blocks_are_what_is_late_and_twelve_months() -> None:
    _first, last = window(TODAY)
    assert last == dt.date(2029, 1, 31)
    entries = [
        entry(Kind.AGREEMENT, last),
        entry(Kind.AGREEMENT, TODAY),
        entry(Kind.OBJECT, TODAY, "VNO-0001"),
        entry(Kind.REVIEW, dt.date(2027, 12, 1)),
        entry(Kind.RENEWAL, dt.date(2027, 12, 1)),
    ]
    late, first, *others = blocks_of(entries, TODAY)
    assert [one.kind for one in late.entries] == [Kind.REVIEW]
    assert [one.kind for one in first.entries] == [Kind.OBJECT, Kind.AGREEMENT]
    assert (late.key, first.key, others[-1].key) == ("late", "2028-02", "2029-01")
    assert len(others[-1].entries) == 1
    assert len([late, first, *others]) == 13


def test_uid_stays_when_the_day_moves() -> None:
    assert entry(Kind.NOTICE, TODAY).uid == entry(Kind.NOTICE, dt.date(2029, 1, 1)).uid == "AGR-0001-notice"

"""Days where they are counted, hours as they pass: leap days, changed clocks, zones on another day."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vendors.clock import (
    closes_at,
    deadline,
    earliest_effective,
    is_in_time,
    last_day,
    local_day,
    object_until,
    zone_of,
)

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
KIRITIMATI, PAGO_PAGO = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
Day = dt.date


@pytest.mark.parametrize(
    ("begin", "days", "last"),
    [
        (Day(2028, 2, 27), 1, Day(2028, 2, 28)),
        (Day(2028, 2, 28), 1, Day(2028, 2, 29)),
        (Day(2028, 2, 29), 1, Day(2028, 3, 1)),
        (Day(2027, 2, 28), 1, Day(2027, 3, 1)),
        (Day(2028, 1, 30), 30, Day(2028, 2, 29)),
        (Day(2027, 1, 30), 30, Day(2027, 3, 1)),
        (Day(2028, 2, 29), 365, Day(2029, 2, 28)),
        (Day(2026, 12, 31), 0, Day(2026, 12, 31)),
        (Day(2026, 12, 22), 10, Day(2027, 1, 1)),
        (Day(2026, 12, 20), 15, Day(2027, 1, 4)),
        (Day(2026, 12, 2), 30, Day(2027, 1, 1)),
        (Day(2027, 9, 3), 180, Day(2028, 3, 1)),
        (Day(2026, 9, 4), 180, Day(2027, 3, 3)),
    ],
)
def test_last_day_is_so_many_days_of_the_calendar_later(begin: Day, days: int, last: Day) -> None:
    assert last_day(begin, days) == last


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, KIRITIMATI, PAGO_PAGO, ZoneInfo("UTC")])
@pytest.mark.parametrize("days", [0, 10, 15, 30, 180])
@pytest.mark.parametrize(
    "at",
    [
        dt.datetime(2028, 2, 28, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2027, 3, 28, 0, 59, 59, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    ],
)
def test_the_last_day_counts_to_its_last_second(at: dt.datetime, days: int, zone: ZoneInfo) -> None:
    until = object_until(at, days, zone)
    over = dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min, zone)
    last = dt.datetime.combine(until, dt.time(23, 59, 59), zone)
    assert is_in_time(at, until, zone)
    assert is_in_time(last, until, zone)
    assert is_in_time(last.astimezone(dt.UTC), until, zone)
    assert not is_in_time(over, until, zone)
    assert closes_at(until, zone) == over
    assert is_in_time(closes_at(until, zone) - SECOND, until, zone)
    assert not is_in_time(closes_at(until, zone), until, zone)


def test_one_instant_is_two_days_apart_in_two_zones() -> None:
    at = dt.datetime(2026, 12, 31, 10, 30, tzinfo=dt.UTC)
    assert object_until(at, 0, KIRITIMATI) == Day(2027, 1, 1)
    assert object_until(at, 0, BERLIN) == Day(2026, 12, 31)
    assert object_until(at, 0, PAGO_PAGO) == Day(2026, 12, 30)
    assert closes_at(Day(2027, 1, 1), KIRITIMATI) == dt.datetime(2027, 1, 1, 10, tzinfo=dt.UTC)
    assert closes_at(Day(2026, 12, 30), PAGO_PAGO) == dt.datetime(2026, 12, 31, 11, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (Day(2027, 3, 28), BERLIN, 23),
        (Day(2026, 10, 25), BERLIN, 25),
        (Day(2027, 3, 14), NEW_YORK, 23),
        (Day(2026, 11, 1), NEW_YORK, 25),
        (Day(2026, 11, 2), NEW_YORK, 24),
    ],
)
def test_a_last_day_on_which_clocks_change_is_whole(day: Day, zone: ZoneInfo, hours: int) -> None:
    assert closes_at(day, zone) - closes_at(day - dt.timedelta(days=1), zone) == hours * HOUR


@pytest.mark.parametrize(
    ("at", "local"),
    [  # 72 hours over a change: the clock on the wall shows an hour more or less
        (dt.datetime(2027, 3, 26, 12, tzinfo=BERLIN), dt.datetime(2027, 3, 29, 13, tzinfo=BERLIN)),
        (dt.datetime(2026, 10, 23, 12, tzinfo=BERLIN), dt.datetime(2026, 10, 26, 11, tzinfo=BERLIN)),
        (dt.datetime(2027, 3, 12, 12, tzinfo=NEW_YORK), dt.datetime(2027, 3, 15, 13, tzinfo=NEW_YORK)),
        (dt.datetime(2026, 10, 30, 12, tzinfo=NEW_YORK), dt.datetime(2026, 11, 2, 11, tzinfo=NEW_YORK)),
        (dt.datetime(2028, 2, 27, 12, tzinfo=BERLIN), dt.datetime(2028, 3, 1, 12, tzinfo=BERLIN)),
    ],
)
def test_hours_are_hours_whatever_the_clocks_do(at: dt.datetime, local: dt.datetime) -> None:
    assert deadline(at, 72) == local
    assert deadline(at, 72) - at.astimezone(dt.UTC) == 72 * HOUR


def test_the_second_of_two_equal_hours_is_later_than_the_first() -> None:
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    assert deadline(first.replace(fold=1), 4) - deadline(first, 4) == HOUR


def test_effect_is_after_the_last_day_of_everybody() -> None:
    begin = Day(2028, 1, 30)
    untils = [last_day(begin, days) for days in (10, 30, 15)]
    assert earliest_effective(begin, untils) == Day(2028, 3, 1)
    assert earliest_effective(Day(2026, 12, 31), []) == Day(2027, 1, 1)


def test_an_unknown_zone_is_the_organisations() -> None:
    assert zone_of("Europe/Berlin") == BERLIN
    assert zone_of("").key == zone_of("Nowhere/Land").key == zone_of("../etc/passwd").key == "UTC"


@pytest.mark.parametrize("count", [lambda at: deadline(at, 1), lambda at: local_day(at, BERLIN)])
def test_an_instant_without_a_zone_is_refused(count: object) -> None:
    with pytest.raises(ValueError, match="time zone"):
        count(dt.datetime(2026, 1, 1, 12))  # type: ignore[operator]  # noqa: DTZ001

"""Whether an objective is on its way: both directions, and the edges of the time that it has."""

import datetime as dt
from decimal import Decimal as D

import pytest

from aims.support.course import Aim, Course, Trend, Value, course_of, expected, is_quiet, start_of, trend_of

BEGUN, DUE = dt.date(2026, 1, 1), dt.date(2026, 4, 11)  # a hundred days
MORE = Aim(more=True, baseline=D(0), target=D(100), begun_on=BEGUN, due_on=DUE)
LESS = Aim(more=False, baseline=D(100), target=D(0), begun_on=BEGUN, due_on=DUE)


def on(days: int) -> dt.date:
    return BEGUN + dt.timedelta(days=days)


def values(*pairs: tuple[int, float]) -> list[Value]:
    return [Value(on(days), D(str(value))) for days, value in pairs]


@pytest.mark.parametrize(
    ("aim", "measured", "course"),
    [
        (MORE, [], Course.UNMEASURED),
        (MORE, [(50, 50)], Course.ON),
        (MORE, [(50, 49.9)], Course.BEHIND),
        (MORE, [(20, 90), (50, 49)], Course.BEHIND),  # the latest counts
        (MORE, [(50, 100)], Course.REACHED),
        (MORE, [(50, 99.9999)], Course.ON),
        (LESS, [(50, 50)], Course.ON),
        (LESS, [(50, 50.1)], Course.BEHIND),
        (LESS, [(50, 0)], Course.REACHED),
        (LESS, [(50, -3)], Course.REACHED),
    ],
)
def test_latest_value_is_held_against_a_straight_way(
    aim: Aim, measured: list[tuple[int, float]], course: Course
) -> None:
    assert course_of(aim, values(*measured), on(60)) == course


def test_what_was_on_course_when_measured_stays_so_until_the_next_value() -> None:
    assert course_of(MORE, values((10, 12)), on(90)) == Course.ON


def test_without_a_baseline_the_first_value_is_the_start() -> None:
    aim = Aim(more=True, baseline=None, target=D(100), begun_on=BEGUN, due_on=DUE)
    assert start_of(aim, []) is None
    assert course_of(aim, values((20, 60)), on(30)) == Course.EARLY
    assert course_of(aim, values((20, 100)), on(30)) == Course.REACHED
    assert course_of(aim, values((20, 60), (60, 80)), on(70)) == Course.ON
    assert course_of(aim, values((20, 60), (60, 79)), on(70)) == Course.BEHIND


def test_one_value_with_a_baseline_is_enough() -> None:
    assert course_of(MORE, values((0, 0)), on(0)) == Course.ON
    assert course_of(MORE, values((1, 0)), on(1)) == Course.BEHIND


@pytest.mark.parametrize(
    ("measured", "today", "course"),
    [
        ([(90, 80)], 100, Course.BEHIND),  # the last day belongs to it
        ([(90, 80)], 101, Course.MISSED),
        ([(90, 100)], 101, Course.REACHED),
        ([(90, 100), (100, 99)], 101, Course.MISSED),
        ([(90, 80), (101, 100)], 105, Course.MISSED),  # too late
        ([(90, 100), (101, 20)], 105, Course.REACHED),  # what comes after its time is another matter
        ([], 101, Course.MISSED),
    ],
)
def test_after_its_time_the_last_value_within_it_counts(
    measured: list[tuple[int, float]], today: int, course: Course
) -> None:
    assert course_of(MORE, values(*measured), on(today)) == course


def test_values_of_days_to_come_do_not_count() -> None:
    assert course_of(MORE, values((10, 5), (60, 100)), on(30)) == Course.BEHIND


def test_values_from_before_it_was_written_down_begin_the_way() -> None:
    assert start_of(MORE, values((-20, 3))) == Value(on(-20), D(0))
    assert start_of(MORE, values((5, 3))) == Value(on(0), D(0))


def test_way_is_flat_before_its_start_and_after_its_end() -> None:
    start = Value(on(0), D(20))
    assert [expected(start, MORE, on(days)) for days in (-5, 0, 50, 100, 150)] == [20, 20, 60, 100, 100]
    assert expected(Value(DUE, D(20)), MORE, on(3)) == 100  # no time at all


@pytest.mark.parametrize(
    ("aim", "pair", "trend"),
    [
        (MORE, (1, 2), Trend.BETTER),
        (MORE, (2, 1), Trend.WORSE),
        (LESS, (1, 2), Trend.WORSE),
        (LESS, (2, 1), Trend.BETTER),
        (LESS, (2, 2), Trend.SAME),
    ],
)
def test_trend_follows_the_direction(aim: Aim, pair: tuple[int, int], trend: Trend) -> None:
    assert trend_of(aim, values((1, 50), (2, pair[0]), (3, pair[1]))) == trend
    assert trend_of(aim, values((3, pair[1]))) == Trend.NONE


def test_quiet_is_more_than_thirty_five_days() -> None:
    assert [is_quiet(values((10, 1)), BEGUN, on(10 + days)) for days in (35, 36)] == [False, True]
    assert [is_quiet([], BEGUN, on(days)) for days in (35, 36)] == [False, True]

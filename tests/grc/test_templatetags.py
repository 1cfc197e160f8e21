"""Dates as people read them: in their zone, with the exact moment behind them."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import timezone

from grc.registers.cells import Cell
from grc.registers.query import Choice
from grc.templatetags import assay

NOON = dt.datetime(2026, 7, 1, 12, 0, 5, tzinfo=dt.UTC)


def test_moment_is_in_the_readers_zone_with_utc_as_title() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        shown = assay.moment(NOON)
    assert ">1 Jul 2026, 14:00</time>" in shown
    assert 'datetime="2026-07-01T12:00:05Z"' in shown
    assert 'title="2026-07-01 14:00:05 CEST · 2026-07-01 12:00:05 UTC"' in shown


def test_moment_of_nothing_is_empty() -> None:
    assert assay.moment(None) == assay.ago(None) == assay.day(None) == assay.due(None) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "just now"),
        (-5, "in a moment"),
        (60, "1 minute ago"),
        (3 * 3600, "3 hours ago"),
        (-90 * 86_400 + 5, "in 90 days"),
        (86_400, "1 day ago"),
    ],
)
def test_ago_speaks_in_the_nearest_unit(seconds: int, words: str) -> None:
    assert f">{words}</time>" in assay.ago(timezone.now() - dt.timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-1, "1 day overdue", "due-over"),
        (0, "today", "due-soon"),
        (1, "tomorrow", "due-soon"),
        (14, "in 14 days", "due-soon"),
    ],
)
def test_due_names_distance_and_urgency(days: int, words: str, tone: str) -> None:
    shown = assay.due(timezone.localdate() + dt.timedelta(days=days))
    assert f">{words}</time>" in shown
    assert tone in shown


def test_due_far_away_is_a_date() -> None:
    day = timezone.localdate() + dt.timedelta(days=15)
    assert "due-later" in assay.due(day)
    assert str(day.year) in assay.due(day)


def test_state_of_an_unknown_tone_is_quiet_and_escaped() -> None:
    assert assay.state("<b>", "shocking-pink") == '<span class="state state-secondary">&lt;b&gt;</span>'
    assert "state-red" in assay.state("Denied", "red")


def test_chosen_counts_and_elided_leaves_gaps() -> None:
    assert assay.chosen([Choice("a", "A", chosen=True), Choice("b", "B", chosen=False)]) == 1
    pages = Paginator(range(1000), 10)
    assert list(assay.elided(pages.page(50))) == [1, Paginator.ELLIPSIS, 48, 49, 50, 51, 52, Paginator.ELLIPSIS, 100]


def test_a_fact_shows_what_a_filter_made_and_escapes_what_people_typed() -> None:
    source = "{% load assay %}{% fact 'Asked for' at|moment %}{% fact 'Remark' typed long=True %}"
    shown = Template(source).render(Context({"at": NOON, "typed": "<b>"}))
    assert '<time datetime="2026-07-01T12:00:05Z"' in shown
    assert 'class="fact fact-long"' in shown
    assert "&lt;b&gt;" in shown


@pytest.mark.parametrize(
    ("value", "kind"), [("18000.00", "number"), ("1.25", "number"), ("0.0004", "text"), ("-1200", "number")]
)
def test_cell_separates_thousands_and_rounds_nothing(value: str, kind: str) -> None:
    shown = assay.cell(Cell("cost", "Cost", value, Decimal(value)))
    assert shown["kind"] == kind

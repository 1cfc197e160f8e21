"""Pictures of risks, counted from records that the actor may see."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from aims.models import Risk
from aims.pictures import parts_graph
from aims.risks.pictures import heat_map, risks_over_time, treatment_timeline
from grc.access.actor import Actor
from grc.actions.records import archive_record, create_record
from grc.models import Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db


def risk(by: Actor, **fields: Any) -> Risk:
    made: Risk = make("risks", by, **fields)
    return made


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def dated_risk(by: Actor, days: int, **fields: Any) -> Risk:
    made: Any = Risk(organisation=by.organisation, name=f"Risk of {days} days", event="It errs.", **fields)
    made._history_date = days_ago(days)
    saved: Risk = create_record(record=made, by=by)
    return saved


def change(record: Any, days: int, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(record, name, value)
    record._history_date = days_ago(days)
    record.save()


def cells(picture: Any) -> dict[tuple[str, str], Any]:
    return {
        (picture.rows[row], picture.columns[column]): cell
        for row, line in enumerate(picture.cells)
        for column, cell in enumerate(line)
    }


def test_heat_map_counts_open_risks_by_likelihood_and_impact(system: Actor) -> None:
    for _ in range(2):
        risk(system, likelihood=4, impact=3)
    risk(system, likelihood=1, impact=5, residual_likelihood=1, residual_impact=2)
    risk(system, likelihood=None, impact=None)
    risk(system, likelihood=4, impact=3, state="closed")
    archive_record(record=risk(system, likelihood=4, impact=3), by=system)
    found = cells(heat_map(system))
    assert {place: cell.count for place, cell in found.items() if cell.count} == {("4", "3"): 2, ("1", "5"): 1}
    assert "1 is not judged yet" in heat_map(system).description
    after = {place: cell.count for place, cell in cells(heat_map(system, residual=True)).items() if cell.count}
    assert after == {("1", "2"): 1}
    assert "3 have no score after treatment." in heat_map(system, residual=True).description


def test_heat_map_takes_its_bands_and_names_from_the_criteria(system: Actor) -> None:
    scale = "Rare: never\n2. Unlikely\nPossible - sometimes\nLikely, often\nAlmost certain (daily)"
    make("risk-criteria", system, likelihood_scale=scale, impact_scale=scale, acceptable_to=6, high_from=20)
    picture = heat_map(system)
    assert list(picture.columns) == ["1 Rare", "2 Unlikely", "3 Possible", "4 Likely", "5 Almost certain"]
    assert list(picture.rows) == list(picture.columns)[::-1]
    tones = {place: cell.tone for place, cell in cells(picture).items()}
    assert tones["2 Unlikely", "3 Possible"] == "green"
    assert tones["4 Likely", "4 Likely"] == "yellow"
    assert tones["5 Almost certain", "4 Likely"] == "red"


def test_a_cell_leads_to_its_risks(system: Actor) -> None:
    risk(system, likelihood=4, impact=3)
    cell = cells(heat_map(system))["4", "3"]
    parts = urlsplit(cell.href)
    assert parts.path == "/o/nordhaven/risks/"
    asked = parse_qs(parts.query)
    assert (asked["likelihood_min"], asked["likelihood_max"]) == (["4"], ["4"])
    assert (asked["impact_min"], asked["impact_max"]) == (["3"], ["3"])
    assert asked["state"] == ["open", "treating", "treated"]


def test_pictures_hold_nothing_of_another_organisation(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    other = Actor.system(other_organisation)
    risk(other, likelihood=4, impact=3, treat_by=timezone.localdate())
    make("components", other, system=make("ai-systems", other, name="Foreign"))
    for actor in (system, actor_of("administrator")):
        assert not any(cell.count for cell in cells(heat_map(actor)).values())
        assert not treatment_timeline(actor).lanes
        assert not any(value for series in risks_over_time(actor).series for value in series.values)


def test_who_may_not_see_risks_sees_an_empty_picture(system: Actor, actor_of: Callable[..., Actor]) -> None:
    risk(system, likelihood=4, impact=3, treat_by=timezone.localdate())
    reader = actor_of("reader")
    assert not any(cell.count for cell in cells(heat_map(reader)).values())
    assert not treatment_timeline(reader).lanes
    assert not any(value for series in risks_over_time(reader).series for value in series.values)


def test_risks_over_time_follow_each_risk_s_history(system: Actor) -> None:
    today = timezone.localdate()
    moved = dated_risk(system, 100, likelihood=5, impact=5)
    change(moved, 10, residual_likelihood=1, residual_impact=2)
    closed = dated_risk(system, 100, likelihood=3, impact=3)
    change(closed, 40, state="closed")
    picture = risks_over_time(system)
    assert len(picture.labels) == 12
    high, medium, low = ([value or 0 for value in series.values] for series in picture.series)
    ends = [dt.date.fromisoformat(f"{label}-01") for label in picture.labels[:-1]]
    before = [end.replace(day=28) < today - dt.timedelta(days=104) for end in ends]
    assert all(high[at] == 0 for at, early in enumerate(before) if early)
    assert (high[-1], medium[-1], low[-1]) == (0, 0, 1)
    assert max(high) == 1
    assert max(medium) == 1


def test_timeline_marks_what_is_late(system: Actor) -> None:
    today = timezone.localdate()
    late = risk(system, treat_by=today - dt.timedelta(days=3))
    risk(system, treat_by=today + dt.timedelta(days=30), system=make("ai-systems", system, name="Claims"))
    risk(system, treat_by=today - dt.timedelta(days=9), state="treated")
    risk(system)
    picture = treatment_timeline(system)
    assert {lane.name: [span.tone for span in lane.spans] for lane in picture.lanes} == {
        "The organisation": ["green", "red"],
        "Claims": ["blue"],
    }
    assert picture.lanes[0].spans[1].href == late.get_absolute_url()
    assert "1 is late." in picture.description


def test_parts_lead_from_the_system_to_who_supplies_them(system: Actor) -> None:
    whole = make("ai-systems", system, name="Claims triage")
    model = make("components", system, system=whole, name="Model", supplier="Acme", region="EU")
    make("components", system, system=whole, name="Prompt", kind="prompt", pinned_version="")
    archive_record(record=make("components", system, system=whole, name="Old"), by=system)
    make("components", system, name="Foreign")
    picture = parts_graph(whole, system)
    assert [node.name for node in picture.nodes] == ["Claims triage", "Model 2026-01-01", "Prompt", "Acme"]
    edges = [(edge.source, edge.target, edge.label) for edge in picture.edges]
    assert (whole.reference, model.reference, "") in edges
    assert (model.reference, "supplier Acme", "EU") in edges

"""Objectives on their page, in the overview, in files and on the home page."""

import datetime as dt
import io
import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.home.support import objectives_to_look_at
from aims.models import Measurement, Objective
from aims.support.actions import measure_objective
from aims.support.objectives import objective_chart, row_of, rows_of, values_of
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.records import archive_record
from grc.models import ActivityEvent, Organisation
from tests.aims.risks.test_overview import pdf_text
from tests.factories import make

pytestmark = pytest.mark.django_db
OVERVIEW = "/o/nordhaven/objectives/overview"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def objective(by: Actor, *measured: tuple[int, float], due: int = 90, **fields: Any) -> Objective:
    usual: dict[str, Any] = {"better": "more", "baseline": Decimal(0), "target": Decimal(100), "due_on": day(due)}
    made: Objective = make("objectives", by, **usual | fields)
    for days, value in measured:
        make("measurements", by, objective=made, measured_on=day(days), value=str(value))
    return made


def test_todays_value_is_added_from_the_record(system: Actor, client_of: Callable[..., Client]) -> None:
    made, client = objective(system, (-30, 10)), client_of("compliance-officer")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Straight way" in page
    assert f'action="{made.get_absolute_url()}/measure"' in page
    answer = client.post(f"{made.get_absolute_url()}/measure", {"value": "42.5", "note": "From the ledger"})
    assert answer["Location"] == made.get_absolute_url()
    row = Measurement.unscoped.get(objective=made, measured_on=timezone.localdate())
    assert (float(row.value), row.note) == (42.5, "From the ledger")
    assert row.history.count() == 1


@pytest.mark.parametrize("value", ["", "much", "1e40", "NaN", "123456789012345"])
def test_what_is_no_value_comes_back_with_its_field(
    value: str, system: Actor, client_of: Callable[..., Client]
) -> None:
    made, client = objective(system), client_of("compliance-officer")
    answer = client.post(f"{made.get_absolute_url()}/measure", {"value": value, "note": "kept words"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="measure-value_error"' in page
    assert "kept words" in page


def test_second_value_of_a_day_is_refused_and_nothing_is_lost(system: Actor, client_of: Callable[..., Client]) -> None:
    made, client = objective(system, (0, 10)), client_of("compliance-officer")
    answer = client.post(f"{made.get_absolute_url()}/measure", {"value": "42", "note": "kept words"})
    assert answer.status_code == 422
    assert "There is a value for this day." in answer.content.decode()
    assert "kept words" in answer.content.decode()


def test_who_may_not_change_the_objective_adds_no_value(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    made, owned = objective(system), objective(system, owner=actor_of("contributor").person)
    for role, status in (("reader", 404), ("approver", 403), ("contributor", 403)):
        assert client_of(role).post(f"{made.get_absolute_url()}/measure", {"value": "1"}).status_code == status
    assert "/measure" not in client_of("approver").get(made.get_absolute_url()).content.decode()
    assert client_of("contributor").post(f"{owned.get_absolute_url()}/measure", {"value": "1"}).status_code == 302
    with pytest.raises(NotVisible):
        measure_objective(objective=made, value=1, by=Actor.system(other_organisation))  # type: ignore[arg-type]
    assert Measurement.unscoped.count() == 1


def test_objective_that_is_closed_or_archived_takes_no_value(system: Actor, client_of: Callable[..., Client]) -> None:
    closed, gone = objective(system, state="reached"), objective(system)
    archive_record(record=gone, by=system)
    gone.refresh_from_db()
    for made in (closed, gone):
        with pytest.raises(Denied):
            measure_objective(objective=made, value=1, by=system)  # type: ignore[arg-type]
    page = client_of("compliance-officer").get(closed.get_absolute_url()).content.decode()
    assert '/measure"' not in page


def test_today_is_the_readers(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 23:30 UTC it is tomorrow in Auckland: two readers write down two days."""
    made = objective(system)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 6, 10, 23, 30, tzinfo=dt.UTC))
    for zone in ("UTC", "Pacific/Auckland"):
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            measure_objective(objective=made, value=1, by=system)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        measure_objective(objective=made, value=1, by=system)  # type: ignore[arg-type]
    days = Measurement.unscoped.order_by("measured_on").values_list("measured_on", flat=True)
    assert list(days) == [dt.date(2026, 6, 10), dt.date(2026, 6, 11)]


def test_chart_has_a_place_for_each_step_and_is_left_out_where_it_would_lie(system: Actor) -> None:
    made = objective(system, (-60, 10), (-30, 20), (-1, 40))
    row = row_of(made, values_of([made], system)[made.pk], timezone.localdate())
    chart = objective_chart(row)
    assert chart is not None
    measured, way, target = (series.values for series in chart.series)
    assert [value for value in measured if value is not None] == [10.0, 20.0, 40.0]
    assert (way[0], way[-1], set(target)) == (0.0, 100.0, {100.0})
    assert len(chart.labels) <= 31
    assert chart.labels[-1] == made.due_on.isoformat()
    below = objective(system, (-3, -5))
    assert objective_chart(row_of(below, values_of([below], system)[below.pk], timezone.localdate())) is None
    bare = objective(system)
    assert objective_chart(row_of(bare, [], timezone.localdate())) is None


def test_chart_of_ten_years_is_not_longer(system: Actor) -> None:
    made = objective(system, *((days, 1) for days in range(-3650, 0, 400)), due=300)
    chart = objective_chart(row_of(made, values_of([made], system)[made.pk], timezone.localdate()))
    assert chart is not None
    assert len(chart.labels) <= 31


def test_overview_says_how_each_stands(system: Actor, client_of: Callable[..., Client]) -> None:
    objective(system, (-1, 99), name="Nearly there")
    objective(system, (-90, 1), (-60, 1), name="Far off")
    objective(system, (-1, 100), name="All done")
    objective(system, (-40, 1), due=-1, name="Over")
    objective(system, name="Bare")
    objective(system, name="Closed one", state="dropped")
    said = {row.objective.name: (row.words, row.quiet) for row in rows_of(system)}
    assert said == {
        "Nearly there": ("On course", False), "Far off": ("Behind", True), "All done": ("Target reached", False),
        "Over": ("Not reached in time", True), "Bare": ("Not measured yet", False), "Closed one": ("Dropped", False),
    }  # fmt: skip
    page = client_of("approver").get(OVERVIEW).content.decode()
    for name, (words, _quiet) in said.items():
        assert name in page
        assert words in page
    assert "Add an objective" not in page
    assert "Add an objective" in client_of("compliance-officer").get(OVERVIEW).content.decode()


def test_overview_and_its_files_are_for_who_sees_the_aims(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    objective(system, (-1, 42), name="Ours", unit="%")
    objective(Actor.system(other_organisation), name="Theirs")
    for end in ("", ".xlsx", ".pdf", ".csv"):
        assert client_of("reader").get(OVERVIEW + end).status_code == 404
    client = client_of("approver")
    assert client.get(OVERVIEW + ".exe").status_code == 404
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(OVERVIEW + ".xlsx")))).active
    assert sheet is not None
    cells = [str(value) for row in sheet.iter_rows(values_only=True) for value in row]
    assert ("Ours" in cells, "Theirs" in cells, "42 %" in cells) == (True, False, True)
    assert "On course" in pdf_text(b"".join(client.get(OVERVIEW + ".pdf")))
    noted = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert sorted(noted) == ["Objectives (pdf): 1", "Objectives (xlsx): 1"]


def test_overview_asks_as_often_for_thirty_as_for_one(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    made = objective(system, (-1, 10))
    client.get(OVERVIEW)
    once, page = asked(OVERVIEW), asked(made.get_absolute_url())
    for number in range(29):
        objective(system, (-1, number))
        make("measurements", system, objective=made, measured_on=day(-5 - number))
    assert (asked(OVERVIEW), asked(made.get_absolute_url())) == (once, page)


def test_home_asks_for_what_an_objective_needs_once(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("compliance-officer")
    objective(system, (-36, 80), name="Quiet")
    objective(system, (-1, 100), name="Reached")
    objective(system, (-1, 1), due=14, name="Soon")
    objective(system, (-1, 1), due=15, name="Not soon")
    objective(system, (-9, 1), due=-1, name="Missed")
    objective(system, (-9, 100), due=-1, name="Over and reached")
    objective(system, (-99, 1), due=-1, state="missed", name="Closed")
    said = {str(todo.text): todo.tone for todo in objectives_to_look_at(me)}
    expected = {
        "Measure OBJ-0001 Quiet": "yellow",
        "Close OBJ-0002 Reached": "blue",
        "Look at OBJ-0003 Soon": "yellow",
        "Say how OBJ-0005 Missed ended": "red",
        "Say how OBJ-0006 Over and reached ended": "yellow",
    }
    assert said == expected
    assert list(objectives_to_look_at(actor_of("approver"))) == []
    assert list(objectives_to_look_at(actor_of("contributor"))) == []

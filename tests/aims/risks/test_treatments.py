"""What is done about a risk: one click, a total, what is late; and a risk that always says what is done."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.home.risks import impact_assessments_to_repeat, treatments_to_finish
from aims.models import Treatment
from aims.risks.treatments import treatment_panel
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.many import create_records
from grc.actions.records import archive_record, change_record
from tests.aims.risks.making import read_again
from tests.factories import make

pytestmark = pytest.mark.django_db


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def test_page_shows_treatments_their_cost_and_what_is_late(system: Actor, client_of: Callable[..., Client]) -> None:
    risk = make("risks", system)
    make("treatments", system, risk=risk, name="Late one", due_on=yesterday(), cost="1000.00")
    make("treatments", system, risk=risk, name="Done one", due_on=yesterday(), done_on=yesterday(), cost="250.50")
    archive_record(record=make("treatments", system, risk=risk, name="Given up", cost="9"), by=system)
    page = client_of("compliance-officer").get(risk.get_absolute_url()).content.decode()
    assert "1,250.50" in page
    assert "1 late" in page
    assert page.count('/done"') == 1
    assert "Given up" not in page
    assert '/done"' not in client_of("approver").get(risk.get_absolute_url()).content.decode()


def test_one_click_marks_it_as_done_and_the_state_is_suggested(system: Actor, client_of: Callable[..., Client]) -> None:
    risk, client = make("risks", system, state="treating"), client_of("compliance-officer")
    treatment = make("treatments", system, risk=risk, due_on=yesterday())
    assert "Set the state" not in client.get(risk.get_absolute_url()).content.decode()
    answer = client.post(f"/o/nordhaven/treatments/{treatment.reference}/done", follow=True)
    assert "is done." in answer.content.decode()
    assert read_again(treatment).done_on == timezone.localdate()
    assert read_again(risk).state == "treating"
    assert "Set the state to “Treated”" in answer.content.decode()
    assert (
        "is marked as done already"
        in client.post(f"/o/nordhaven/treatments/{treatment.reference}/done", follow=True).content.decode()
    )
    client.post(f"{risk.get_absolute_url()}/follow")
    assert read_again(risk).state == "treated"
    assert "say nothing else" in client.post(f"{risk.get_absolute_url()}/follow", follow=True).content.decode()


def test_one_click_by_api_and_for_who_may(system: Actor, client_of: Callable[..., Client]) -> None:
    risk = make("risks", system)
    treatment = make("treatments", system, risk=risk)
    done, follow = f"/treatments/{treatment.reference}/done", f"/risks/{risk.reference}/follow"
    for base in ("/o/nordhaven", "/api/v1/o/nordhaven"):
        for path in (done, follow):
            assert client_of("reader").post(base + path).status_code == 404
            assert client_of("approver").post(base + path).status_code == 403
            assert client_of("contributor").post(base + path).status_code == 403  # it has another owner
    officer = client_of("compliance-officer")
    assert officer.post(f"/api/v1/o/nordhaven{done}").json()["done_on"] == timezone.localdate().isoformat()
    assert officer.post(f"/api/v1/o/nordhaven{done}").status_code == 409
    assert officer.post(f"/api/v1/o/nordhaven{follow}").json()["state"] == "treated"
    assert officer.post(f"/api/v1/o/nordhaven{follow}").status_code == 409


def test_a_risk_says_what_is_done_or_has_a_treatment(system: Actor, client_of: Callable[..., Client]) -> None:
    risk, client = make("risks", system), client_of("compliance-officer")
    url = f"/api/v1{risk.get_absolute_url()}"
    answer = client.patch(url, {"lock": risk.lock, "treatment": "reduce"}, "application/json")
    assert "or add a treatment first" in answer.json()["fields"]["treatment_plan"][0]
    treatment = make("treatments", system, risk=risk)
    assert client.patch(url, {"lock": risk.lock, "treatment": "reduce"}, "application/json").status_code == 200
    with pytest.raises(Denied, match="This is all that is done about"):
        archive_record(record=treatment, by=system)
    moved = read_again(treatment)
    moved.risk = make("risks", system)
    with pytest.raises(Denied, match="This is all that is done about"):
        change_record(record=moved, by=system, lock=moved.lock)
    assert read_again(treatment).risk == risk
    make("treatments", system, risk=risk)
    archive_record(record=treatment, by=system)


def test_panel_takes_as_many_queries_for_many(system: Actor, actor_of: Callable[..., Actor]) -> None:
    risk, officer = make("risks", system), actor_of("compliance-officer")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            panel = treatment_panel(read_again(risk), officer)
            assert all(str(row.treatment) and str(row.treatment.owner) for row in panel.rows)
        return len(queries)

    make("treatments", system, risk=risk)
    one = count()
    rows = [Treatment(organisation=system.organisation, risk=risk, name=f"T{n}") for n in range(30)]
    create_records(records=rows, by=system)
    assert count() == one


def test_home_names_what_is_late_to_its_owner_alone(system: Actor, actor_of: Callable[..., Any]) -> None:
    owner = actor_of("contributor")
    make("treatments", system, name="Late", due_on=yesterday(), owner=owner.person)
    make("treatments", system, name="Done", due_on=yesterday(), done_on=yesterday(), owner=owner.person)
    make("treatments", system, name="Later", due_on=timezone.localdate(), owner=owner.person)
    make("impact-assessments", system, name="Old", repeat_on=yesterday(), owner=owner.person)
    make("impact-assessments", system, name="New", repeat_on=timezone.localdate(), owner=owner.person)
    assert ["Late" in str(todo.text) for todo in treatments_to_finish(owner)] == [True]
    assert ["Old" in str(todo.text) for todo in impact_assessments_to_repeat(owner)] == [True]
    assert not list(treatments_to_finish(actor_of("compliance-officer")))
    assert not list(impact_assessments_to_repeat(actor_of("reader")))

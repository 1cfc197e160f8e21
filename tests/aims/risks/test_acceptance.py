"""An acceptance holds for the risk as it stood, and for no other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aims.home.risks import risks_to_look_at
from aims.models import Risk
from aims.risks.acceptance import acceptance_of
from grc.access.actor import Actor
from grc.actions.many import create_records
from grc.actions.records import archive_record, change_record, restore_record
from grc.approvals.actions import NotSendable, send_for_approval
from tests.aims.risks.making import acceptance, read_again, signed
from tests.aims.risks.test_overview import pdf_text
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("compliance-officer")


@pytest.fixture
def approver(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("approver")


@pytest.fixture
def accepted(officer: Actor, approver: Actor) -> Any:
    """A risk at 6 with one treatment, accepted."""
    with officer.working():
        risk = make("risks", officer, likelihood=2, impact=3, treatment="accept")
        make("treatments", officer, risk=risk, name="Watch it")
        signed(risk, officer, approver)
    return read_again(risk)


def change(record: Any, by: Actor, **values: Any) -> None:
    record = read_again(record)
    for name, value in values.items():
        setattr(record, name, value)
    change_record(record=record, by=by, lock=record.lock)


def test_signed_risk_is_accepted_and_says_so(accepted: Any, client_of: Callable[..., Client]) -> None:
    assert accepted.acceptance == "accepted"
    page = client_of("approver").get(accepted.get_absolute_url()).content.decode()
    assert "Accepted as it stood on" in page
    assert "at 6." in page


@pytest.mark.parametrize(
    "values",
    [
        {"likelihood": 4}, {"residual_likelihood": 1, "residual_impact": 1}, {"event": "Something else."},
        {"treatment": "undecided"}, {"treatment_plan": "More"}, {"system": "new"},
    ],
)  # fmt: skip
def test_what_matters_reopens_it_and_brings_it_back(accepted: Any, system: Actor, values: dict[str, Any]) -> None:
    before = {name: getattr(accepted, name) for name in values}
    if "system" in values:
        values = {"system": make("ai-systems", system)}
    change(accepted, system, **values)
    assert acceptance(accepted) == "reopened"
    change(accepted, system, **before)
    assert acceptance(accepted) == "accepted"


def test_treatments_reopen_it_but_not_that_one_is_done(accepted: Any, system: Actor) -> None:
    treatment = accepted.treatments.get()
    change(treatment, system, done_on="2026-05-03", cost="5")
    assert acceptance(accepted) == "accepted"
    more = make("treatments", system, risk=accepted, name="More")
    change(more, system, description="x")
    assert acceptance(accepted) == "reopened"
    archive_record(record=read_again(more), by=system)
    assert acceptance(accepted) == "accepted"
    archive_record(record=read_again(treatment), by=system)
    assert acceptance(accepted) == "reopened"
    restore_record(record=read_again(treatment), by=system)
    assert acceptance(accepted) == "accepted"
    many = [type(treatment)(organisation=system.organisation, risk=accepted, name=f"T{n}") for n in range(2)]
    create_records(records=many, by=system)
    assert acceptance(accepted) == "reopened"


def test_what_does_not_matter_leaves_it(accepted: Any, system: Actor) -> None:
    change(accepted, system, name="Another name", tags=["x"], review_on="2027-01-01", source="Elsewhere")
    change(make("ai-systems", system), system, name="Other")
    assert acceptance(accepted) == "accepted"


def test_the_other_meaning_accepts_nothing(system: Actor, officer: Actor, approver: Actor, accepted: Any) -> None:
    other = make("risks", officer)
    signed(other, officer, approver, meaning=1)
    assert acceptance(other) == "none"
    assert acceptance_of(read_again(other)) is None
    change(accepted, system, likelihood=4)
    signed(accepted, officer, approver)
    assert acceptance(accepted) == "accepted"
    change(accepted, system, likelihood=5)
    signed(accepted, officer, approver, meaning=1)
    assert acceptance(accepted) == "none"


def test_reopened_stands_in_list_home_overview_and_report(
    accepted: Any, system: Actor, officer: Actor, client_of: Callable[..., Client]
) -> None:
    make("risks", system, name="Never signed")
    change(accepted, system, likelihood=4)
    client = client_of("compliance-officer")
    listed = client.get("/o/nordhaven/risks/?acceptance=reopened&col=name&col=acceptance").content.decode()
    assert accepted.name in listed
    assert "Never signed" not in listed
    assert "Never signed" in client.get("/o/nordhaven/risks/?acceptance=none").content.decode()
    (todo,) = [one for one in risks_to_look_at(officer) if "signed again" in str(one.text)]
    assert "at 6; now 12." in str(todo.why)
    assert "1 risk was accepted once" in client.get("/o/nordhaven/risks/overview").content.decode()
    report = " ".join(pdf_text(b"".join(client.get("/o/nordhaven/risks/report.pdf"))).split())
    assert "To be accepted anew" in report
    assert "at 6; now 12." in report
    page = client.get(accepted.get_absolute_url()).content.decode()
    assert "Open again" in page
    change(accepted, system, likelihood=2, event="Else.")
    (todo,) = [one for one in risks_to_look_at(officer) if "signed again" in str(one.text)]
    assert "changed since: What may happen." in str(todo.why)


def test_nobody_writes_the_acceptance(accepted: Any, client_of: Callable[..., Client], officer: Actor) -> None:
    client = client_of("compliance-officer")
    sent = {"lock": accepted.lock, "acceptance": "none"}
    answer = client.patch(f"/api/v1{accepted.get_absolute_url()}", sent, "application/json")
    assert answer.status_code == 400
    assert acceptance(accepted) == "accepted"


def test_only_top_management_accepts_and_only_what_was_judged(
    system: Actor, officer: Actor, approver: Actor, actor_of: Callable[..., Actor]
) -> None:
    high = make("risks", officer, likelihood=5, impact=5)
    for role in ("contributor", "reader", "internal-auditor"):
        person = actor_of(role).person
        assert person is not None
        with pytest.raises(NotSendable, match="holds no role that may approve"):
            send_for_approval(record=read_again(high), approvers=[person], note="x", lock=high.lock, by=officer)
    vague = read_again(make("risks", officer, likelihood=None, impact=None))
    assert approver.person is not None
    with pytest.raises(NotSendable, match="Judge likelihood and impact first"):
        send_for_approval(record=vague, approvers=[approver.person], note="x", lock=vague.lock, by=officer)
    assert Risk.unscoped.exclude(acceptance="none").count() == 0

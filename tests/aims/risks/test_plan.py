"""The treatment plan holds every open risk as it stands, and is not signed over open questions."""

import io
import json
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.risks.plan import live_plan, why_not_ready
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.models import Version
from tests.aims.risks.making import read_again, signed
from tests.aims.risks.test_overview import pdf_text
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("compliance-officer")


@pytest.fixture
def approver(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("approver")


def sent(client: Client, plan: Any, approver: Actor) -> Any:
    assert approver.person is not None
    values = {"lock": plan.lock, "approvers": str(approver.person.public_id), "note": "New"}
    return client.post(f"{plan.get_absolute_url()}/send", values)


def test_version_holds_every_open_risk_with_its_treatments(
    officer: Actor, approver: Actor, client_of: Callable[..., Client]
) -> None:
    high = make("risks", officer, name="High one", likelihood=5, impact=5, residual_likelihood=2, residual_impact=3)
    control = make("controls", officer, name="Logs")
    make("treatments", officer, risk=high, name="Log all", control=control, cost="100.00", owner=officer.person)
    make("treatments", officer, risk=high, name="Also this", cost="20.50")
    make("risks", officer, name="Small one", likelihood=1, impact=2)
    make("risks", officer, name="Closed one", state="closed")
    archive_record(record=make("risks", officer, name="Archived one"), by=officer)
    plan, client = make("treatment-plans", officer), client_of("compliance-officer")
    assert sent(client, plan, approver).status_code == 302
    body = json.loads(bytes(Version.unscoped.get(key=plan.pk).body))
    assert body["sums"] == {
        "open_risks": 2, "high_as_things_stand": 0, "treatments": 2, "treatments_to_be_done": 2, "cost": "120.50",
    }  # fmt: skip
    assert [one["risk"] for one in body["open_risks"]] == [str(high), "RSK-0002 Small one"]
    assert (body["open_risks"][0]["score"], body["open_risks"][0]["what_remains"]) == ("25", "6")
    assert body["treatments"][0]["control"] == str(control)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "High one" in page
    assert "Closed one" not in page


def test_plan_on_paper_reads_risk_by_risk(officer: Actor, approver: Actor, client_of: Callable[..., Client]) -> None:
    risk = make("risks", officer, name="High one", likelihood=2, impact=3, treatment="accept")
    make("treatments", officer, risk=risk, name="Log all", cost="12500.00", due_on="2027-03-05")
    signed(risk, officer, approver)
    plan = make("treatment-plans", officer)
    client = client_of("compliance-officer")
    url = f"{plan.get_absolute_url()}/download"
    page = client.get(url).content.decode()
    assert "PDF" in page
    signed(plan, officer, approver)
    version = Version.unscoped.get(key=plan.pk)
    from grc.reports.docx import to_docx
    from grc.reports.pdf import to_pdf
    from grc.reports.versions import document_of_version

    document = document_of_version(version)
    text = " ".join(pdf_text(to_pdf(document)).split())
    wanted = ("In short", "Risks and their treatment", f"{risk.reference} High one", "Log all", "at 6.")
    for words in (*wanted, "12,500", "5 Mar 2027"):
        assert words in text
    assert "2027-03-05" not in text
    assert "Control" not in text  # no treatment names one
    word = docx.Document(io.BytesIO(to_docx(document)))
    assert any("High one" in paragraph.text for paragraph in word.paragraphs)


def test_open_questions_are_named_and_nothing_is_sent(
    officer: Actor, approver: Actor, client_of: Callable[..., Client]
) -> None:
    bare = make("risks", officer, likelihood=4, impact=4)
    vague = make("risks", officer, likelihood=None, impact=None)
    plan, client = make("treatment-plans", officer), client_of("compliance-officer")
    answer = sent(client, plan, approver)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert f"1 open risk above 4 points has neither a treatment nor an acceptance: {bare.reference}." in text
    assert f"1 open risk is not judged yet: {vague.reference}." in text
    assert not Version.unscoped.filter(key=plan.pk).exists()
    archive_record(record=read_again(vague), by=officer)
    make("treatments", officer, risk=bare)
    assert sent(client, plan, approver).status_code == 302


def test_an_acceptance_answers_as_long_as_it_holds(officer: Actor, approver: Actor, system: Actor) -> None:
    risk = make("risks", officer, likelihood=4, impact=4, treatment="accept")
    assert why_not_ready(system.organisation)
    signed(risk, officer, approver)
    assert why_not_ready(system.organisation) == ""
    changed = read_again(risk)
    changed.impact = 5
    change_record(record=changed, by=system, lock=changed.lock)
    assert risk.reference in why_not_ready(system.organisation)


def test_many_are_counted_and_few_are_named(system: Actor) -> None:
    for _ in range(10):
        make("risks", system)
    sentence = why_not_ready(system.organisation)
    assert "10 open risks above 4 points have" in sentence
    assert "RSK-0008, …" in sentence


def test_plan_takes_as_many_queries_for_many_risks(system: Actor) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            live_plan(system.organisation)
        return len(queries)

    make("treatments", system)
    live_plan(system.organisation)
    one = count()
    for _ in range(8):
        make("treatments", system, control=make("controls", system))
    assert count() == one


def test_plan_belongs_to_one_organisation(system: Actor, other_organisation: Any) -> None:
    make("risks", Actor.system(other_organisation))
    assert live_plan(system.organisation).risks == []
    assert why_not_ready(system.organisation) == ""

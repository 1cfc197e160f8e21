"""A risk’s impact is judged for individuals, groups, society and the organisation, and is the worst of them."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from aims.models import Risk
from aims.models.planning import SUBJECTS, impacts_of
from aims.risks.subjects import impacts_in_a_line
from grc.access.actor import Actor
from grc.actions.records import change_record
from tests.aims.risks.making import acceptance, read_again, signed
from tests.factories import make
from tests.imports.sending import imported

pytestmark = pytest.mark.django_db
NEW, API = "/o/nordhaven/risks/new", "/api/v1/o/nordhaven/risks"
TYPED = {"name": "x", "event": "y", "treatment": "undecided", "state": "open", "likelihood": "2"}
EVERY = [*impacts_of(SUBJECTS), *impacts_of(SUBJECTS, residual=True)]
REFUSED = "It is the worst of the impacts on individuals, groups, society and the organisation, which is 4;"


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def stored(risk: Risk, **values: Any) -> None:
    """Past every rule but the database’s own."""
    with transaction.atomic():
        Risk.unscoped.filter(pk=risk.pk).update(**values)


@pytest.mark.parametrize("name", impacts_of(SUBJECTS))
def test_empty_impact_is_filled_in_with_the_worst(system: Actor, name: str) -> None:
    given = dict.fromkeys(impacts_of(SUBJECTS), 2) | {name: 5}
    risk = make("risks", system, likelihood=2, impact=None, **given)
    assert (risk.impact, risk.score) == (5, 10)
    setattr(risk, f"residual_{name}", 3)
    risk.residual_likelihood = 1
    change_record(record=risk, by=system, lock=risk.lock)
    assert (risk.residual_impact, risk.residual_score) == (3, 3)
    assert risk.history.first().residual_impact == 3


def test_without_any_the_risk_is_judged_as_a_whole(system: Actor) -> None:
    risk = make("risks", system, likelihood=2, impact=4, residual_likelihood=1, residual_impact=3)
    risk.full_clean(exclude={"key"})
    assert [getattr(risk, name) for name in EVERY] == [None] * 8


@pytest.mark.parametrize("before", ["", "residual_"])
@pytest.mark.parametrize(
    ("worst", "one", "two"), [(3, 4, None), (5, 4, 1), (4, 3, 3), (None, None, 2), (2, 2, 0), (8, 8, None)]
)
def test_database_refuses_another_worst(
    system: Actor, before: str, worst: int | None, one: int | None, two: int | None
) -> None:
    risk = make("risks", system, likelihood=1, impact=1, residual_likelihood=1, residual_impact=1)
    values = {f"{before}impact": worst, f"{before}society_impact": one, f"{before}groups_impact": two}
    if worst is None:
        values[f"{before}likelihood"] = None  # so that nothing but this rule stands against it
    with pytest.raises(IntegrityError):
        stored(risk, **values)
    stored(risk, **{f"{before}impact": 4, f"{before}society_impact": 4, f"{before}groups_impact": 1})


@pytest.mark.parametrize(("before", "other"), [("", "residual_"), ("residual_", "")])
def test_model_names_the_field_and_says_it_once(system: Actor, before: str, other: str) -> None:
    risk = make("risks", system, residual_likelihood=1, residual_impact=2)
    setattr(risk, f"{before}individuals_impact", 4)
    setattr(risk, f"{before}impact", 5)
    setattr(risk, f"{other}impact", None)
    setattr(risk, f"{other}society_impact", 1)
    with pytest.raises(ValidationError) as refused:
        risk.full_clean(exclude={"key"})
    (sentence,) = refused.value.message_dict.pop(f"{before}impact")
    assert sentence.startswith(REFUSED)
    assert set(refused.value.message_dict) == {f"{before}impact"}
    assert getattr(risk, f"{other}impact") == 1


def test_form_fills_in_and_refuses_at_the_field(client: Client) -> None:
    answer = client.post(NEW, TYPED | {"individuals_impact": "4", "society_impact": "2", "impact": "3"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == ["impact"]
    assert errors["impact"][0].startswith(REFUSED)
    given = TYPED | {"individuals_impact": "4", "society_impact": "2", "impact": ""}
    assert client.post(NEW, given).status_code == 302
    assert Risk.unscoped.get().impact == 4


def test_form_offers_each_text_with_its_judgement(client: Client, system: Actor) -> None:
    make("risk-criteria", system)
    fields = [bound.name for _section, bounds in client.get(NEW).context["form"].sections() for bound in bounds]
    for subject in SUBJECTS:
        assert fields[fields.index(f"for_{subject}") + 1] == f"{subject}_impact"
    assert client.get(NEW).content.decode().count(">5 step 5</option>") == 10 + 2  # two of them are likelihoods


def test_api_reads_writes_and_refuses_them(client: Client) -> None:
    sent = {"name": "x", "event": "y", "likelihood": 2, "groups_impact": 4, "residual_groups_impact": 1}
    refused = client.post(API, sent | {"residual_likelihood": 1, "impact": 2}, "application/json")
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["impact"]
    assert refused.json()["fields"]["impact"][0].startswith(REFUSED)
    made = client.post(API, sent | {"residual_likelihood": 1}, "application/json")
    assert made.status_code == 201
    found = made.json()
    assert [found[name] for name in ("impact", "groups_impact", "society_impact", "residual_impact", "score")] == [
        *(4, 4, None, 1, 8)
    ]
    url = f"{API}/{found['reference']}"
    changed = client.patch(url, {"lock": found["lock"], "society_impact": 5}, "application/json")
    assert changed.status_code == 400
    changed = client.patch(url, {"lock": found["lock"], "society_impact": 5, "impact": None}, "application/json")
    assert (changed.status_code, changed.json()["impact"]) == (200, 5)
    off = client.patch(url, {"lock": changed.json()["lock"], "society_impact": 6, "impact": None}, "application/json")
    assert list(off.json()["fields"]) == ["society_impact"]  # a step of no scale is no worst either


@pytest.mark.parametrize("name", EVERY)
def test_each_reopens_an_acceptance(
    system: Actor, actor_of: Callable[..., Actor], name: str, client_of: Callable[..., Client]
) -> None:
    officer, judged = actor_of("compliance-officer"), dict.fromkeys(EVERY, 3)
    with officer.working():
        risk = make("risks", officer, likelihood=2, impact=3, residual_likelihood=2, residual_impact=3, **judged)
        signed(risk, officer, actor_of("approver"))
    assert acceptance(risk) == "accepted"
    for value, expected in ((1, "reopened"), (3, "accepted"), (None, "reopened")):
        changed = read_again(risk)
        setattr(changed, name, value)
        change_record(record=changed, by=system, lock=changed.lock)
        assert acceptance(risk) == expected
    page = client_of("approver").get(risk.get_absolute_url()).content.decode()
    assert f"changed since: {Risk._meta.get_field(name).verbose_name}".lower() in page.lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Impact on individuals", "individuals_impact"),
        ("Severity for people", "individuals_impact"),
        ("Societal impact (1-5)", "society_impact"),
        ("Inherent impact on groups", "groups_impact"),
        ("Business impact", "organisation_impact"),
        ("residual_groups_impact", "residual_groups_impact"),
        ("Residual impact on society", "residual_society_impact"),
        ("Impact on the organisation after treatment", "residual_organisation_impact"),
        ("Net organization impact", "residual_organisation_impact"),
    ],
)
def test_import_knows_the_columns_and_fills_in(client: Client, system: Actor, heading: str, name: str) -> None:
    make("risk-criteria", system)
    before = "residual_" if name.startswith("residual") else ""
    table = f"Risk,Description,{before}likelihood,{heading}\nBiased,It errs,2,4\n"
    job = imported(client, "risks", "list.csv", table.encode())
    assert job.state == "done", job.error
    risk = Risk.unscoped.get()
    assert (getattr(risk, name), getattr(risk, f"{before}impact")) == (4, 4)


def test_import_names_row_and_column_that_contradict(client: Client, system: Actor) -> None:
    table = "Risk,Description,Likelihood,Impact,Impact on groups\nFine,It errs,2,3,3\nWrong,It errs,2,3,4\n"
    job = imported(client, "risks", "list.csv", table.encode())
    assert job.result is not None
    ((row, column, value, reason),) = job.result["problems"]
    assert (row, column, str(value)) == (3, "Impact", "3")
    assert reason.startswith(REFUSED)
    assert not Risk.unscoped.exists()


def test_history_and_export_hold_them(client: Client, system: Actor) -> None:
    risk = make("risks", system, likelihood=2, impact=None, society_impact=4)
    risk.society_impact = risk.impact = 3
    change_record(record=risk, by=system, lock=risk.lock)
    assert "Impact on society" in client.get(f"{risk.get_absolute_url()}/history").content.decode()
    columns = "&".join(f"col={name}" for name in ("name", *EVERY))
    exported = b"".join(client.get(f"/o/nordhaven/risks/export.csv?{columns}")).decode()
    assert "Impact on individuals" in exported
    assert ",3," in exported.splitlines()[-1]


def test_line_says_what_is_judged_and_no_more() -> None:
    risk = Risk(individuals_impact=4, residual_individuals_impact=2, society_impact=3, residual_groups_impact=1)
    assert impacts_in_a_line(lambda name: getattr(risk, name)) == "Individuals 4 → 2, groups – → 1, society 3"
    assert impacts_in_a_line(lambda name: getattr(Risk(), name)) == ""


def test_report_says_it_in_the_register_and_of_the_highest(client: Client, system: Actor) -> None:
    make("risks", system, name="Whole", likelihood=2, impact=4)
    make("risks", system, name="Parted", likelihood=2, impact=None, individuals_impact=4, society_impact=3)
    word = docx.Document(io.BytesIO(b"".join(client.get("/o/nordhaven/risks/report.docx"))))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert "Parted\nIndividuals 4, society 3" in cells
    assert "Whole" in cells
    assert cells.count("Individuals 4, society 3") == 1

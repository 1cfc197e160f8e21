"""Risks: judged by the organisation's own criteria, shown where something waits."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from aims.home.risks import risks as risk_figures
from aims.home.risks import risks_to_look_at
from aims.models import Risk
from aims.models.criteria import criteria_in_force
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.actions.versions import make_version
from grc.models import Organisation, Review
from tests.factories import make

pytestmark = pytest.mark.django_db


def fresh(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


def test_score_follows_from_both_judgements(system: Actor) -> None:
    risk = make("risks", system, likelihood=3, impact=4)
    assert (risk.score, risk.residual_score) == (12, None)
    risk.residual_likelihood, risk.residual_impact = 2, 2
    change_record(record=risk, by=system, lock=risk.lock)
    assert risk.residual_score == 4
    assert risk.history.order_by("-history_id").first().residual_score == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"likelihood": 3, "impact": None},
        {"likelihood": 8, "impact": 1},
        {"likelihood": 0, "impact": 1},
        {"residual_likelihood": 1},
    ],
)
def test_database_refuses_a_half_judged_risk(system: Actor, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make("risks", system, **fields)


def test_form_says_what_is_missing(system: Actor, client_of: Callable[..., Client]) -> None:
    answer = client_of("compliance-officer").post(
        "/o/nordhaven/risks/new", {"name": "x", "event": "y", "likelihood": "3", "treatment": "reduce", "state": "open"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Judge both likelihood and impact" in text
    assert "Say what is done" in text


@pytest.mark.parametrize(("scale", "message"), [("a\nb", "there are 2."), ("a\nb\nc\nd\ne\nf\ng\nh", "there are 8.")])
def test_criteria_describe_three_to_seven_steps(scale: str, message: str, client_of: Callable[..., Client]) -> None:
    five = "1\n2\n3\n4\n5"
    values = {"name": "x", "likelihood_scale": scale, "impact_scale": five, "acceptable_to": 4, "high_from": 12}
    answer = client_of("compliance-officer").post("/o/nordhaven/risk-criteria/new", values)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    swapped = values | {"likelihood_scale": five, "acceptable_to": 12, "high_from": 12}
    answer = client_of("compliance-officer").post("/o/nordhaven/risk-criteria/new", swapped)
    assert "must lie below" in answer.content.decode()
    too_high = values | {"likelihood_scale": "1\n2\n3", "impact_scale": "1\n2\n3\n4", "high_from": 13}
    answer = client_of("compliance-officer").post("/o/nordhaven/risk-criteria/new", too_high)
    assert "The highest score of these scales is 12" in answer.content.decode()
    answer = client_of("compliance-officer").post("/o/nordhaven/risk-criteria/new", too_high | {"high_from": 12})
    assert answer.status_code == 302


def test_criteria_without_any_are_the_usual_ones(organisation: Organisation) -> None:
    criteria = criteria_in_force(organisation)
    assert [criteria.band(score) for score in (None, 4, 5, 11, 12)] == ["", "low", "medium", "medium", "high"]
    assert criteria.version is None


def test_criteria_in_force_are_the_approved_ones_not_the_draft(system: Actor, actor_of: Callable[..., Actor]) -> None:
    record = make("risk-criteria", system, acceptable_to=3, high_from=10)
    assert criteria_in_force(fresh(system.organisation)).high_from == 10
    version = make_version(record=record, by=system)
    Review.unscoped.create(
        organisation=system.organisation, key=record.key, version=version, author=actor_of("reader").person,
        state=Review.State.APPROVED, ended_at=timezone.now(),
    )  # fmt: skip
    record.high_from = 20
    change_record(record=record, by=system, lock=record.lock)
    criteria = criteria_in_force(fresh(system.organisation))
    assert (criteria.high_from, criteria.version) == (10, version)
    assert len(criteria.impact) == 5


def test_criteria_are_asked_for_once_a_list(system: Actor, client_of: Callable[..., Client]) -> None:
    make("risk-criteria", system)
    for _ in range(5):
        make("risks", system)
    with CaptureQueriesContext(connection) as queries:
        assert client_of("contributor").get("/o/nordhaven/risks/").status_code == 200
    assert sum("aims_riskcriteria" in query["sql"] for query in queries) == 1


def test_a_score_is_shown_with_its_level_in_lists_and_on_its_page_and_bare_in_files(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    make("risk-criteria", system, acceptable_to=3, high_from=10)
    risk = make("risks", system, likelihood=3, impact=4, residual_likelihood=1, residual_impact=2)
    make("risks", system, likelihood=2, impact=2)
    make("risks", system, likelihood=None, impact=None)
    client = client_of("contributor")

    def shown(address: str) -> list[str]:
        found = html.fromstring(client.get(address).content.decode()).xpath("//*[*[@class='gloss']]")
        return [" ".join(one.text_content().split()) for one in found]

    assert shown("/o/nordhaven/risks/?sort=reference") == ["12 High", "2 Acceptable", "4 Medium"]
    assert shown(risk.get_absolute_url()) == ["12 High", "2 Acceptable"]
    exported = b"".join(client.get("/o/nordhaven/risks/export.csv")).decode()  # type: ignore[arg-type]
    assert "12" in exported and "High" not in exported
    assert b"Acceptable" not in bytes(make_version(record=risk, by=system).body)


def test_home_names_what_waits_for_the_risks_owner(system: Actor, actor_of: Callable[..., Actor]) -> None:
    owner, today = actor_of("contributor"), timezone.localdate()
    late = {"treatment": "reduce", "treatment_plan": "Test it", "treat_by": today - dt.timedelta(days=1)}
    make("risks", system, name="Late", owner=owner.person, **late)
    make("risks", system, name="Unjudged", owner=owner.person, likelihood=None, impact=None)
    make("risks", system, name="Unsigned", owner=owner.person, treatment="accept")
    make("risks", system, name="Quiet", owner=owner.person)
    make("risks", system, name="Somebody else’s", **late)
    texts = [str(todo.text) for todo in risks_to_look_at(owner)]
    assert [any(name in text for text in texts) for name in ("Late", "Unjudged", "Unsigned")] == [True] * 3
    assert not any("Quiet" in text or "else" in text for text in texts)
    assert list(risks_to_look_at(actor_of("reader"))) == []


def test_home_counts_open_risks_that_are_high_as_things_stand(system: Actor, actor_of: Callable[..., Actor]) -> None:
    make("risks", system, likelihood=4, impact=5)
    make("risks", system, likelihood=4, impact=5, residual_likelihood=1, residual_impact=2)
    make("risks", system, likelihood=5, impact=5, state=Risk.State.CLOSED)
    (figure,) = risk_figures(actor_of("approver"))
    assert (figure.value, figure.tone) == ("2", "red")
    assert "1 high" in str(figure.note)
    assert list(risk_figures(actor_of("reader"))) == []

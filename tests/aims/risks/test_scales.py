"""Scales of three to seven steps: chosen by their words, kept to everywhere, drawn as they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from aims.models import Risk
from aims.risks.pictures import heat_map
from aims.risks.scales import steps_of, words_of
from grc.access.actor import Actor
from tests.factories import make

pytestmark = pytest.mark.django_db
THREE = "Rare: never seen\n2. Possible\nLikely, often"
FOUR = "Slight\nSerious\nSevere: lasts\nCritical"
NEW = "/o/nordhaven/risks/new"


@pytest.fixture
def criteria(system: Actor) -> Any:
    return make("risk-criteria", system, likelihood_scale=THREE, impact_scale=FOUR, acceptable_to=2, high_from=8)


def test_form_offers_each_step_with_its_words(criteria: Any, client_of: Callable[..., Client]) -> None:
    page = client_of("compliance-officer").get(NEW).content.decode()
    for words in ("1 Rare: never seen", "2 Possible", "3 Likely, often", "4 Critical"):
        assert f">{words}</option>" in page
    assert ">5 " not in page


def test_form_and_api_name_the_scale_that_a_step_is_not_of(criteria: Any, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    values = {"name": "x", "event": "y", "treatment": "undecided", "state": "open", "likelihood": "3", "impact": "4"}
    answer = client.post(NEW, values | {"likelihood": "4"})
    assert answer.status_code == 422
    assert "“4” is not a step of this scale, which goes from 1 to 3." in answer.content.decode()
    sent = {"name": "x", "event": "y", "likelihood": 3, "impact": 5}
    answer = client.post("/api/v1/o/nordhaven/risks", sent, "application/json")
    assert answer.status_code == 400
    assert answer.json()["fields"]["impact"] == ["5 is no step of the scale of impact, which goes from 1 to 4."]
    assert client.post(NEW, values).status_code == 302
    assert Risk.unscoped.get().score == 12


def test_a_step_of_earlier_criteria_is_shown_and_must_be_judged_anew(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    risk = make("risks", system, likelihood=5, impact=4)
    make("risk-criteria", system, likelihood_scale=THREE, impact_scale=FOUR, acceptable_to=2, high_from=8)
    client = client_of("compliance-officer")
    page = client.get(f"{risk.get_absolute_url()}/edit").content.decode()
    assert '<option value="5" selected>5</option>' in page
    values = {"name": "z", "event": "y", "treatment": "undecided", "state": "open", "lock": risk.lock}
    answer = client.post(f"{risk.get_absolute_url()}/edit", values | {"likelihood": "5", "impact": "4"})
    assert answer.status_code == 422
    assert "5 is no step of the scale of likelihood" in answer.content.decode()
    answer = client.post(f"{risk.get_absolute_url()}/edit", values | {"likelihood": "3", "impact": "4"})
    assert answer.status_code == 302


def test_heat_map_has_the_steps_of_the_criteria(criteria: Any, system: Actor) -> None:
    make("risks", system, likelihood=3, impact=4)
    make("risks", system, likelihood=5, impact=4)
    picture = heat_map(system)
    assert list(picture.rows) == ["3 Likely", "2 Possible", "1 Rare"]
    assert list(picture.columns) == ["1 Slight", "2 Serious", "3 Severe", "4 Critical"]
    assert [len(row) for row in picture.cells] == [4, 4, 4]
    assert (picture.cells[0][3].count, picture.cells[0][3].tone) == (1, "red")
    assert "1 was judged by other scales" in picture.description


def test_impact_assessments_are_judged_by_the_same_scales(
    criteria: Any, system: Actor, client_of: Callable[..., Client]
) -> None:
    made = make("impact-assessments", system)
    client, url = client_of("compliance-officer"), f"/api/v1{made.get_absolute_url()}"
    answer = client.patch(url, {"lock": made.lock, "severity": 5}, "application/json")
    assert answer.status_code == 400
    assert "scale of impact, which goes from 1 to 4" in answer.json()["fields"]["severity"][0]
    assert client.patch(url, {"lock": made.lock, "severity": 4}, "application/json").status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        make("impact-assessments", system, severity=8)


def test_words_that_two_steps_share_mean_neither() -> None:
    scale = ("High: often", "High: always", "Rare")
    assert words_of(scale) == {"rare": 3}
    assert steps_of(scale)[0] == (1, "1 High: often")

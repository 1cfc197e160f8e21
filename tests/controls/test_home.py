"""What controls put on the home page, for whoever can do something about it."""

from collections.abc import Callable

import pytest

from controls.actions.frameworks import adopt_framework
from controls.actions.mappings import judge_mappings
from controls.actions.starters import adopt_starters
from controls.models import Mapping
from controls.views.home import controls_in_operation, mappings_to_judge, requirements_without_a_control
from grc.access.actor import Actor
from grc.actions.records import archive_record
from tests.controls.making import queries_of
from tests.factories import make

pytestmark = pytest.mark.django_db


def test_controls_in_operation_of_those_in_use(system: Actor, actor_of: Callable[..., Actor]) -> None:
    make("controls", system)
    make("controls", system, state="operating", how="So.", operating_since="2026-01-01")
    make("controls", system, state="retired")
    archive_record(record=make("controls", system), by=system)
    (figure,) = controls_in_operation(actor_of("internal-auditor"))
    assert (figure.value, figure.note) == ("1", "1 in operation of 2")
    assert list(controls_in_operation(actor_of("reader"))) == []


def test_reference_controls_without_a_control_are_one_line(system: Actor, actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    assert list(requirements_without_a_control(officer)) == []
    adopt_framework(key="iso42001", by=system)
    adopt_starters(keys=["a-2-2", "a-2-3"], by=system)
    (todo,) = requirements_without_a_control(officer)
    assert todo.text == "36 reference controls of ISO/IEC 42001 have no control of yours"
    assert (todo.tone, todo.url) == ("yellow", "/o/nordhaven/controls/wall?framework=FRM-0001&state=none")
    assert list(requirements_without_a_control(actor_of("internal-auditor"))) == []
    assert len(queries_of(lambda: list(requirements_without_a_control(officer)))) == 4
    every = [f"a-{code[2:].replace('.', '-')}" for code in _codes() if code not in {"A.2.2", "A.2.3"}]
    adopt_starters(keys=every, by=system)
    assert list(requirements_without_a_control(officer)) == []


def _codes() -> list[str]:
    from controls.catalogues.shipped import catalogue

    return [item.code for item in catalogue("iso42001").items if item.kind == "control"]


def test_proposed_mappings_are_for_who_may_judge_them(system: Actor, actor_of: Callable[..., Actor]) -> None:
    for key in ("soc2", "soc2-ai"):
        adopt_framework(key=key, by=system)
    (todo,) = mappings_to_judge(actor_of("compliance-officer"))
    assert (todo.text, todo.tone) == ("21 mappings are proposed", "blue")
    assert todo.url == "/o/nordhaven/mappings/?standing=proposed"
    assert list(mappings_to_judge(actor_of("contributor"))) == []
    rows = list(Mapping.unscoped.select_related("key"))
    judge_mappings(mappings=rows, standing="confirmed", by=system)
    assert list(mappings_to_judge(actor_of("compliance-officer"))) == []


def test_home_shows_them(system: Actor, client_of: Callable[..., object]) -> None:
    adopt_framework(key="iso42001", by=system)
    page = client_of("compliance-officer").get("/o/nordhaven/").content.decode()  # type: ignore[attr-defined]
    assert "38 reference controls of ISO/IEC 42001" in page

"""The same import, a hundred times at once: the rows are made once. The control, without its lock, makes them again."""

from typing import Any

import pytest
from django.db import transaction

from aims.models import Risk
from grc.access.actor import Actor
from grc.imports import actions
from grc.imports.jobs import IMPORT
from grc.imports.plan import Plan
from grc.models import Job
from grc.registers.register import registers
from tests.attacks.racing import WAYS, race

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [(2, ["A", "x"]), (3, ["B", "y"])]


def import_once(by: Actor) -> int:
    """As the job does it: what was made is remembered in the transaction that made it."""
    with by.working(), transaction.atomic():
        outcome = actions.import_rows(
            register=registers.by_slug("risks"), rows=ROWS, plan=Plan({0: "name", 1: "event"}), by=by, name="a.csv"
        )
        Job.unscoped.create(
            organisation=by.organisation,
            kind=IMPORT,
            title="Import",
            params={"register": "risks"},
            result=outcome.as_result(),
            state=Job.State.DONE,
        )
    return len(outcome.of_kind("create"))


def test_the_same_import_at_once_makes_its_rows_once(system: Actor) -> None:
    outcomes = race(lambda number: import_once(system))
    strange = [outcome for outcome in outcomes if not isinstance(outcome, int)]
    assert strange == []
    assert sorted(outcomes) == [0] * (WAYS - 1) + [2]
    assert Risk.unscoped.count() == 2


def test_control_without_the_lock_makes_them_again(system: Actor, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "_one_at_a_time", lambda register, by: None)
    outcomes = race(lambda number: import_once(system))
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) > 2

"""Three planted faults among many honest records: found, each by the test that is about it, and nothing else.

A million records in `make assurance`, twenty thousand in every run.
"""

from typing import Any

import pytest

from benchmarks._records import stored_log
from controls.actions.running import run_tests
from controls.models.test import Result
from grc.access.actor import Actor
from tests.factories import make

pytestmark = pytest.mark.django_db
SIZES = [20_000, pytest.param(1_000_000, marks=[pytest.mark.assurance, pytest.mark.timeout(1200)])]
QUESTIONS = (
    ("policy.version is set\nreason_codes is set", "outcome is deny"),
    ("human.action is set", "register.risk_class is high"),
    ("disclosure.shown is yes", "register.risk_class is transparency"),
    ("register.known is yes", ""),
)


def outcomes(system: Actor, *, count: int, faulty: bool) -> tuple[list[Any], list[int]]:
    with system.working():
        for name, risk_class in (("triage", "high"), ("assistant", "transparency"), ("summary", "minimal")):
            make("ai-systems", system, runtime_id=name, risk_class=risk_class, risk_class_reason="As classified")
        _source, planted = stored_log(system.organisation, count, faulty=faulty)
        common = {"way": "records", "method": "", "over_days": 8, "wait_minutes": 0}
        tests = [make("control-tests", system, must=must, where=where, **common) for must, where in QUESTIONS]
        tests.append(make("control-tests", system, looks_at="any", longest_gap=150, **common))
        return run_tests(tests=tests, by=system), planted


@pytest.mark.parametrize("count", SIZES)
def test_three_planted_faults_are_found(system: Actor, count: int) -> None:
    runs, planted = outcomes(system, count=count, faulty=True)
    assert [run.result for run in runs] == [Result.FAILED] * 3 + [Result.PASSED] * 2
    assert [run.exceptions for run in runs] == [1, 1, 1, 0, 0]
    assert sorted(offence["seq"] for run in runs for offence in run.found["offences"]) == planted
    assert runs[4].found["records_read"] == count


@pytest.mark.parametrize("count", SIZES)
def test_the_honest_set_raises_nothing(system: Actor, count: int) -> None:
    runs, planted = outcomes(system, count=count, faulty=False)
    assert planted == []
    assert [run.result for run in runs] == [Result.PASSED] * 5
    assert sum(run.exceptions for run in runs) == 0

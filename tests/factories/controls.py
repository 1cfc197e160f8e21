import datetime as dt
import itertools
from typing import Any

from controls.models import Control, ControlTest, Framework, Mapping, Requirement, TestRun
from controls.models.test import Result
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.factories import factory, make

numbers = itertools.count(1)


@factory("controls")
def control(by: Actor, **fields: Any) -> Control:
    values = {"name": f"Control {next(numbers)}", "objective": "Nothing runs unseen."}
    return create_record(record=Control(organisation=by.organisation, **values | fields), by=by)


@factory("control-tests")
def control_test(by: Actor, **fields: Any) -> ControlTest:
    values: dict[str, Any] = {"name": f"Test {next(numbers)}", "method": "Look at five."}
    if "control" not in fields:
        fields["control"] = make("controls", by)
    return create_record(record=ControlTest(organisation=by.organisation, **values | fields), by=by)


@factory("test-runs")
def test_run(by: Actor, **fields: Any) -> TestRun:
    values: dict[str, Any] = {"result": Result.PASSED, "done_on": dt.date(2026, 1, next(numbers) % 28 + 1)}
    if "test" not in fields:
        fields["test"] = make("control-tests", by)
    return create_record(record=TestRun(organisation=by.organisation, **values | fields), by=by)


test_run.__test__ = False  # type: ignore[attr-defined]


@factory("frameworks")
def framework(by: Actor, **fields: Any) -> Framework:
    number = next(numbers)
    values = {"name": f"Framework {number}", "short": f"FW {number}"}
    return create_record(record=Framework(organisation=by.organisation, **values | fields), by=by)


@factory("requirements")
def requirement(by: Actor, **fields: Any) -> Requirement:
    number = next(numbers)
    values: dict[str, Any] = {"code": f"R.{number}", "name": f"Requirement {number}"}
    if "framework" not in fields:
        fields["framework"] = make("frameworks", by)
    return create_record(record=Requirement(organisation=by.organisation, **values | fields), by=by)


@factory("mappings")
def mapping(by: Actor, **fields: Any) -> Mapping:
    for end in ("source", "target"):
        if end not in fields:
            fields[end] = make("requirements", by)
    return create_record(record=Mapping(organisation=by.organisation, **fields), by=by)

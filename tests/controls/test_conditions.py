"""Conditions as people write them: read strictly, said again the same, and answered."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.rules.condition import ConditionRefused, read_condition, read_conditions
from controls.rules.fields import FIELDS, REGISTER_FIELDS
from evidence.tlog.record import FIELDS as RECORD_FIELDS

RECORD = {
    "outcome": "deny",
    "reason_codes": ["a", "b"],
    "policy.version": "3",
    "disclosure.shown": True,
    "counts.decisions": 7,
}


def holds(line: str, record: dict[str, Any] | None = None) -> bool:
    return read_condition(line).holds((RECORD if record is None else record).get)


@pytest.mark.parametrize(
    ("line", "true"),
    [
        ("outcome is deny", True),
        ("outcome is allow, deny", True),
        ("outcome is allow", False),
        ("outcome is not allow", True),
        ("outcome is not deny, allow", False),
        ("OUTCOME  IS   deny", True),
        ("policy.version is set", True),
        ("policy.id is set", False),
        ("policy.id is not set", True),
        ("policy.id is not 3", True),
        ("reason_codes has b", True),
        ("reason_codes has x, a", True),
        ("reason_codes has no x", True),
        ("reason_codes has no a", False),
        ("disclosure.shown is yes", True),
        ("disclosure.shown is no", False),
        ("counts.decisions at least 7", True),
        ("counts.decisions at most 6", False),
    ],
)
def test_condition_is_answered(line: str, true: bool) -> None:
    assert holds(line) is true


@pytest.mark.parametrize("line", ["policy.version is set", "reason_codes is set", "controls is set"])
def test_what_is_empty_is_not_set(line: str) -> None:
    assert not holds(line, {"policy.version": "", "reason_codes": [], "controls": []})


@pytest.mark.parametrize(
    "line", ["outcome is deny", "reason_codes has deny", "counts.decisions at least 0", "counts.decisions at most 9"]
)
def test_a_field_that_is_not_there_is_nothing(line: str) -> None:
    assert not holds(line, {})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("outcome", "is no condition"),
        ("outcome equals deny", "is no condition"),
        ("outcme is deny", "Did you mean outcome?"),
        ("outcome is denied", "is one of allow, deny"),
        ("outcome is", "names no value"),
        ("outcome is ,", "names no value"),
        ("outcome has deny", "holds no list"),
        ("reason_codes is a", "holds a list"),
        ("outcome at least 3", "only a number"),
        ("counts.decisions at least 3, 4", "only a number"),
        ("counts.decisions at least many", "whole number"),
        ("counts.decisions at least 99999999999999999999", "whole number"),
        ("disclosure.shown is perhaps", "yes or no"),
        ("controls is x", "one can only ask"),
        ("register.risk_class is highest", "is one of undecided"),
        ("__class__ is x", "no field"),
    ],
)
def test_a_line_that_is_none_is_refused_by_name(line: str, says: str) -> None:
    with pytest.raises(ConditionRefused) as refused:
        read_condition(line)
    assert says in str(refused.value)


def test_the_refusal_names_the_line_and_empty_ones_do_not_count() -> None:
    assert len(read_conditions("\n outcome is deny \n\n policy.id is set\n")) == 2
    with pytest.raises(ConditionRefused, match="seems grand"):
        read_conditions("outcome is deny\npolicy.id seems grand")
    with pytest.raises(ConditionRefused, match="20"):
        read_conditions("outcome is deny\n" * 21)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        condition = read_condition(text)
    except ConditionRefused:
        return
    assert read_condition(condition.text) == condition
    condition.holds({}.get)


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_that_one_may_ask_for_is_one_of_the_format(name: str) -> None:
    group, _dot, part = name.partition(".")
    assert group in RECORD_FIELDS
    if part:
        assert RECORD_FIELDS[group].__closure__, f"{group} is no object"
        fields = next(c.cell_contents for c in RECORD_FIELDS[group].__closure__ if isinstance(c.cell_contents, dict))
        assert part in fields


def test_fields_of_registers_are_no_fields_of_records() -> None:
    assert not set(REGISTER_FIELDS) & set(FIELDS)
    assert all(name.startswith("register.") for name in REGISTER_FIELDS)

"""The judgement of constraints without the database agrees with the database's own."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.functions import Abs, Greatest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aims.models import AISystem, Risk
from aims.models.planning import SUBJECTS, impacts_of
from grc.imports.constraints import CannotTell, broken_checks, holds
from grc.registers.register import registers

LEVEL = st.sampled_from([None, 0, 1, 3, 5, 6])
DATE = st.sampled_from([None, dt.date(2026, 1, 1), dt.date(2027, 1, 1)])


def by_database(row: Any) -> list[str]:
    broken = []
    for constraint in row._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                broken += error.messages
    return broken


class AgreesWithTheDatabase(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        stage=st.sampled_from(["operation", "retired", ""]),
        risk_class=st.sampled_from(["undecided", "high"]),
        reason=st.sampled_from(["", "why"]),
        since=DATE,
        retired=DATE,
    )
    def test_systems(self, stage: str, risk_class: str, reason: str, since: Any, retired: Any) -> None:
        row = AISystem(
            stage=stage, risk_class=risk_class, risk_class_reason=reason, in_use_since=since, retired_on=retired
        )
        assert broken_checks(row) == by_database(row)

    @settings(max_examples=60, deadline=None)
    @given(
        likelihood=LEVEL,
        impact=LEVEL,
        treatment=st.sampled_from(["undecided", "accept", "reduce"]),
        plan=st.sampled_from(["", "x"]),
    )
    def test_risks(self, likelihood: Any, impact: Any, treatment: str, plan: str) -> None:
        row = Risk(likelihood=likelihood, impact=impact, treatment=treatment, treatment_plan=plan)
        assert broken_checks(row) == by_database(row)

    @settings(max_examples=60, deadline=None)
    @given(worst=LEVEL, judged=st.tuples(LEVEL, LEVEL, LEVEL, LEVEL))
    def test_impacts_on_each(self, worst: Any, judged: tuple[Any, ...]) -> None:
        row = Risk(likelihood=3, impact=worst, **dict(zip(impacts_of(SUBJECTS), judged, strict=True)))
        assert broken_checks(row) == by_database(row)


@pytest.mark.parametrize(
    "condition",
    [
        Q(name__icontains="x"),
        Q(name__gt="b"),
        Q(score__gt=1),
        Q(review_on=Func()),
        Q(system__name="x"),
        Q(name=Greatest("name", "source")),
        Q(impact=Greatest("impact", Abs("likelihood"))),
        Q(name="a") ^ Q(name="b"),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_left_to_the_database(condition: Q) -> None:
    with pytest.raises(CannotTell):
        holds(condition, Risk(name="a"))


def test_missing_values_leave_it_open_as_in_sql() -> None:
    row = Risk(likelihood=None, impact=3)
    assert holds(Q(likelihood__gt=1), row) is None
    assert holds(~Q(likelihood__gt=1), row) is None
    assert holds(Q(likelihood__gt=1) | Q(impact=3), row) is True
    assert holds(Q(likelihood__gt=1) & Q(impact=4), row) is False
    assert holds(Q(impact__gte=F("likelihood")), row) is None
    assert holds(Q(impact=Greatest("likelihood", "impact")), row) is True
    assert holds(Q(impact=Greatest("likelihood", "residual_impact")), row) is None
    assert holds(Q(), row) is True


def test_every_register_can_be_judged_without_the_database() -> None:
    asked = []
    for register in registers:
        for constraint in register.model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                try:
                    holds(constraint.condition, register.model())  # type: ignore[arg-type]
                except CannotTell:
                    asked.append(constraint.name)
    assert asked == []

"""The plans that we ship keep what they say: lengths, order, and what they cover."""

import datetime as dt

import pytest

from aims.models import PlanStep
from aims.programme.plans import questions, starting_points
from controls.catalogues.shipped import catalogue
from controls.outline import holds_others

MONTH = 365 / 12
LENGTHS = {
    "nothing": (8.5, 9.5),
    "iso27001": (5.5, 6.5),
    "soc2-hitrust": (7, 8),
    "extension": (56 / MONTH, 84 / MONTH),
    "all": (12, 18),
}
DAY = dt.date(2026, 3, 2)


def asked_codes() -> set[str]:
    items = catalogue("iso42001").items
    above = {item.parent for item in items}
    return {item.code for item in items if not holds_others(item.kind, item.code in above, bool(item.parent))}


@pytest.mark.parametrize("key", LENGTHS)
def test_a_plan_takes_as_long_as_it_says(key: str) -> None:
    least, most = LENGTHS[key]
    end = starting_points()[key].dated(DAY).end
    assert end is not None
    assert least <= ((end - DAY).days + 1) / MONTH <= most


@pytest.mark.parametrize("key", LENGTHS)
def test_a_plan_begins_with_runtime_evidence_and_names_real_things(key: str) -> None:
    point = starting_points()[key]
    assert 14 <= len(point.lines) <= 24
    assert point.lines[0].phase == "runtime"
    assert point.lines[0].after == ()
    keys = [line.key for line in point.lines]
    assert len(set(keys)) == len(keys)
    codes = {item.code for item in catalogue("iso42001").items}
    for line in point.lines:
        assert line.phase in PlanStep.Phase
        assert set(line.after) <= set(keys)
        assert set(line.covers) <= codes
        assert line.done.endswith(".")


@pytest.mark.parametrize("key", [key for key in LENGTHS if key != "extension"])
def test_a_plan_to_a_certificate_covers_everything_and_audits_in_time(key: str) -> None:
    point = starting_points()[key]
    assert point.certificate
    assert {code for line in point.lines for code in line.covers} == asked_codes()
    steps = point.dated(DAY).steps
    (stage_1,) = [step for name, step in steps.items() if name.startswith("stage-1")]
    assert 28 <= (stage_1.start - steps["internal-audit"].end).days <= 42
    assert steps["stage-2-certificate"].critical


def test_the_extension_ends_without_a_certificate() -> None:
    point = starting_points()["extension"]
    assert not point.certificate
    assert all(line.phase != "certification" for line in point.lines)


def test_every_clause_and_control_is_asked_about_and_nothing_else() -> None:
    assert set(questions()) == asked_codes()
    assert len(asked_codes()) == 70
    assert all(asked.endswith("?") for those in questions().values() for asked in those)

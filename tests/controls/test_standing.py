"""How a requirement stands: every rung of the ladder, and the weakest of several controls."""

from typing import Any

import pytest

from controls.standing import ICONS, LADDER, MEANINGS, TONES, Facts, State, standing_of, state_of

S = State
PLANNED, OPERATING, RETIRED = "planned", "operating", "retired"


def running(evidence: dict[int, bool] | None, failed: int = 0) -> Facts:
    return Facts(OPERATING, evidence, failed)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(RETIRED, {1: True}), S.NONE),
        (Facts(PLANNED, {1: True}), S.PLANNED),
        (Facts(PLANNED, {}, failed=1), S.PLANNED),
        (running({}), S.BARE),
        (running({1: False}), S.STALE),
        (running({1: False, 2: True}), S.SHOWN),
        (running({1: True}), S.SHOWN),
        (running({1: True}, failed=1), S.FAILED),
        (running({}, failed=2), S.FAILED),
        (running(None), S.OPERATING),
        (running(None, failed=1), S.FAILED),
    ],
)
def test_one_control_stands(facts: Facts, state: State) -> None:
    assert state_of(facts) == state
    assert standing_of([facts]).state == state


@pytest.mark.parametrize(
    ("controls", "state"),
    [
        ([], S.NONE),
        ([Facts(RETIRED, {}), Facts(RETIRED, {})], S.NONE),
        ([Facts(RETIRED, {}), Facts(PLANNED, {})], S.PLANNED),
        ([Facts(PLANNED, {}), running({1: True})], S.SHOWN),
        ([running({1: True}), running({})], S.BARE),
        ([running({1: True}), running({2: False})], S.STALE),
        ([running({}), running({2: False})], S.BARE),
        ([running({1: True}), running({2: True}, failed=1), running({})], S.FAILED),
        ([running({1: True}), running({2: True})], S.SHOWN),
        ([running(None), Facts(PLANNED, None)], S.OPERATING),
    ],
)
def test_several_controls_stand_as_the_weakest_in_operation(controls: list[Facts], state: State) -> None:
    assert standing_of(controls).state == state
    assert standing_of(controls[::-1]).state == state


def test_counts_leave_out_what_is_retired_and_count_an_item_once() -> None:
    controls = [running({1: True, 2: False}, failed=1), running({1: True, 3: True}), Facts(PLANNED, {4: False})]
    standing = standing_of([*controls, Facts(RETIRED, {5: True}, failed=3)])
    assert (standing.controls, standing.operating, standing.failed) == (3, 2, 1)
    assert (standing.evidence, standing.fresh) == (4, 2)


def test_an_item_is_fresh_where_it_supports_all_that_it_is_linked_with() -> None:
    standing = standing_of([running({1: True}), running({1: False})])
    assert (standing.evidence, standing.fresh) == (1, 0)


def test_who_sees_no_evidence_gets_no_number_of_it() -> None:
    standing = standing_of([running(None)])
    assert standing.evidence is None
    assert standing.fresh is None


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ([running({1: True}), running({})], "1 of 2 controls in operation has no evidence"),
        ([running({1: True}), running({2: False})], "1 of 2 controls in operation has no fresh evidence"),
        ([running({})], "nothing is kept that shows it"),
        ([running({}, failed=2)], "2 tests failed"),
        ([], "Nobody does anything"),
    ],
)
def test_the_sentence_says_why(controls: list[Facts], words: str) -> None:
    assert words in standing_of(controls).sentence


@pytest.mark.parametrize("table", [TONES, ICONS, MEANINGS])
def test_every_state_has_its_colour_icon_and_meaning(table: dict[Any, Any]) -> None:
    assert set(table) == set(State)


def test_the_ladder_holds_every_state_of_who_sees_evidence() -> None:
    assert {*LADDER, S.OPERATING} == set(State)

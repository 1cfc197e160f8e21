"""Whether a proof holds: its last day, its level, the best of several."""

import datetime as dt

import pytest

from aims.support.competence import Judgement, Proof, Standing, judge

TODAY = dt.date(2026, 5, 5)


def proof(level: int, until: int | None = None, shown: int = -100, reference: str = "CPT-1") -> Proof:
    """``until`` and ``shown`` in days from today."""
    end = None if until is None else TODAY + dt.timedelta(days=until)
    return Proof(reference, level, TODAY + dt.timedelta(days=shown), end)


@pytest.mark.parametrize(
    ("proofs", "standing"),
    [
        ([], Standing.MISSING),
        ([proof(2)], Standing.MET),
        ([proof(3)], Standing.MET),
        ([proof(1)], Standing.BELOW),
        ([proof(2, 0)], Standing.EXPIRING),  # its last day is one of its days
        ([proof(2, -1)], Standing.EXPIRED),
        ([proof(2, 60)], Standing.EXPIRING),
        ([proof(2, 61)], Standing.MET),
        ([proof(3, -1), proof(1)], Standing.BELOW),  # of those that hold
        ([proof(2, 10), proof(2, 400)], Standing.MET),  # the longer one carries it
        ([proof(2, 10), proof(1)], Standing.EXPIRING),
        ([proof(2, shown=1)], Standing.MISSING),  # to be shown tomorrow
        ([proof(2, shown=0)], Standing.MET),
        ([proof(3, -1), proof(2, 90)], Standing.MET),
    ],
)
def test_level_two_is_needed(proofs: list[Proof], standing: Standing) -> None:
    assert judge(2, proofs, TODAY).standing == standing
    assert judge(2, proofs[::-1], TODAY).standing == standing


def test_judgement_names_the_proof_it_rests_on() -> None:
    low, high = proof(1, reference="LOW"), proof(2, reference="HIGH")
    assert judge(3, [low, high], TODAY) == Judgement(Standing.BELOW, high)
    early, late = proof(2, -50, reference="EARLY"), proof(2, -5, reference="LATE")
    assert judge(2, [late, early], TODAY) == Judgement(Standing.EXPIRED, late)
    assert judge(1, [proof(2, 10), proof(1, reference="FOREVER")], TODAY).proof == proof(1, reference="FOREVER")

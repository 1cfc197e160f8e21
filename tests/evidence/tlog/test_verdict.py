"""Verdicts: what holds, what was not checked, and no level above what was shown."""

from evidence.tlog import checkpoint, keys, verdict
from evidence.tlog.trust import NOBODY
from evidence.tlog.verdict import Check, Level, State, Verdict
from tests.evidence.tlog.honest_log import LOG_ID, START, cosigned, fast_verify, key_of, of_decisions, witness_key
from tests.evidence.tlog.sample_bundle import trust

LOG = of_decisions(5)


def opened(*, witnessed):
    raw = LOG.checkpoint_note()
    if witnessed:
        raw = cosigned(raw, "witness.example/w1", 7)
    return checkpoint.open_signed(raw, LOG_ID, [key_of("first").public_key], fast_verify, [witness_key()])


def states(result):
    return {check.name: check.state for check in result.checks}


def test_record_under_a_witnessed_checkpoint_reaches_level_a():
    result = verdict.of_accepted(4, opened(witnessed=True), trust())
    assert result.level is Level.A
    assert result.good
    assert states(result)["witness"] is State.HOLDS
    assert states(result)["completeness"] is State.NOT_CHECKED


def test_record_beyond_the_checkpoint_or_without_one_says_so():
    for result in (verdict.of_accepted(5, opened(witnessed=True), trust()), verdict.of_accepted(0, None, trust())):
        assert result.level is Level.B
        assert states(result)["checkpoint"] is State.NOT_CHECKED
        assert states(result)["witness"] is State.NOT_CHECKED


def test_record_without_a_witness_or_trust_stays_at_level_b():
    assert verdict.of_accepted(1, opened(witnessed=False), trust()).level is Level.B
    assert verdict.of_accepted(1, opened(witnessed=True), NOBODY).level is Level.B
    assert verdict.level(pinned=False, opened=opened(witnessed=True), trust=trust()) is Level.B


def test_verdict_with_a_failure_is_not_good():
    assert not Verdict((Check("signature", State.FAILS, "It does not hold."),), None).good


def test_ring_names_only_keys_that_may_still_sign_checkpoints():
    first = key_of("first", not_after=START)
    ring = keys.KeyRing(first)
    assert ring.public_keys() == ring.public_keys(START - 1) == [first.public_key]
    assert ring.public_keys(START) == []
    ring = keys.KeyRing(key_of("first"))
    ring.revoke(key_of("first").kid, START)
    assert ring.public_keys() == []
    assert keys.KeyRing.from_json(ring.to_json()).to_json() == ring.to_json()

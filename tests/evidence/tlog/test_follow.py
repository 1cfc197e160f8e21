"""From checkpoint to checkpoint: what vanished or changed is named."""

import pytest

from evidence.tlog import checkpoint, keys, merkle
from evidence.tlog.chain import Chain
from evidence.tlog.finding import Reason
from evidence.tlog.follow import check_covered, follow_checkpoint
from tests.evidence.tlog.honest_log import (
    LOG_ID,
    HonestLog,
    clock,
    cosigned,
    decision,
    fast_verify,
    key_of,
    of_decisions,
    witness_key,
)

LOG = of_decisions(20)


def opened(log=LOG, size=None, timestamp=None, seen=None):
    raw = log.checkpoint_note(timestamp=timestamp, size=size)
    if seen is not None:
        raw = cosigned(raw, "witness.example/w1", seen)
    return checkpoint.open_signed(raw, log.log_id, [key_of("first").public_key], fast_verify, [witness_key()])


def honest(old, new):
    return merkle.consistency_proof(old, new, LOG.tree.hash_at)


def other_log():
    other = HonestLog()
    for number in range(20):
        other.append(decision(number, outcome="deny" if number == 3 else "allow"))
    return other


def test_honest_growth_is_followed():
    assert follow_checkpoint(None, opened(size=5), honest) is None
    for old in (0, 1, 5, 20):
        assert follow_checkpoint(opened(size=old), opened(), honest) is None


def test_checkpoint_rolled_back_is_found():
    found = follow_checkpoint(opened(size=12), opened(size=7), honest)
    assert (found.reason, found.seq) == (Reason.ROLLED_BACK, 7)


def test_fork_is_found():
    found = follow_checkpoint(opened(), opened(other_log()), honest)
    assert (found.reason, found.seq) == (Reason.FORK, 20)


@pytest.mark.parametrize(
    "proof",
    [honest, lambda old, new: [], lambda old, new: merkle.consistency_proof(old, new, other_log().tree.hash_at)],
)
def test_rewritten_history_is_found_whatever_proof_comes_with_it(proof):
    found = follow_checkpoint(opened(size=10), opened(other_log()), proof)
    assert (found.reason, found.seq) == (Reason.REWRITTEN, 10)


def test_source_that_cannot_prove_is_found():
    def broken(old, new):
        raise ValueError("The tile is gone")

    found = follow_checkpoint(opened(size=10), opened(), broken)
    assert found.reason is Reason.REWRITTEN
    assert "The tile is gone" in found.what


def test_older_checkpoint_is_found_by_the_logs_own_time_and_by_a_witness():
    assert (
        follow_checkpoint(opened(size=5, timestamp=200), opened(size=5, timestamp=199), honest).reason
        is Reason.CHECKPOINT_OLDER
    )
    assert (
        follow_checkpoint(opened(size=5, seen=200), opened(size=5, seen=199), honest).reason is Reason.CHECKPOINT_OLDER
    )
    assert follow_checkpoint(opened(size=5, timestamp=200, seen=200), opened(timestamp=200, seen=300), honest) is None
    assert follow_checkpoint(opened(size=5, timestamp=200), opened(), honest) is None


def test_head_cut_is_found():
    found = follow_checkpoint(opened(size=5), opened(), honest, old_min_index=0, min_index=3)
    assert (found.reason, found.seq) == (Reason.HEAD_CUT, 3)
    assert follow_checkpoint(None, opened(), honest, min_index=3).reason is Reason.HEAD_CUT
    assert follow_checkpoint(opened(size=5), opened(), honest, old_min_index=3, min_index=3) is None


def test_checkpoint_of_another_log_is_found():
    other = HonestLog("proxy-2.acme.example/decisions")
    other.append(decision(1))
    assert follow_checkpoint(opened(size=1), opened(other), honest).reason is Reason.WRONG_LOG


def chain_fed(count):
    chain = Chain(LOG_ID, keys.KeyRing(key_of("first")), fast_verify, clock=clock)
    for seq in range(count):
        chain.feed(seq, LOG.entries[seq])
    return chain


def test_records_served_are_those_signed_for():
    assert check_covered(chain_fed(20), opened().checkpoint) is None
    tail = check_covered(chain_fed(17), opened().checkpoint)
    assert (tail.reason, tail.seq) == (Reason.TAIL_CUT, 17)
    differs = check_covered(chain_fed(20), opened(other_log()).checkpoint)
    assert (differs.reason, differs.seq) == (Reason.ROOT_DIFFERS, 20)
    with pytest.raises(ValueError, match="more than the checkpoint"):
        check_covered(chain_fed(20), opened(size=5).checkpoint)

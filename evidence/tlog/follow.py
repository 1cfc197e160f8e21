"""From one checkpoint of a log to the next: nothing that was once shown may vanish or change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evidence.tlog.chain import Chain
from evidence.tlog.checkpoint import Checkpoint, Opened
from evidence.tlog.finding import Finding, Reason
from evidence.tlog.merkle import ProofRefused, verify_consistency


def follow_checkpoint(
    old: Opened | None,
    new: Opened,
    proof: Callable[[int, int], Sequence[bytes]],
    *,
    old_min_index: int = 0,
    min_index: int = 0,
) -> Finding | None:
    """Judge the next checkpoint against the last one that was accepted (None the first time).

    ``proof(old_size, new_size)`` gives the consistency proof, from the source or from its tiles; any
    ValueError it raises (tiles that do not fit) counts as no proof. ``min_index``: the first position the
    source still serves, now and at the last pull.
    """
    point = new.checkpoint
    if min_index > old_min_index:
        return _finding(
            Reason.HEAD_CUT,
            point,
            min_index,
            f"The log now begins at {min_index} instead of {old_min_index}.",
        )
    if old is None:
        return None
    last = old.checkpoint
    if point.origin != last.origin:
        return _finding(Reason.WRONG_LOG, last, point.size, f"The checkpoint is of another log, {point.origin}.")
    if point.size < last.size:
        what = f"The checkpoint claims {point.size} records, the last one claimed {last.size}."
        return _finding(Reason.ROLLED_BACK, point, point.size, what)
    if point.size == last.size and point.root != last.root:
        what = f"Two checkpoints claim {point.size} records with different root hashes."
        return _finding(Reason.FORK, point, point.size, what)
    older = _older(old, new)
    if older is not None:
        return _finding(Reason.CHECKPOINT_OLDER, point, point.size, older)
    try:
        verify_consistency(last.size, last.root, point.size, point.root, proof(last.size, point.size))
    except ProofRefused as error:
        what = f"The first {last.size} records are not the same as before. {error}."
        return _finding(Reason.REWRITTEN, point, last.size, what)
    except ValueError as error:
        what = f"The source does not prove that the first {last.size} records are the same as before. {error}."
        return _finding(Reason.REWRITTEN, point, last.size, what)
    return None


def check_covered(chain: Chain, new: Checkpoint) -> Finding | None:
    """Judge what was received against the checkpoint, after feeding every record that the source served below
    its size.

    ``chain`` must not have been fed beyond ``new.size``. None when the records are exactly those that were
    signed for.
    """
    if chain.next_seq < new.size:
        what = f"The checkpoint claims {new.size} records, the source served only {chain.next_seq}."
        return _finding(Reason.TAIL_CUT, new, chain.next_seq, what)
    if chain.next_seq > new.size:
        raise ValueError(f"The chain holds {chain.next_seq} records, more than the checkpoint's {new.size}")
    if chain.frontier.root() != new.root:
        what = f"The root of the {new.size} records served is not the one that the checkpoint signs."
        return _finding(Reason.ROOT_DIFFERS, new, new.size, what)
    return None


def _older(old: Opened, new: Opened) -> str | None:
    if old.timestamp is not None and new.timestamp is not None and new.timestamp < old.timestamp:
        return f"The checkpoint was made {old.timestamp - new.timestamp} s before the last one."
    before = {one.key: one.timestamp or 0 for one in old.witnesses}
    for one in new.witnesses:
        if (one.timestamp or 0) < before.get(one.key, 0):
            return f"The witness {one.key.name} saw this checkpoint before the last one."
    return None


def _finding(reason: Reason, point: Checkpoint, seq: int, what: str) -> Finding:
    return Finding(reason, point.origin, seq, what)

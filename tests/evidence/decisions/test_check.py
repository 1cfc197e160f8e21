"""Each verdict of a page can fail, and an honest record fails none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from evidence.decisions.check import Held, examine
from evidence.decisions.index import fields_of
from evidence.tlog import entry, record, tiles
from evidence.tlog.keys import Key, KeyRing
from evidence.tlog.trust import Trust, TrustedLog
from evidence.tlog.verdict import Level, State
from tests.evidence.tlog.honest_log import (
    LOG_ID,
    START,
    HonestLog,
    cosigned,
    decision,
    fast_verify,
    key_of,
    of_decisions,
    signed,
)

SEQ = 3


def tree_of(log: HonestLog) -> Callable[[int, bytes], tiles.TileReader]:
    builder = tiles.TileBuilder()
    for level_hash in (log.tree.hash_at(0, index) for index in range(len(log.entries))):
        builder.append(level_hash)

    def fetch(tile: tiles.Tile) -> bytes:
        return tiles.encode_hashes(builder.rows[tile.level][: tile.width])

    return lambda size, root: tiles.TileReader(fetch, size, root)


def held_in(log: HonestLog, seq: int = SEQ, **changes: object) -> Held:
    raw = log.entries[seq]
    held = Held(
        log_id=LOG_ID,
        seq=seq,
        raw=raw,
        before=log.entries[seq - 1] if seq else None,
        trouble="",
        ring=KeyRing(key_of("first")),
        note=log.checkpoint_note(),
        earlier=log.checkpoint_note(size=seq + 1),
        tree=tree_of(log),
        trust=Trust((TrustedLog(LOG_ID, key_of("first").public_key, "Nordhaven", separate_write_path=True),)),
        row=fields_of(record.parse(entry.decode(raw).payload)),
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def failing(held: Held) -> set[str]:
    return {check.name for check in examine(held, fast_verify).checks if check.state is State.FAILS}


def test_honest_record_fails_nothing() -> None:
    for seq in (0, SEQ, 5):
        examined = examine(held_in(of_decisions(6), seq), fast_verify)
        results = {check.name: check.state for check in examined.checks}
        assert set(results.values()) == {State.HOLDS, State.NOT_CHECKED}, results
        assert examined.level is Level.B
        assert {name for name, state in results.items() if state is State.NOT_CHECKED} == {"witness", "completeness"}


def test_bytes_that_can_not_be_read_fail() -> None:
    examined = examine(held_in(of_decisions(6), raw=None, trouble="It is gone."), fast_verify)
    assert [check.sentence for check in examined.checks if check.state is State.FAILS] == ["It is gone."]
    assert examined.level is None


def test_changed_byte_fails_signature_and_inclusion() -> None:
    held = held_in(of_decisions(6))
    assert held.raw is not None
    assert failing(replace(held, raw=held.raw.replace(b"allow", b"error"))) == {"signature", "inclusion"}


def test_torn_entry_fails_signature() -> None:
    assert "signature" in failing(held_in(of_decisions(6), raw=b"\x01short"))


def test_foreign_key_fails_signature() -> None:
    log = of_decisions(6)
    forged = signed(log.payload(decision(9)) | {"seq": SEQ}, "stranger")
    assert "signature" in failing(held_in(log, raw=forged))


@pytest.mark.parametrize("when", [{"revoked_at": START}, {"not_after": START}, {"not_before": START + 10**9}])
def test_key_that_was_not_in_force_fails_signature(when: dict[str, int]) -> None:
    key: Key = key_of("first", **when)
    assert "signature" in failing(held_in(of_decisions(6), ring=KeyRing(key)))


def test_record_of_another_position_fails_chain() -> None:
    log = of_decisions(6)
    assert "chain" in failing(held_in(log, raw=log.entries[SEQ + 1], row=None))


def test_record_that_follows_another_fails_chain() -> None:
    log, other = of_decisions(6), of_decisions(6)
    assert failing(held_in(log, before=other.entries[0])) == {"chain"}
    assert failing(held_in(log, before=None)) == {"chain"}


def test_checkpoint_by_another_key_fails() -> None:
    log = of_decisions(6)
    assert failing(held_in(log, note=log.checkpoint_note(keys_used=["stranger"]))) == {"checkpoint"}


def test_tree_that_leads_elsewhere_fails_inclusion() -> None:
    log, other = of_decisions(6), of_decisions(5)
    other.append(decision(77))
    assert failing(held_in(log, tree=tree_of(other))) == {"inclusion"}


def test_record_that_is_not_in_the_signed_tree_fails_inclusion() -> None:
    """Who holds the key can sign another record for the same place; the checkpoint stands against it."""
    log = of_decisions(6)
    short = of_decisions(SEQ)
    second = short.append(decision(SEQ, outcome="deny"))
    row = fields_of(record.parse(entry.decode(second).payload))
    assert failing(held_in(log, raw=second, row=row)) == {"inclusion"}


def test_checkpoint_seen_first_of_another_history_fails_consistency() -> None:
    log, other = of_decisions(6), of_decisions(SEQ)
    other.append(decision(77))
    assert failing(held_in(log, earlier=other.checkpoint_note())) == {"consistency"}


@pytest.mark.parametrize("field", ["kind", "ts", "decision_id", "outcome", "subject_ref", "system", "policy", "model"])
def test_row_that_says_otherwise_fails_index(field: str) -> None:
    held = held_in(of_decisions(6))
    assert held.row is not None
    assert failing(replace(held, row={**held.row, field: "otherwise"})) == {"index"}


def test_witness_that_nobody_named_raises_no_level() -> None:
    log = of_decisions(6)
    examined = examine(held_in(log, note=cosigned(log.checkpoint_note(), "witness.example/w1", 1)), fast_verify)
    assert examined.good
    assert examined.level is Level.B

"""The rules of one decision log as a machine that can be stopped and resumed.

Feed it the entries in order. Each is accepted, or answered with a ``Finding``; after a finding everything
that follows is quarantined until ``resume`` is called, and then only the next position after the last good
record goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from evidence.tlog import entry, keys, moment, record
from evidence.tlog.dsse import Verify, pae
from evidence.tlog.finding import Finding, Reason
from evidence.tlog.merkle import Frontier, leaf_hash

NO_LEAF = bytes(32)


class Rules(NamedTuple):
    """Tolerances in microseconds.

    ``ahead``: how far a record may be dated after our clock; ``back``: how far before the record before it in
    one boot; ``back_after_restart``: the same across a declared restart, when a clock may have been set
    right.
    """

    ahead: int = 300 * moment.SECOND
    back: int = 5 * moment.SECOND
    back_after_restart: int = 25 * 3600 * moment.SECOND


DEFAULT_RULES = Rules()


class Accepted(NamedTuple):
    """A record that keeps every rule: its position, leaf hash, exact bytes, and what it says."""

    seq: int
    leaf: bytes
    raw: bytes
    kid: str
    record: record.Record


class _Broken(Exception):
    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(what)
        self.reason = reason
        self.what = what


class Chain:
    """One log's state: what comes next, and by which keys.

    ``log_id``: the log's origin; ``ring``: its keys, at first the pinned one; ``verify``: Ed25519; ``clock``
    gives our time in microseconds since 1970. ``known_leaf``, if given, maps an earlier position to the leaf
    hash that was accepted there, so that an old page served again is told from history that was changed.
    ``parse`` reads payloads; a faster one must accept and refuse exactly what ``record.parse`` does.
    """

    def __init__(
        self,
        log_id: str,
        ring: keys.KeyRing,
        verify: Verify,
        *,
        rules: Rules = DEFAULT_RULES,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        known_leaf: Callable[[int], bytes | None] | None = None,
        parse: Callable[[bytes], record.Record] = record.parse,
    ) -> None:
        self.log_id = log_id
        self.ring = ring
        self.frontier = Frontier()
        self.last_leaf = NO_LEAF
        self.boot_id = ""
        self.last_us = 0
        self.latest_us = 0
        self.finding: Finding | None = None
        self._verify = verify
        self._rules = rules
        self._clock = clock
        self._known_leaf = known_leaf
        self._parse = parse

    @property
    def next_seq(self) -> int:
        """The position that comes next, which is also the number of records accepted."""
        return self.frontier.size

    def feed(self, seq: int, raw: bytes) -> Accepted | Finding:
        """Judge the entry that the source served at position ``seq``."""
        if self.finding is not None:
            what = f"The record is held in quarantine, because of the finding at {self.finding.seq}."
            return Finding(Reason.QUARANTINED, self.log_id, seq, what)
        try:
            return self._accept(seq, raw)
        except _Broken as broken:
            self.finding = Finding(broken.reason, self.log_id, seq, broken.what)
        except keys.KeyRefused as refused:
            self.finding = Finding(refused.reason, self.log_id, seq, f"{refused}.")
        return self.finding

    def resume(self) -> None:
        """Try again after a finding: the next record must be the one at ``next_seq``."""
        self.finding = None

    def _accept(self, seq: int, raw: bytes) -> Accepted:
        leaf = leaf_hash(raw)
        if seq != self.frontier.size:
            self._refuse_position(seq, leaf)
        try:
            parts = entry.decode(raw)
        except entry.EntryRefused as error:
            raise _Broken(Reason.MALFORMED_ENTRY, f"{error}.") from None
        key = self.ring.get(parts.key_id)
        if key is None:
            raise _Broken(
                Reason.UNKNOWN_KEY,
                f"The record is signed by the key {parts.key_id.hex()}, which is not one of this log's.",
            )
        if not self._verify(key.public_key, pae(parts.payload), parts.signature):
            raise _Broken(
                Reason.SIGNATURE,
                f"The signature by {key.kid} does not hold: the record was changed or forged.",
            )
        try:
            read = self._parse(parts.payload)
        except record.RecordRefused as error:
            raise _Broken(Reason.MALFORMED_RECORD, f"The record is signed but malformed. {error}.") from None
        self._check_place(read, seq)
        self._check_time(read)
        self.ring.judge(key, read.ts_us, self.latest_us)
        if read.kind == "key_rotation":
            self.ring = self.ring.rotated(read)
        self.frontier.append(leaf)
        self.last_leaf = leaf
        self.boot_id = read.boot_id
        self.last_us = read.ts_us
        if read.ts_us > self.latest_us:
            self.latest_us = read.ts_us
        return Accepted(seq, leaf, raw, key.kid, read)

    def _refuse_position(self, seq: int, leaf: bytes) -> None:
        if seq > self.next_seq:
            missing = f"{self.next_seq}" if seq == self.next_seq + 1 else f"{self.next_seq} to {seq - 1}"
            raise _Broken(Reason.MISSING, f"The source served {seq} next; it left out {missing}.")
        known = self._known_leaf(seq) if self._known_leaf is not None else None
        if seq == self.next_seq - 1:
            known = self.last_leaf
        if known is not None and known != leaf:
            raise _Broken(
                Reason.CHANGED_HISTORY,
                f"Position {seq} was served before with another body; two records claim it.",
            )
        raise _Broken(Reason.REPLAYED, f"Position {seq} was served again, although {self.next_seq} was asked for.")

    def _check_place(self, read: record.Record, seq: int) -> None:
        if read.log_id != self.log_id:
            raise _Broken(Reason.WRONG_LOG, f"The record belongs to the log {read.log_id}.")
        if read.seq > seq:
            gone = f"{seq}" if read.seq == seq + 1 else f"{seq} to {read.seq - 1}"
            raise _Broken(Reason.MISSING, f"Position {seq} holds record {read.seq}: {gone} was deleted or moved.")
        if read.seq < seq:
            raise _Broken(
                Reason.OUT_OF_PLACE,
                f"Position {seq} holds record {read.seq}: one was inserted, moved or repeated.",
            )
        if read.prev != self.last_leaf.hex():
            raise _Broken(
                Reason.CHAIN_BROKEN,
                f"Record {seq} follows another record than the one received at {seq - 1}.",
            )
        if read.boot_id != self.boot_id and self.boot_id:
            self._check_restart(read)

    def _check_restart(self, read: record.Record) -> None:
        if read.kind != "gap":
            raise _Broken(
                Reason.RESTART_UNDECLARED,
                f"The recorder started anew (boot {read.boot_id}) without a gap record first.",
            )
        if read.data["gap"]["previous_boot_id"] != self.boot_id:
            raise _Broken(
                Reason.RESTART_UNDECLARED, f"The gap record names another boot before it than {self.boot_id}."
            )

    def _check_time(self, read: record.Record) -> None:
        if read.ts_us > self._clock() + self._rules.ahead:
            raise _Broken(Reason.FUTURE, f"The record is dated {read.ts}, in the future.")
        same = read.boot_id == self.boot_id
        back = self._rules.back if same else self._rules.back_after_restart
        if self.last_us - read.ts_us > back:
            raise _Broken(
                Reason.BACKDATED,
                f"The record is dated {read.ts}, the one before it {moment.to_text(self.last_us)}.",
            )

    def to_json(self) -> dict[str, Any]:
        """The state, for storing between pulls."""
        return {
            "log_id": self.log_id,
            "size": self.frontier.size,
            "frontier": self.frontier.to_hex(),
            "last_leaf": self.last_leaf.hex(),
            "boot_id": self.boot_id,
            "last_us": self.last_us,
            "latest_us": self.latest_us,
            "keys": self.ring.to_json(),
            "finding": None if self.finding is None else self.finding.to_json(),
        }

    @classmethod
    def from_json(
        cls,
        state: Mapping[str, Any],
        verify: Verify,
        *,
        rules: Rules = DEFAULT_RULES,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        known_leaf: Callable[[int], bytes | None] | None = None,
        parse: Callable[[bytes], record.Record] = record.parse,
    ) -> Chain:
        """The chain as ``to_json`` left it."""
        ring = keys.KeyRing.from_json(state["keys"])
        chain = cls(state["log_id"], ring, verify, rules=rules, clock=clock, known_leaf=known_leaf, parse=parse)
        chain.frontier = Frontier.from_hex(state["size"], state["frontier"])
        chain.last_leaf = bytes.fromhex(state["last_leaf"])
        chain.boot_id = state["boot_id"]
        chain.last_us = state["last_us"]
        chain.latest_us = state["latest_us"]
        chain.finding = None if state["finding"] is None else Finding.from_json(state["finding"])
        return chain

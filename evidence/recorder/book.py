"""The log's state between two writes: what comes next, by which key, in which boot, and what is published.

Not safe for threads, except ``publish``; the recorder's one thread owns it.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evidence.recorder import durable, keystore
from evidence.recorder.reader import CHECKPOINT, TILES, LogReader
from evidence.recorder.segments import LogDamaged, Segments, Tail
from evidence.recorder.settings import MAX_MERGE_DELAY, Settings
from evidence.tlog import checkpoint, dsse, entry, moment, record, tiles
from evidence.tlog.merkle import Frontier, leaf_hash

Clock = Callable[[], int]
"""Microseconds since 1970."""

STOPPED = "stopped"
BACKWARDS = 2 * moment.SECOND
"""How far the clock may step back before a new boot declares it; within it, instants stand still."""

_CLEAN = "The recorder was stopped in order and started again; no record was in flight."
_CRASH = (
    "The recorder ended without stopping in order. Decisions that were being written, and completions of "
    "requests that were under way, may have no record."
)
_FAILED = (
    "The log could not be written for a while. The records counted as lost were never written; their requests "
    "were refused, unless the proxy is set to go on without records."
)
_CLOCK = "The clock was set back; instants before and after cannot be compared."


class RecordRejected(ValueError):
    """These fields make no record; ``str()`` says which and why."""


class Written(NamedTuple):
    """A durable record: position, leaf hash (32 bytes), instant."""

    seq: int
    leaf: bytes
    ts: str


class _Draft(NamedTuple):
    written: Written
    raw: bytes
    ts_us: int


class Book:
    """One log in one folder. ``lost``: records that were never written and are not yet declared."""

    def __init__(self, folder: Path, settings: Settings, clock: Clock) -> None:
        self.lost = 0
        self._folder = folder
        self._settings = settings
        self._clock = clock
        known = {bytes.fromhex(key.kid): key.public_key for key in keystore.read_ring(folder)}
        self._segments = Segments(folder, known)
        self._finish_rotation()
        self._ring, self._signer = keystore.load(folder)
        self._published_lock = threading.Lock()
        self._published = self._already_published()
        if self._segments.size < self._published:
            raise LogDamaged(
                f"The log holds {self._segments.size} records, but {self._published} were published. "
                "Restore the newer files; a log that went back would be taken for a forgery."
            )
        self._publish_at = 0.0
        self._restore_tree()
        self._zero_counts()
        self._boot_id = str(uuid.uuid4())
        self._gap: str | None = None
        self._previous_boot = ""
        self._last_us = 0
        tail = self._segments.tail
        if tail is not None:
            self._boot_id = tail.says["boot_id"]
            self._last_us = moment.from_text(tail.says["ts"])
            self._new_boot(self._why_stopped())
        self._declare()

    @property
    def size(self) -> int:
        return self._segments.size

    def write(
        self, records: Sequence[tuple[str, Mapping[str, Any]]], at: Sequence[int] = ()
    ) -> list[Written | RecordRejected]:
        """Make these durable, in this order, with one fsync. ``at``: their instants, where the clock is not to
        say them. Raises OSError when nothing was written."""
        self._repair()
        self._prepare_clock()
        drafts: list[_Draft] = []
        if self._gap is not None:
            drafts.append(self._draft("gap", self._gap_fields(), drafts))
        results: list[Written | RecordRejected] = []
        for number, (kind, fields) in enumerate(records):
            try:
                draft = self._draft(kind, fields, drafts, at[number] if at else None)
            except (record.RecordRefused, entry.EntryRefused, ValueError, TypeError) as error:
                results.append(RecordRejected(str(error)))
                continue
            drafts.append(draft)
            results.append(draft.written)
        self._append(drafts)
        for (kind, _), result in zip(records, results, strict=True):
            if kind in self._counts and isinstance(result, Written):
                self._counts[kind] += 1
        return results

    def heartbeat(self) -> None:
        """A record that says the recorder lives, and how much it wrote since the last one."""
        counts = {"decisions": self._counts["decision"], "completions": self._counts["completion"]}
        self.write([("heartbeat", {"counts": counts})])
        self._zero_counts()

    def rotate(self, new: keystore.Signer, compromised_at: int | None = None) -> None:
        """Bring a new key by a record that the old one signs, and sign with it from then on."""
        self._repair()
        self._prepare_clock()
        drafts = [self._draft("gap", self._gap_fields(), [])] if self._gap is not None else []
        now = max(self._clock(), self._last_us, drafts[-1].ts_us if drafts else 0)
        fields = keystore.rotation_fields(self._signer, new, now, compromised_at=compromised_at)
        drafts.append(self._draft("key_rotation", fields, drafts, now))
        self._append(drafts)
        self._finish_rotation()
        self._ring, self._signer = keystore.load(self._folder)
        self.publish()

    def publish_if_due(self) -> None:
        if time.monotonic() >= self._publish_at:
            self.publish()

    def publish(self) -> None:
        """Sign and publish a checkpoint of all that is durable. Safe from any thread."""
        with self._published_lock:
            size, root = self._state
            self._publish_at = time.monotonic() + MAX_MERGE_DELAY / 2
            if size == self._published and (self._folder / CHECKPOINT).exists():
                return
            point = checkpoint.Checkpoint(self._settings.log_id, size, root)
            signers = [(self._signer.public_key, self._signer.sign)]
            signed = checkpoint.sign(point, signers, timestamp=int(time.time()))
            durable.write_whole(self._folder / CHECKPOINT, signed, durable=False)
            self._published = size

    def close(self) -> None:
        try:
            self.publish()
            durable.write_whole(self._folder / STOPPED, str(self.size).encode())
        finally:
            self._segments.close()

    def _finish_rotation(self) -> None:
        """The log decides which keys there are: bring ``keys.json`` up to a rotation that ends the log."""
        tail = self._segments.tail
        if tail is None or tail.says["kind"] != "key_rotation":
            return
        ring = keystore.read_ring(self._folder)
        if tail.says["key"]["kid"] not in {key.kid for key in ring}:
            keystore.write_ring(self._folder, keystore.rotated(ring, tail.says))

    def _already_published(self) -> int:
        try:
            return LogReader(self._folder).size()
        except (LookupError, ValueError):
            return 0

    def _restore_tree(self) -> None:
        size = self._segments.size
        reader = LogReader(self._folder)
        rows: list[list[bytes]] = []
        self._frontier = Frontier()
        for level in reversed(range(max(1, (size.bit_length() + tiles.HEIGHT - 1) // tiles.HEIGHT))):
            number, width = divmod(size >> (tiles.HEIGHT * level), tiles.WIDTH)
            rows.insert(0, reader.hashes(tiles.Tile(level, number, width)) if width else [])
            for value in rows[0]:
                self._frontier.append_subtree(tiles.HEIGHT * level, value)
            for full in range(number - number % tiles.WIDTH if level == 0 else max(0, number - 1), number):
                tile = tiles.Tile(level, full)
                if not (self._folder / TILES / tile.path).exists():
                    self._keep_tile(tile, tiles.encode_hashes(reader.hashes(tile)))
        self._builder = tiles.TileBuilder(rows, size)
        self._state = (size, self._frontier.root())

    def _why_stopped(self) -> str:
        try:
            clean = (self._folder / STOPPED).read_text("ascii").strip() == str(self.size)
        except (FileNotFoundError, ValueError):
            clean = False
        return _CLEAN if clean else _CRASH

    def _new_boot(self, why: str) -> None:
        if self._gap is None:
            self._previous_boot = self._boot_id
        self._boot_id = str(uuid.uuid4())
        self._gap = why

    def _declare(self) -> None:
        (self._folder / STOPPED).unlink(missing_ok=True)
        if self._gap is not None:
            self.write([])
        elif self.size == 0:
            self.write([("heartbeat", {"counts": {"decisions": 0, "completions": 0}})])
        self.publish()

    def _gap_fields(self) -> dict[str, Any]:
        gap: dict[str, Any] = {"previous_boot_id": self._previous_boot, "reason": self._gap}
        if self._gap == _CLEAN or self.lost:
            gap["lost"] = self.lost
        return {"gap": gap}

    def _repair(self) -> None:
        """After a failed write: take back what it may have left, and declare the gap in a new boot."""
        if self._segments.broken:
            self._segments.rewind()
        if self.lost and self._gap is None:
            self._new_boot(_FAILED)

    def _prepare_clock(self) -> None:
        if self._clock() < self._last_us - BACKWARDS and self._gap is None:
            self._new_boot(_CLOCK)

    def _draft(self, kind: str, fields: Mapping[str, Any], before: Sequence[_Draft], at: int | None = None) -> _Draft:
        last = before[-1] if before else None
        tail = self._segments.tail
        seq = last.written.seq + 1 if last else self.size
        leaf = last.written.leaf if last else tail.leaf if tail else bytes(32)
        now = self._clock() if at is None else at
        if last is not None or self._gap is None:
            now = max(now, last.ts_us if last else self._last_us)
        ts = moment.to_text(now)
        frame = {"v": record.VERSION, "log_id": self._settings.log_id, "boot_id": self._boot_id, "seq": seq,
                 "ts": ts, "kind": kind, "prev": leaf.hex()}  # fmt: skip
        payload = json.dumps({**fields, **frame}, separators=(",", ":"), allow_nan=False).encode()
        record.parse(payload)
        raw = entry.encode(entry.Entry(self._signer.key_id, dsse.sign(payload, self._signer.sign), payload))
        return _Draft(Written(seq, leaf_hash(raw), ts), raw, now)

    def _append(self, drafts: Sequence[_Draft]) -> None:
        if not drafts:
            return
        tail = Tail(drafts[-1].written.leaf, json.loads(drafts[-1].raw[entry.HEADER_SIZE :]))
        self._segments.append([draft.raw for draft in drafts], tail)
        if self._gap is not None:
            self._gap = None
            self.lost = 0
        self._last_us = drafts[-1].ts_us
        for draft in drafts:
            self._frontier.append(draft.written.leaf)
            for tile, content in self._builder.append(draft.written.leaf):
                self._keep_tile(tile, content)
        self._state = (self._frontier.size, self._frontier.root())

    def _keep_tile(self, tile: tiles.Tile, content: bytes) -> None:
        path = self._folder / TILES / tile.path
        with contextlib.suppress(OSError):  # a tile can be made again from the entries; they are safe by now
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write_whole(path, content)

    def _zero_counts(self) -> None:
        self._counts = {"decision": 0, "completion": 0}

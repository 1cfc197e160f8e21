"""Attacks on a recorder's log, so that it can be shown how each is found.

``python -m evidence.recorder.tamper DIR KIND [--seq N]`` changes the log in a folder whose recorder is stopped, and
makes the rest as plausible as the attacker can: tiles follow the entries, and the checkpoint is signed anew where
the attacker holds the key. Serve the folder afterwards with ``python -m evidence.recorder serve DIR``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from evidence.recorder import durable, keystore
from evidence.recorder.durable import FolderLock, InUse
from evidence.recorder.reader import CHECKPOINT, TILES, LogReader, NotServed
from evidence.recorder.segments import FOLDER, PER_SEGMENT, segment_path
from evidence.recorder.settings import NotInitialised, Settings
from evidence.tlog import checkpoint, dsse, entry, moment, tiles
from evidence.tlog.merkle import Frontier, leaf_hash


class Log:
    """A log as its attacker holds it: entries in memory, and the operator's own key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings.load(folder)
        self.ring, self.signer = keystore.load(folder)
        reader = LogReader(folder)
        self.entries = reader.entries(0, reader.size())
        self.sign_checkpoint = True

    def payload(self, seq: int) -> dict[str, Any]:
        return dict(json.loads(entry.decode(self.entries[seq]).payload))

    def signed(self, payload: dict[str, Any], signer: keystore.Signer | None = None) -> bytes:
        """An entry of this payload, signed by the operator's key or another."""
        signer = signer or self.signer
        raw = json.dumps(payload, separators=(",", ":")).encode()
        return entry.encode(entry.Entry(signer.key_id, dsse.sign(raw, signer.sign), raw))

    def following(self, **changes: Any) -> dict[str, Any]:
        """A good heartbeat's payload for the end of the log, with some fields changed."""
        last = self.payload(-1)
        kept = {name: last[name] for name in ("v", "log_id", "boot_id")}
        return {
            **kept, "seq": len(self.entries), "ts": moment.to_text(time.time_ns() // 1000), "kind": "heartbeat",
            "prev": leaf_hash(self.entries[-1]).hex(), "counts": {"decisions": 0, "completions": 0}, **changes,
        }  # fmt: skip

    def chain_from(self, seq: int, signer: keystore.Signer | None = None) -> None:
        """Number, chain and sign everything anew from ``seq`` on, so that it holds together again."""
        for position in range(seq, len(self.entries)):
            payload = self.payload(position)
            payload["seq"] = position
            payload["prev"] = leaf_hash(self.entries[position - 1]).hex() if position else "0" * 64
            self.entries[position] = self.signed(payload, signer)

    def save(self) -> None:
        shutil.rmtree(self.folder / TILES, ignore_errors=True)
        for path in (self.folder / FOLDER).glob("*.entries"):
            path.unlink()
        for first in range(0, max(1, len(self.entries)), PER_SEGMENT):
            block = tiles.encode_entries(self.entries[first : first + PER_SEGMENT])
            durable.write_whole(segment_path(self.folder, first), block)
        if self.sign_checkpoint:
            self.publish()

    def publish(self) -> None:
        """Sign a checkpoint of the entries as they stand."""
        frontier = Frontier()
        for raw in self.entries:
            frontier.append(leaf_hash(raw))
        point = checkpoint.Checkpoint(self.settings.log_id, frontier.size, frontier.root())
        signers = [(self.signer.public_key, self.signer.sign)]
        signed = checkpoint.sign(point, signers, timestamp=int(time.time()))
        durable.write_whole(self.folder / CHECKPOINT, signed)


def _changed(log: Log, seq: int) -> None:
    parts = entry.decode(log.entries[seq])
    payload = {**log.payload(seq), "trace_id": "somebody else's"}
    raw = json.dumps(payload, separators=(",", ":")).encode()
    log.entries[seq] = entry.encode(parts._replace(payload=raw))


def _deleted(log: Log, seq: int) -> None:
    del log.entries[seq]


def _inserted(log: Log, seq: int) -> None:
    before = leaf_hash(log.entries[seq - 1]).hex() if seq else "0" * 64
    log.entries.insert(seq, log.signed({**log.payload(seq), "seq": seq, "prev": before, "trace_id": "new"}))


def _swapped(log: Log, seq: int) -> None:
    log.entries[seq], log.entries[seq + 1] = log.entries[seq + 1], log.entries[seq]


def _duplicated(log: Log, seq: int) -> None:
    log.entries.insert(seq + 1, log.signed({**log.payload(seq), "trace_id": "another body"}))


def _replayed(log: Log, seq: int) -> None:
    log.entries.insert(seq + 1, log.entries[seq])


def _tail_cut(log: Log, seq: int) -> None:
    """The checkpoint claims ten records more, of which the last five are not served."""
    for _ in range(10):
        log.entries.append(log.signed(log.following()))
    log.publish()
    del log.entries[-5:]
    log.sign_checkpoint = False


def _rolled_back(log: Log, seq: int) -> None:
    del log.entries[seq:]


def _head_cut(log: Log, seq: int) -> None:
    replace(log.settings, min_index=seq).save(log.folder)


def _forked(log: Log, seq: int) -> None:
    """The same size, another end."""
    log.entries[-1] = log.signed({**log.payload(-1), "trace_id": "the other face"})


def _rewritten(log: Log, seq: int) -> None:
    """With the key, and one record more, so that the size is no sign of it."""
    log.entries[seq] = log.signed({**log.payload(seq), "trace_id": "as it should have been"})
    log.chain_from(seq + 1)
    log.entries.append(log.signed(log.following()))


def _rewritten_without_key(log: Log, seq: int) -> None:
    stranger = keystore.Signer(os.urandom(32))
    log.entries[seq] = log.signed({**log.payload(seq), "trace_id": "as it should have been"}, stranger)
    log.chain_from(seq + 1, stranger)


def _foreign_key(log: Log, seq: int) -> None:
    log.entries.append(log.signed(log.following(), keystore.Signer(os.urandom(32))))


def _rotated_key(log: Log, seq: int) -> None:
    """A stranger's rotation: the new key vouches for itself."""
    stranger = keystore.Signer(os.urandom(32))
    now = time.time_ns() // 1000
    fields = keystore.rotation_fields(log.signer, stranger, now, compromised_at=None)
    payload = log.following(kind="key_rotation", ts=moment.to_text(now), **fields)
    del payload["counts"]
    log.entries.append(log.signed(payload, stranger))


def _future(log: Log, seq: int) -> None:
    at = moment.to_text(time.time_ns() // 1000 + 30 * moment.DAY)
    log.entries.append(log.signed(log.following(ts=at)))


def _backdated(log: Log, seq: int) -> None:
    at = moment.from_text(log.payload(-1)["ts"]) - 3 * moment.DAY
    log.entries.append(log.signed(log.following(ts=moment.to_text(at))))


def _restarted(log: Log, seq: int) -> None:
    log.entries.append(log.signed(log.following(boot_id="00000000-0000-4000-8000-000000000000")))


def _wrong_log(log: Log, seq: int) -> None:
    log.entries.append(log.signed(log.following(log_id="elsewhere.example/ai-proxy")))


def _duplicate_key(log: Log, seq: int) -> None:
    """A payload with one JSON key twice, signed in all form."""
    text = json.dumps(log.following(), separators=(",", ":"))
    raw = (text[:-1] + ',"kind":"decision"}').encode()
    log.entries.append(entry.encode(entry.Entry(log.signer.key_id, dsse.sign(raw, log.signer.sign), raw)))


class Attack(NamedTuple):
    """What it does to the log, and the code by which a reader must name it: one who comes new, or one who read
    the log before."""

    act: Callable[[Log, int], None]
    found_new: str
    found_again: str


ATTACKS = {
    "field-changed": Attack(_changed, "signature", "fork"),
    "deleted": Attack(_deleted, "missing", "rolled_back"),
    "inserted": Attack(_inserted, "out_of_place", "rewritten"),
    "swapped": Attack(_swapped, "missing", "fork"),
    "duplicated": Attack(_duplicated, "out_of_place", "rewritten"),
    "replayed": Attack(_replayed, "out_of_place", "rewritten"),
    "tail-cut": Attack(_tail_cut, "tail_cut", "tail_cut"),
    "rollback": Attack(_rolled_back, "", "rolled_back"),
    "head-cut": Attack(_head_cut, "head_cut", "head_cut"),
    "fork": Attack(_forked, "", "fork"),
    "rewritten": Attack(_rewritten, "", "rewritten"),
    "rewritten-without-key": Attack(_rewritten_without_key, "unknown_key", "fork"),
    "foreign-key": Attack(_foreign_key, "unknown_key", "unknown_key"),
    "false-rotation": Attack(_rotated_key, "unknown_key", "unknown_key"),
    "future": Attack(_future, "future", "future"),
    "backdated": Attack(_backdated, "backdated", "backdated"),
    "restart-undeclared": Attack(_restarted, "restart_undeclared", "restart_undeclared"),
    "wrong-log": Attack(_wrong_log, "wrong_log", "wrong_log"),
    "duplicate-json-key": Attack(_duplicate_key, "malformed_record", "malformed_record"),
}
"""Name on the command line → attack. An empty ``found_new`` says that only an earlier checkpoint shows it."""


def tamper(folder: Path, kind: str, seq: int | None = None) -> int:
    """Do it; gives the position that was attacked (the middle of the log unless ``seq`` says otherwise).

    Raises ``InUse`` while the recorder runs, ValueError for a position that the attack cannot have.
    """
    lock = FolderLock(folder)
    try:
        log = Log(folder)
        position = len(log.entries) // 2 if seq is None else seq
        if not 0 < position < len(log.entries) - 1:
            raise ValueError(f"--seq lies between 1 and {len(log.entries) - 2} for this log")
        ATTACKS[kind].act(log, position)
        log.save()
    finally:
        lock.release()
    return position


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evidence.recorder.tamper", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kind", choices=sorted(ATTACKS))
    parser.add_argument("--seq", type=int, default=None, help="position to attack; the middle by default")
    options = parser.parse_args(arguments)
    try:
        position = tamper(options.folder, options.kind, options.seq)
    except (InUse, NotInitialised, NotServed, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    attack = ATTACKS[options.kind]
    found = {"kind": options.kind, "seq": position, "new_reader": attack.found_new, "known_reader": attack.found_again}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

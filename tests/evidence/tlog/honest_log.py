"""A small honest log for tests to tamper with."""

import json
from collections.abc import Sequence
from typing import Any

import nacl.bindings
import nacl.exceptions
from nacl.signing import SigningKey

from evidence.tlog import checkpoint, dsse, ed25519, entry, keys, merkle, moment, note

LOG_ID = "proxy-1.acme.example/decisions"
START = 1_795_226_720 * moment.SECOND
BOOT = "3b1f2b0e-1111-4222-8333-444455556666"
OTHER_BOOT = "4c2f2b0e-1111-4222-8333-444455556666"


def fast_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 by PyNaCl, in the shape that the package wants. The binding itself looks at no lengths."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        nacl.bindings.crypto_sign_open(signature + message, public_key)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.CryptoError, ValueError):
        return False
    return True


def secret(name: str) -> bytes:
    return merkle.leaf_hash(name.encode())


def signer(name: str) -> dsse.Sign:
    key = SigningKey(secret(name))
    return lambda message: key.sign(message).signature


def key_of(name: str, **when: int) -> keys.Key:
    return keys.Key(bytes(SigningKey(secret(name)).verify_key), **when)


def decision_id(number: int) -> str:
    return f"01939c1e-7d11-7abc-8def-{number:012x}"


def clock() -> int:
    return START + 3600 * moment.SECOND


def decision(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "decision",
        "decision_id": decision_id(number),
        "system": {"id": "credit-assistant", "version": "2026.10"},
        "policy": {"id": "POL-7", "version": "3", "sha256": "d" * 64},
        "outcome": "allow",
        **fields,
    }


def completion(number: int, **fields: Any) -> dict[str, Any]:
    return {"kind": "completion", "decision_id": decision_id(number), "outcome": "allow", **fields}


def gap(previous: str = BOOT) -> dict[str, Any]:
    return {"kind": "gap", "gap": {"previous_boot_id": previous, "reason": "restart", "lost": 0}}


def heartbeat() -> dict[str, Any]:
    return {"kind": "heartbeat", "counts": {"decisions": 1, "completions": 0}}


class HonestLog:
    """Entries in order, each signed and chained, with the tree over them."""

    def __init__(self, log_id: str = LOG_ID, key: str = "first") -> None:
        self.log_id = log_id
        self.key = key
        self.boot_id = BOOT
        self.entries: list[bytes] = []
        self.tree = merkle.MemoryTree()

    def payload(self, body: dict[str, Any]) -> dict[str, Any]:
        seq = len(self.entries)
        prev = merkle.leaf_hash(self.entries[-1]).hex() if self.entries else "0" * 64
        return {
            "v": 1,
            "log_id": self.log_id,
            "boot_id": self.boot_id,
            "seq": seq,
            "ts": moment.to_text(START + seq * moment.SECOND),
            "prev": prev,
            **body,
        }

    def append(self, body: dict[str, Any], key: str = "") -> bytes:
        return self.append_raw(signed(self.payload(body), key or self.key))

    def append_raw(self, raw: bytes) -> bytes:
        self.entries.append(raw)
        self.tree.append(merkle.leaf_hash(raw))
        return raw

    def checkpoint(self, size: int | None = None) -> checkpoint.Checkpoint:
        size = len(self.entries) if size is None else size
        return checkpoint.Checkpoint(self.log_id, size, self.tree.root(size))

    def checkpoint_note(
        self, keys_used: Sequence[str] = (), timestamp: int | None = None, size: int | None = None
    ) -> bytes:
        signers = [(key_of(name).public_key, signer(name)) for name in keys_used or [self.key]]
        return checkpoint.sign(self.checkpoint(size), signers, timestamp)


def signed(payload: dict[str, Any] | bytes, key: str = "first") -> bytes:
    """Entry bytes over a payload, given as an object or as the exact bytes."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload, separators=(",", ":")).encode()
    identifier = entry.key_id(key_of(key).public_key)
    return entry.encode(entry.Entry(identifier, dsse.sign(raw, signer(key)), raw))


def of_decisions(count: int) -> HonestLog:
    log = HonestLog()
    for number in range(count):
        log.append(decision(number))
    return log


def rotation(log: HonestLog, new: str, *, end: str = "", at: int | None = None, why: str = "rotated") -> dict[str, Any]:
    """A key_rotation body that brings the key ``new`` and, if named, ends the key ``end``."""
    now = START + len(log.entries) * moment.SECOND
    body: dict[str, Any] = {"kind": "key_rotation", "key": key_of(new, not_before=now).to_json()}
    if end:
        instant = moment.to_text(now + moment.SECOND if at is None else at)
        body["ended"] = [{"kid": key_of(end).kid, "at": instant, "why": why}]
    return body


def cosigned(raw: bytes, name: str, timestamp: int, key: str = "witness") -> bytes:
    """The checkpoint note with a witness's cosignature added."""
    witness = witness_key(name, key)
    return raw + note.signature_line(note.parse(raw).text, witness, signer(key), timestamp).encode()


def witness_key(name: str = "witness.example/w1", key: str = "witness") -> note.NoteKey:
    return note.NoteKey(name, note.COSIGNATURE, key_of(key).public_key)


def slow_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return ed25519.verify(public_key, message, signature)

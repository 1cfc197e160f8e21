"""Checkpoints (C2SP tlog-checkpoint): a log's signed word for how many records it has and what their root
hash is."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from evidence.tlog import note
from evidence.tlog.dsse import Sign, Verify

_ORIGIN = re.compile(r"[a-z0-9][a-z0-9._/-]{0,199}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")


class CheckpointRefused(ValueError):
    """A checkpoint is malformed or not signed as demanded; ``str()`` says why in one sentence."""


class Checkpoint(NamedTuple):
    """Origin (the log's ``log_id``), number of leaves, root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text: three lines. Extension lines are neither written nor accepted: no monitor can audit
        them."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Opened(NamedTuple):
    """A checkpoint whose signature holds.

    ``signers``: the log's keys that signed; ``timestamp``: the log's own word for when (seconds since 1970),
    if it cosigned; ``witnesses``: the cosignatures by trusted witnesses.
    """

    checkpoint: Checkpoint
    signers: tuple[note.NoteKey, ...]
    timestamp: int | None
    witnesses: tuple[note.Signed, ...]


def check_origin(origin: str) -> None:
    """Raises ``CheckpointRefused`` unless ``origin`` may name a log.

    Lower-case letters, digits, ``. _ / -``, at most 200. So no text that a log signs as a checkpoint can ever
    be read as a DSSE message ("DSSEv1 ...") or as a cosignature; ``cosignature/v1`` itself is refused for
    that reason.
    """
    if not _ORIGIN.fullmatch(origin) or origin == "cosignature/v1":
        raise CheckpointRefused("A log's name is made of a-z, 0-9, dot, dash, underscore and slash, at most 200")


def parse(text: str) -> Checkpoint:
    """Read a checkpoint's note text. Raises ``CheckpointRefused``."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise CheckpointRefused("A checkpoint has exactly three lines: origin, size and root hash")
    origin, size, root = lines[:3]
    check_origin(origin)
    if not _SIZE.fullmatch(size) or int(size) >= 2**53:
        raise CheckpointRefused("The checkpoint's size is not a plain decimal number below 2^53")
    raw = b64decode(root) if _ROOT.fullmatch(root) else b""
    if b64encode(raw).decode() != root:
        raise CheckpointRefused("The checkpoint's root is not the base64 of 32 bytes")
    return Checkpoint(origin, int(size), raw)


def log_keys(origin: str, public_keys: Sequence[bytes]) -> list[note.NoteKey]:
    """The note keys under which a log with these public keys may sign: its name is its origin, both types."""
    return [note.NoteKey(origin, kind, key) for key in public_keys for kind in (note.ED25519, note.COSIGNATURE)]


def open_signed(
    raw: bytes,
    origin: str,
    public_keys: Sequence[bytes],
    verify: Verify,
    witnesses: Sequence[note.NoteKey] = (),
) -> Opened:
    """Read and check a signed checkpoint of the log ``origin``.

    ``public_keys``: the log's trusted Ed25519 keys, one of which must have signed; ``witnesses``: cosigners
    we know. Signatures by others are passed over. Raises ``CheckpointRefused``.
    """
    try:
        parsed = note.parse(raw)
        checkpoint = parse(parsed.text)
        if checkpoint.origin != origin:
            raise CheckpointRefused(f"The checkpoint is of the log {checkpoint.origin}, not of {origin}")
        signed = note.check(parsed, [*log_keys(origin, public_keys), *witnesses], verify)
    except note.NoteRefused as error:
        raise CheckpointRefused(str(error)) from None
    by_log = [one for one in signed if one.key not in witnesses]
    signers = tuple(one.key for one in by_log if one.key.kind == note.ED25519)
    if not signers:
        raise CheckpointRefused("The checkpoint is not signed by the log itself")
    stamps = [one.timestamp for one in by_log if one.timestamp is not None]
    by_witness = tuple(one for one in signed if one.key in witnesses and one.timestamp is not None)
    return Opened(checkpoint, signers, max(stamps) if stamps else None, by_witness)


def sign(checkpoint: Checkpoint, signers: Sequence[tuple[bytes, Sign]], timestamp: int | None = None) -> bytes:
    """A signed checkpoint by the log itself.

    ``signers``: public key and signing function of every key in force; ``timestamp``: seconds since 1970,
    adds a timestamped cosignature by each, so that a reader sees a checkpoint that is older than the last.
    """
    check_origin(checkpoint.origin)
    text = checkpoint.text()
    lines = [text, "\n"]
    for public_key, sign_bytes in signers:
        plain, stamped = log_keys(checkpoint.origin, [public_key])
        lines.append(note.signature_line(text, plain, sign_bytes))
        if timestamp is not None:
            lines.append(note.signature_line(text, stamped, sign_bytes, timestamp))
    return "".join(lines).encode()

"""Signed notes (C2SP signed-note): a text, a blank line, and signature lines that name who signed it.

Two signature types are known: Ed25519 (0x01), by which a log signs its checkpoints, and the timestamped
Ed25519 cosignature (0x04, C2SP tlog-cosignature), by which a witness says when it saw one.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from evidence.tlog.dsse import Sign, Verify

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_BYTES = 262_144
MAX_SIGNATURES = 64
_DASH = "\u2014 "


class NoteRefused(ValueError):
    """A note or key is malformed, or not signed as demanded; ``str()`` says why in one sentence."""


class NoteKey(NamedTuple):
    """Who may sign notes: a name, the signature type (``ED25519`` or ``COSIGNATURE``), a 32-byte public
    key."""

    name: str
    kind: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before a signature: SHA-256(name || LF || type || public key)[:4]."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key).digest()[:4]

    def to_vkey(self) -> str:
        """The key as one line, ``name+hex id+base64(type || key)``."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public_key).decode()}"

    @classmethod
    def from_vkey(cls, text: str) -> NoteKey:
        """Read such a line. Raises ``NoteRefused``."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise NoteRefused("A verifier key has the form name+id+key")
        name, identifier, encoded = parts
        check_name(name)
        raw = _decoded(encoded)
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise NoteRefused("The verifier key is not an Ed25519 key of type 1 or 4")
        key = cls(name, raw[0], raw[1:])
        if key.key_id.hex() != identifier:
            raise NoteRefused("The verifier key's id does not belong to its name and key")
        return key


class NoteSignature(NamedTuple):
    """One signature line: key name, 4-byte key id, and what follows it."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A parsed note: its text (final newline included) and its signature lines, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]


class Signed(NamedTuple):
    """A signature that holds: by whom, and for a cosignature when (seconds since 1970), else None."""

    key: NoteKey
    timestamp: int | None


def check_name(name: str) -> None:
    """Raises ``NoteRefused`` unless ``name`` may be a key name."""
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise NoteRefused("A key name must not be empty nor contain spaces or a plus sign")


def parse(raw: bytes) -> Note:
    """Take a note apart. Raises ``NoteRefused``. Nothing in it is to be believed before ``check``."""
    if len(raw) > MAX_BYTES:
        raise NoteRefused(f"The note is longer than {MAX_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteRefused("The note is not UTF-8") from None
    if any(letter < " " and letter != "\n" for letter in text):
        raise NoteRefused("The note holds a control character")
    body, separator, tail = text.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteRefused("The note has no blank line followed by signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused(f"The note has more than {MAX_SIGNATURES} signatures")
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> NoteSignature:
    parts = line[len(_DASH) :].split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NoteRefused("A signature line is not of the form dash, name, signature")
    check_name(parts[0])
    raw = _decoded(parts[1])
    if len(raw) < 5:
        raise NoteRefused("A signature line is too short")
    return NoteSignature(parts[0], raw[:4], raw[4:])


def check(note: Note, keys: Sequence[NoteKey], verify: Verify) -> list[Signed]:
    """The signatures by ``keys``, in the note's order; unknown ones are passed over.

    Raises ``NoteRefused`` when a signature by one of these keys is wrong, or when there is none at all.
    """
    known = {(key.name, key.key_id): key for key in keys}
    held: list[Signed] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        signed = _check_line(note.text, line, key, verify)
        if any(other.key == key for other in held):
            raise NoteRefused(f"The note carries two signatures by one key of {key.name}")
        held.append(signed)
    if not held:
        raise NoteRefused("The note carries no signature by a trusted key")
    return held


def _check_line(text: str, line: NoteSignature, key: NoteKey, verify: Verify) -> Signed:
    timestamp = None
    message, signature = text.encode(), line.signature
    if key.kind == COSIGNATURE:
        timestamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = cosigned_message(text, timestamp)
        if timestamp >= 2**63:
            raise NoteRefused(f"The cosignature by {key.name} carries an impossible time")
    if len(signature) != 64 or not verify(key.public_key, message, signature):
        raise NoteRefused(f"The signature by {key.name} does not hold")
    return Signed(key, timestamp)


def cosigned_message(text: str, timestamp: int) -> bytes:
    """What a witness signs: header, time in seconds since 1970, and the note's text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def signature_line(text: str, key: NoteKey, sign: Sign, timestamp: int | None = None) -> str:
    """A signature line (newline included) over ``text``; ``timestamp`` in seconds for a ``COSIGNATURE``
    key."""
    if (timestamp is None) == (key.kind == COSIGNATURE):
        raise NoteRefused("A cosignature has a time, another signature has none")
    if timestamp is None:
        raw = sign(text.encode())
    else:
        raw = timestamp.to_bytes(8, "big") + sign(cosigned_message(text, timestamp))
    return f"{_DASH}{key.name} {b64encode(key.key_id + raw).decode()}\n"


def _decoded(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise NoteRefused("A note holds text that is not base64") from None
    if b64encode(raw).decode() != text:
        raise NoteRefused("A note holds base64 that is not written in the one proper way")
    return raw

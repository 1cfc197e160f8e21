"""One entry of a decision log: the bytes that are stored, hashed into the tree and verified. Never
re-serialised.

::

    offset  length  what
    0       1       format, 0x01
    1       16      key id: the first 16 bytes of SHA-256(public key)
    17      64      Ed25519 signature over PAE("application/vnd.assay.decision+json", payload)
    81      1..32768  payload, to the end of the entry

There is one way to write an entry: nothing is optional, nothing is padded, and no algorithm is named that a
forger could lower. ``docs/decision-record.md`` shows the same with vectors.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from grc import strict_json

FORMAT = 1
KEY_ID_SIZE = 16
SIGNATURE_SIZE = 64
HEADER_SIZE = 1 + KEY_ID_SIZE + SIGNATURE_SIZE
MAX_PAYLOAD = 32_768
MAX_ENTRY = HEADER_SIZE + MAX_PAYLOAD
_MAX_LINE = 60_000


class EntryRefused(ValueError):
    """These bytes are no entry; ``str()`` says why in one sentence."""


class Entry(NamedTuple):
    """An entry's three parts: key id (16 bytes), signature (64 bytes), payload."""

    key_id: bytes
    signature: bytes
    payload: bytes


def key_id(public_key: bytes) -> bytes:
    """The 16-byte name of an Ed25519 public key; as text (``kid``) its lower-case hex."""
    return sha256(public_key).digest()[:KEY_ID_SIZE]


def encode(entry: Entry) -> bytes:
    """The entry's bytes. Raises ``EntryRefused`` when a part has a length that no entry may have."""
    if len(entry.key_id) != KEY_ID_SIZE or len(entry.signature) != SIGNATURE_SIZE:
        raise EntryRefused(f"A key id has {KEY_ID_SIZE} bytes and a signature {SIGNATURE_SIZE}")
    if not 0 < len(entry.payload) <= MAX_PAYLOAD:
        raise EntryRefused(f"A payload has 1 to {MAX_PAYLOAD:,} bytes; this one has {len(entry.payload):,}")
    return b"\x01" + entry.key_id + entry.signature + entry.payload


def decode(raw: bytes) -> Entry:
    """The entry's parts. Raises ``EntryRefused``."""
    if not HEADER_SIZE < len(raw) <= MAX_ENTRY:
        raise EntryRefused(f"An entry has {HEADER_SIZE + 1} to {MAX_ENTRY:,} bytes; this one has {len(raw):,}")
    if raw[0] != FORMAT:
        raise EntryRefused(f"The entry begins with format {raw[0]}; only format {FORMAT} is known")
    return Entry(raw[1:17], raw[17:81], raw[81:])


def to_line(seq: int, raw: bytes) -> bytes:
    """One line of the plain form, ``{seq,kid,payload_b64,sig_b64}`` and a newline, from an entry's bytes."""
    entry = decode(raw)
    return b'{"seq":%d,"kid":"%b","payload_b64":"%b","sig_b64":"%b"}\n' % (
        seq,
        entry.key_id.hex().encode(),
        b64encode(entry.payload),
        b64encode(entry.signature),
    )


def from_line(line: bytes) -> tuple[int, bytes]:
    """Sequence number and entry bytes from one line of the plain form. Raises ``EntryRefused``."""
    try:
        value = strict_json.loads(line, max_bytes=_MAX_LINE, max_depth=2, floats=False)
    except strict_json.JSONRefused as error:
        raise EntryRefused(str(error)) from None
    if not isinstance(value, dict) or set(value) != {"seq", "kid", "payload_b64", "sig_b64"}:
        raise EntryRefused("A line must be an object with seq, kid, payload_b64 and sig_b64, and nothing else")
    seq, kid = value["seq"], value["kid"]
    if type(seq) is not int or not 0 <= seq < 2**53:
        raise EntryRefused("The line's seq is not an integer from 0 to 2^53 - 1")
    try:
        key = bytes.fromhex(kid)
        payload, signature = (b64decode(value[name], validate=True) for name in ("payload_b64", "sig_b64"))
    except (TypeError, ValueError, binascii.Error):
        raise EntryRefused("The line's kid is not hex, or its payload_b64 or sig_b64 is not base64") from None
    if (key.hex(), b64encode(payload), b64encode(signature)) != (
        kid,
        value["payload_b64"].encode(),
        value["sig_b64"].encode(),
    ):
        raise EntryRefused("The line's kid is not lower-case hex, or its base64 is not written in the one proper way")
    return seq, encode(Entry(key, signature, payload))

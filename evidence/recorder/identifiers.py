"""Identifiers that a record carries, and text brought to the form that a record may carry."""

from __future__ import annotations

import secrets
import uuid

from evidence.tlog.record import MAX_TEXT


def uuid7(microseconds: int) -> str:
    """A UUIDv7 (RFC 9562) for an instant in microseconds since 1970; 74 bits are random."""
    milliseconds = microseconds // 1000
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))


def clean(text: object, limit: int = MAX_TEXT) -> str:
    """``text`` without control characters and halves of surrogate pairs, at most ``limit`` characters.

    What a caller sends must never make a record that a reader refuses.
    """
    raw = text if isinstance(text, str) else str(text)
    raw = raw[: 4 * limit].encode("utf-8", "replace").decode()
    return "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in raw)[:limit].strip()

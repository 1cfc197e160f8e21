"""Instants: written in one form, ``2026-11-21T03:24:40.123456Z``, and counted in microseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_text(text: str) -> int:
    """Microseconds since 1970. Raises ValueError unless ``text`` is RFC 3339 in UTC with six decimals and a
    Z."""
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not an instant of the form 2026-11-21T03:24:40.123456Z")
    since = datetime.fromisoformat(text) - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def to_text(microseconds: int) -> str:
    """The instant in its one written form."""
    instant = _EPOCH + timedelta(microseconds=microseconds)
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

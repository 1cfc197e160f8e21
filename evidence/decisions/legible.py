"""Texts from records, so that they can be shown: nothing in them moves, hides or reverses what stands around them."""

from typing import Any

from evidence.tlog.record import Record


def legible(text: str) -> str:
    """``text`` with control characters and direction marks spelt out, as the verifier prints them."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def legible_record(read: Record) -> Record:
    """The same record with every text made legible; only for showing, never for checking."""
    return Record(*(_deep(value) for value in read))


def _deep(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, list):
        return [_deep(item) for item in value]
    if isinstance(value, dict):
        return {key: _deep(item) for key, item in value.items()}
    return value

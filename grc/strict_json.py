"""One strict JSON reader for everything that comes from outside: API bodies, imports, decision records.

Python's own reader accepts what later layers choke on: duplicate keys, NaN, ``1e999`` (as infinity), NUL and
lone surrogates (which PostgreSQL refuses), and nesting deep enough to exhaust the stack. This one refuses
each of them with the place where it stands. It is pure Python, so that the offline verifier can carry it.
"""

import json
import math
import re
from typing import Any

MAX_INTEGER_DIGITS = 40
"""Longest accepted integer literal. Python's conversion is quadratic, so a 5,000-digit one is an attack."""


# The closing quote is optional so that an unclosed string is consumed whole: otherwise the search would start
# again at each escaped quote inside it, and a megabyte of them would take hours.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


class JSONRefused(ValueError):
    """The text is not acceptable JSON; ``str()`` says why, ``offset`` is in characters where known."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason if offset is None else f"{reason} (at character {offset})")
        self.reason = reason
        self.offset = offset


def loads(
    raw: bytes | str,
    *,
    max_bytes: int = 1_048_576,
    max_depth: int = 32,
    floats: bool = True,
) -> Any:
    """Read one JSON document.

    ``raw``: UTF-8 bytes or text; ``max_bytes``: size limit in bytes; ``max_depth``: deepest nesting of arrays
    and objects; ``floats=False`` refuses every number that is not an integer (as signed records must).
    Raises ``JSONRefused``.
    """
    text = _decoded(raw, max_bytes)
    _check_depth(text, max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite_float if floats else _refuse_float,
            parse_int=_bounded_integer,
        )
    except json.JSONDecodeError as error:
        raise JSONRefused(f"Not valid JSON: {error.msg.lower()}", error.pos) from None
    except RecursionError:
        raise JSONRefused("Nested too deeply") from None
    if "\\u" in text:  # strict UTF-8 holds no surrogate and JSON no bare NUL: only an escape can bring one
        _check_strings(value)
    return value


def _decoded(raw: bytes | str, max_bytes: int) -> str:
    if len(raw) > max_bytes:
        raise JSONRefused(f"Longer than {max_bytes:,} bytes")
    try:
        if isinstance(raw, bytes):
            return raw.decode("utf-8")
        if not raw.isascii() and len(raw.encode("utf-8")) > max_bytes:
            raise JSONRefused(f"Longer than {max_bytes:,} bytes")
        return raw
    except UnicodeDecodeError as error:
        raise JSONRefused("Not valid UTF-8", error.start) from None
    except UnicodeEncodeError as error:
        raise JSONRefused("A text holds half of a surrogate pair", error.start) from None


def _check_depth(text: str, max_depth: int) -> None:
    # Done before parsing: the C scanner recurses, and a deep enough document would end the process.
    if text.count("[") + text.count("{") <= max_depth:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                raise JSONRefused(f"Nested more than {max_depth} levels deep", match.start())
        elif mark in "]}":
            depth -= 1


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JSONRefused(f"The key “{_printable(key[:80])}” stands twice in one object")
            seen.add(key)
    return result


def _printable(text: str) -> str:
    # The reason is logged, stored and shown: it may not carry the very characters that are refused here.
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _refuse_constant(name: str) -> Any:
    raise JSONRefused(f"{name} is not a JSON number")


def _finite_float(literal: str) -> float:
    number = float(literal)
    if not math.isfinite(number):
        raise JSONRefused(f"The number {literal[:40]} is out of range")
    return number


def _refuse_float(literal: str) -> Any:
    raise JSONRefused(f"The number {literal[:40]} is not an integer")


def _bounded_integer(literal: str) -> int:
    if len(literal) > MAX_INTEGER_DIGITS:
        raise JSONRefused(f"An integer has {len(literal)} digits; at most {MAX_INTEGER_DIGITS} are accepted")
    return int(literal)


def _check_strings(value: Any) -> None:
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            _check_string(item)
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _check_string(text: str) -> None:
    if "\x00" in text:
        raise JSONRefused("A text holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise JSONRefused("A text holds half of a surrogate pair") from None

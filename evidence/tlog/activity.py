"""Events of an activity log, as they are sealed: one line of JSON each, in the one form of RFC 8785.

Only what the log says about a deed: people by an opaque id, records by reference. A field that has nothing to say is
left out.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from evidence.tlog import moment
from grc import strict_json

VERSION = 1
MAX_ENTRY = 8192
_NEEDED = ("at", "verb", "way")
_OPTIONAL = ("person", "register", "record", "detail")
_PERSON = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class ActivityRefused(ValueError):
    """A line is no event of an activity log; ``str()`` says why in one sentence."""


class Activity(NamedTuple):
    """``at``: when it was written (RFC 3339, UTC, microseconds); ``person``: an opaque UUID, empty for Assay itself;
    ``register`` and ``record``: what it is about, empty for nothing in particular."""

    at: str
    verb: str
    way: str
    person: str = ""
    register: str = ""
    record: str = ""
    detail: str = ""

    def encode(self) -> bytes:
        """The entry: UTF-8, keys in order, no white space, no line break. Its leaf hash is RFC 6962's."""
        value: dict[str, Any] = {name: text for name, text in self._asdict().items() if text}
        value["v"] = VERSION
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(raw: bytes) -> Activity:
    """Read an entry. Raises ``ActivityRefused`` for any but the one proper way to write it."""
    try:
        value = strict_json.loads(raw, max_bytes=MAX_ENTRY, max_depth=1, floats=False)
    except strict_json.JSONRefused as error:
        raise ActivityRefused(f"It is not JSON: {error}") from None
    if not isinstance(value, dict) or value.pop("v", None) != VERSION:
        raise ActivityRefused(f"It is not an event of version {VERSION}")
    if not set(_NEEDED) <= set(value) <= {*_NEEDED, *_OPTIONAL}:
        raise ActivityRefused("It lacks a field, or has one that is not known")
    if not all(isinstance(text, str) and text for text in value.values()):
        raise ActivityRefused("A field is empty or not a text")
    try:
        moment.from_text(value["at"])
    except ValueError as error:
        raise ActivityRefused(str(error)) from None
    if "person" in value and not _PERSON.fullmatch(value["person"]):
        raise ActivityRefused("The person is not a UUID")
    event = Activity(**value)
    if event.encode() != raw:
        raise ActivityRefused("It is not written in the one proper way")
    return event

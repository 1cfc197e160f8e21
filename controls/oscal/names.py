"""What things are called in OSCAL: our namespace, tokens for numbers that are none, UUIDs, instants."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterable

NS = "urn:assay:oscal:1"
"""Namespace of the properties, parts and relationships that OSCAL itself has no name for."""

OSCAL_NS = "http://csrc.nist.gov/ns/oscal"
VERSION = "1.2.1"
_HOME = uuid.uuid5(uuid.NAMESPACE_URL, NS)
_SPACES = re.compile(r"\s+")


def is_token(text: str) -> bool:
    """Whether ``text`` may be an id: letters, digits, ``. - _``, beginning with a letter or ``_``."""
    if not text or not (_is(text[0], "L") or text[0] == "_"):
        return False
    return all(_is(char, "LN") or char in ".-_" for char in text)


def _is(char: str, kinds: str) -> bool:
    return unicodedata.category(char)[0] in kinds


def token(code: str) -> str:
    """An id for a number: ``4.1`` → ``_4.1``, ``GOVERN 1.1`` → ``GOVERN-1.1``, ``Art 26(5)`` → ``Art-26-5``."""
    kept = "".join(char if _is(char, "LN") or char in ".-_" else "-" for char in unicodedata.normalize("NFC", code))
    text = re.sub(r"-{2,}", "-", kept).strip("-") or "_"
    return text if _is(text[0], "L") or text[0] == "_" else f"_{text}"


def tokens(codes: Iterable[str], given: Iterable[str] = ()) -> dict[str, str]:
    """An id for each code, no two alike and none of ``given``; the same codes in the same order get the same ids."""
    taken, found = set(given), {}
    for code in codes:
        wanted = name = token(code)
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name)
        found[code] = name
    return found


def identity(*parts: str) -> str:
    """The UUID of something, the same whenever it is written."""
    return str(uuid.uuid5(_HOME, "/".join(parts)))


def instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def one_line(text: str) -> str:
    """Text as a property's value may hold it."""
    return _SPACES.sub(" ", text).strip()

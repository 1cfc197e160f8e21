"""Whom a verifier believes: the logs' first keys, pinned out of band, and witnesses with who runs them."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Any, NamedTuple

from evidence.tlog import note
from evidence.tlog.keys import Key
from grc import strict_json


class TrustRefused(ValueError):
    """A key or trust file is malformed; ``str()`` says why in one sentence."""


class TrustedLog(NamedTuple):
    """A log whose first key is known.

    ``origin``: its ``log_id``, or empty for "whatever log, this key"; ``pin``: 32-byte public key, or its
    fingerprint (``SHA256:...``); ``operator``: the legal entity that runs it; ``separate_write_path``:
    whether its owner declares that the application cannot reach the recorder's key and storage.
    """

    origin: str
    pin: bytes | str
    operator: str = ""
    separate_write_path: bool = False

    def pins(self, key: Key) -> bool:
        return self.pin in (key.public_key, key.fingerprint)


class Witness(NamedTuple):
    """A cosigner of checkpoints and the legal entity that runs it."""

    key: note.NoteKey
    operator: str


class Trust(NamedTuple):
    """Everything a verifier brings along. Empty: it can say whether a bundle is consistent, and no more."""

    logs: tuple[TrustedLog, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    def log(self, origin: str) -> TrustedLog | None:
        """What is known of the log ``origin``."""
        return next((log for log in self.logs if log.origin in ("", origin)), None)


NOBODY = Trust()


def pin(text: str) -> bytes | str:
    """Read a key as people hand it over. Raises ``TrustRefused``.

    A verifier key (``name+id+key``), 64 hex digits or base64 of the public key, or a fingerprint ``SHA256:``
    and 64 hex digits.
    """
    text = text.strip()
    if re.fullmatch(r"SHA256:[0-9a-fA-F]{64}", text):
        return "SHA256:" + text[7:].lower()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    if text.count("+") >= 2 and len(text) > 44:
        try:
            return note.NoteKey.from_vkey(text).public_key
        except note.NoteRefused as error:
            raise TrustRefused(str(error)) from None
    try:
        raw = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != 32:
        raise TrustRefused("A key is a verifier key, 64 hex digits, base64 of 32 bytes, or SHA256: and 64 hex digits")
    return raw


def from_pin(text: str) -> Trust:
    """Trust in one key, whatever the log is called."""
    return Trust((TrustedLog("", pin(text)),))


def read(raw: bytes) -> Trust:
    """Read a trust file. Raises ``TrustRefused``.

    ``{"format": "assay-trust/1", "logs": [{"origin", "key", "operator", "separate_write_path"}], "witnesses":
    [{"key", "operator"}]}``; a witness's key is a verifier key of type 4.
    """
    try:
        value = strict_json.loads(raw, max_depth=8, floats=False)
    except strict_json.JSONRefused as error:
        raise TrustRefused(f"The trust file is not JSON: {error}") from None
    if not isinstance(value, dict) or value.get("format") != "assay-trust/1":
        raise TrustRefused("The trust file does not say that it is of the format assay-trust/1")
    if set(value) - {"format", "logs", "witnesses"}:
        raise TrustRefused("The trust file has a field that is not known; a misspelt one would be silently lost")
    logs = _items(value, "logs", ("origin", "key"), ("operator", "separate_write_path"))
    witnesses = _items(value, "witnesses", ("key", "operator"), ())
    return Trust(
        tuple(
            TrustedLog(
                item["origin"],
                pin(item["key"]),
                item.get("operator", ""),
                item.get("separate_write_path", False),
            )
            for item in logs
        ),
        tuple(_witness(item) for item in witnesses),
    )


def _items(value: dict[str, Any], name: str, needed: Sequence[str], may: Sequence[str]) -> list[dict[str, Any]]:
    items = value.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TrustRefused(f"The trust file's {name} must be a list of objects")
    for item in items:
        if not set(needed) <= set(item) <= {*needed, *may}:
            raise TrustRefused(f"Each of the trust file's {name} has {', '.join(needed)} and may have {', '.join(may)}")
        for field, content in item.items():
            if not isinstance(content, bool if field == "separate_write_path" else str) or content == "":
                raise TrustRefused(f"The trust file's {name} hold an empty or wrong {field}")
    return items


def _witness(item: dict[str, Any]) -> Witness:
    try:
        key = note.NoteKey.from_vkey(item["key"])
    except note.NoteRefused as error:
        raise TrustRefused(str(error)) from None
    if key.kind != note.COSIGNATURE:
        raise TrustRefused(f"The witness {key.name} is not named with a cosignature key (type 4)")
    return Witness(key, item["operator"])

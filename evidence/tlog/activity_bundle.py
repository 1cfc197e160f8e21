"""A sealed activity log, or its events from some number on, in one zip that anybody can check::

manifest.json    every file by size and SHA-256, and which events these are
manifest.sha256  the manifest's own hash
checkpoint       the log's signed checkpoint (C2SP)
events.jsonl     the events, one line each, as they were sealed
events.hashes    the hashes left and right of them that tie them to the checkpoint
page.html        the same for people, made from the events alone
verify.pyz       the verifier, for convenience
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from evidence.tlog import activity, activity_page, archive, checkpoint, manifest, note, tiles
from evidence.tlog.keys import Key, KeyRefused
from grc import strict_json

FORMAT = "assay-activity/1"
EVENTS = "events.jsonl"
HASHES = "events.hashes"
MAX_EVENTS = 1_000_000


class Plan(NamedTuple):
    """``first``: the leaf index of the first event (0 for the whole log); ``events``: how many there are."""

    log_id: str
    first_key: Key
    first: int
    events: int
    verifier: bool

    def names(self) -> set[str]:
        """The files that must be there, and none else, beside manifest and its hash."""
        names = {manifest.CHECKPOINT, EVENTS, HASHES, manifest.PAGE}
        return names | ({manifest.VERIFIER} if self.verifier else set())


def build(
    *,
    log_id: str,
    first_key: Key,
    checkpoint_note: bytes,
    first: int,
    entries: Sequence[bytes],
    hashes: Sequence[bytes] = (),
    verifier: bytes | None = None,
) -> bytes:
    """The bundle's bytes; the same inputs always give the same bytes.

    ``hashes``: those left of the events, then those right of them, as ``merkle.range_proof`` gives them.
    """
    plan = Plan(log_id, Key(first_key.public_key), first, len(entries), verifier is not None)
    files = {
        manifest.CHECKPOINT: checkpoint_note,
        EVENTS: b"".join(entry + b"\n" for entry in entries),
        HASHES: tiles.encode_hashes(hashes),
    }
    if verifier is not None:
        files[manifest.VERIFIER] = verifier
    point = checkpoint.parse(note.parse(checkpoint_note).text)
    files[manifest.PAGE] = page_of(plan, point, [activity.parse(entry) for entry in entries])
    listing = encode(plan, files)
    head = [(manifest.MANIFEST, listing), (manifest.SEAL, manifest.seal(listing))]
    return archive.pack([*head, *sorted(files.items())])


def page_of(plan: Plan, point: checkpoint.Checkpoint, events: Sequence[activity.Activity]) -> bytes:
    return activity_page.render(point, plan.first_key.fingerprint, plan.first, events)


def split(raw: bytes, count: int) -> list[bytes]:
    """The entries of ``events.jsonl``. Raises ``ManifestRefused`` unless there are ``count``."""
    lines = raw.split(b"\n")
    if lines[-1] or len(lines) != count + 1:
        raise manifest.ManifestRefused(f"{EVENTS} does not hold the {count} events that the manifest says")
    return lines[:-1]


def is_activity(raw: bytes) -> bool:
    """Whether a manifest's bytes call themselves those of an activity log."""
    try:
        value = strict_json.loads(raw, max_bytes=manifest.MAX_MANIFEST, max_depth=8, floats=False)
    except strict_json.JSONRefused:
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT


def encode(plan: Plan, files: Mapping[str, bytes]) -> bytes:
    """The manifest's bytes, in the one form that is accepted."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "log_id": plan.log_id,
        "first_key": plan.first_key.to_json(),
        "first": plan.first,
        "count": plan.events,
        "verifier": plan.verifier,
        "files": [
            {"name": name, "size": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
            for name in sorted(files)
        ],
    }
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True).encode() + b"\n"


def decode(raw: bytes, sealed: bytes, files: Mapping[str, bytes]) -> Plan:
    """Read a manifest and check it against the bundle's other files. Raises ``ManifestRefused``."""
    if sealed != manifest.seal(raw):
        raise manifest.ManifestRefused("The manifest is not the one that its seal (manifest.sha256) was made over")
    try:
        value = strict_json.loads(raw, max_bytes=manifest.MAX_MANIFEST, max_depth=8, floats=False)
        key = Key(Key.from_json(value["first_key"]).public_key)
        plan = Plan(str(value["log_id"]), key, value["first"], value["count"], value["verifier"] is True)
    except KeyRefused as error:
        raise manifest.ManifestRefused(f"The manifest's first key is not accepted: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise manifest.ManifestRefused("The manifest lacks a field, or one is malformed") from None
    if type(plan.first) is not int or not 0 <= plan.first < 2**53:
        raise manifest.ManifestRefused("The manifest names a first event that is no leaf index")
    if type(plan.events) is not int or not 0 < plan.events <= MAX_EVENTS:
        raise manifest.ManifestRefused(f"A bundle holds 1 to {MAX_EVENTS:,} events")
    if plan.names() != set(files):
        odd = sorted(plan.names() ^ set(files))
        raise manifest.ManifestRefused(f"The files are not those that the manifest demands: {', '.join(odd)[:200]}")
    if encode(plan, files) != raw:
        raise manifest.ManifestRefused("The manifest does not fit the files: a hash, a size or a field differs")
    return plan

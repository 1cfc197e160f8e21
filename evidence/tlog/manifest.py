"""The list that a bundle begins with: what is in it, by name, size and hash, and what each file is there for.

A manifest holds nothing that cannot be checked against the files: names, times and titles all come from the
records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from evidence.tlog.keys import Key, KeyRefused
from grc import strict_json

FORMAT = "assay-bundle/1"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CHECKPOINT = "checkpoint"
PAGE = "page.html"
VERIFIER = "verify.pyz"
STRETCH = "stretch.entries"
STRETCH_PROOF = "stretch.hashes"
ROLES = ("policy", "impact_assessment", "control", "prompt")
CONTENTS = ("input", "output")
MAX_MANIFEST = 4 * 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"documents/[0-9]{3}-[A-Za-z0-9._-]{1,80}")


class ManifestRefused(ValueError):
    """The manifest is malformed or does not fit the files; ``str()`` says why in one sentence."""


class DocumentRef(NamedTuple):
    """A document that a record names by hash: its role, SHA-256 (hex) and file."""

    role: str
    sha256: str
    file: str


class OpenedRef(NamedTuple):
    """An opened input or output: which, its salt (hex) and its file."""

    what: str
    salt: str
    file: str


class Manifest(NamedTuple):
    """A bundle's plan. Positions are leaf indexes; ``stretch`` is first and last position."""

    log_id: str
    first_key: Key
    decision_id: str
    decision: int
    completion: int | None
    rotations: tuple[int, ...]
    documents: tuple[DocumentRef, ...]
    opened: tuple[OpenedRef, ...]
    stretch: tuple[int, int] | None
    verifier: bool

    def positions(self) -> list[int]:
        """The positions of all records that are in the bundle singly, ascending."""
        return sorted({self.decision, *self.rotations} | ({self.completion} if self.completion is not None else set()))

    def names(self) -> set[str]:
        """The files that must be there, and none else, beside manifest and seal."""
        names = {CHECKPOINT, PAGE}
        for seq in self.positions():
            names |= {entry_name(seq), proof_name(seq)}
        names |= {document.file for document in self.documents} | {content.file for content in self.opened}
        if self.stretch is not None:
            names |= {STRETCH, STRETCH_PROOF}
        return names | ({VERIFIER} if self.verifier else set())


def entry_name(seq: int) -> str:
    return f"entries/{seq}.entry"


def proof_name(seq: int) -> str:
    return f"entries/{seq}.tlog-proof"


def opened_name(what: str) -> str:
    return f"opened/{what}"


def encode(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """The manifest's bytes, in the one form that is accepted."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "log_id": manifest.log_id,
        "first_key": _plain(manifest.first_key).to_json(),
        "decision_id": manifest.decision_id,
        "decision": manifest.decision,
        "rotations": list(manifest.rotations),
        "documents": [item._asdict() for item in manifest.documents],
        "opened": [item._asdict() for item in manifest.opened],
        "verifier": manifest.verifier,
        "files": [
            {"name": name, "size": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
            for name in sorted(files)
        ],
    }
    if manifest.completion is not None:
        value["completion"] = manifest.completion
    if manifest.stretch is not None:
        value["stretch"] = list(manifest.stretch)
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True).encode() + b"\n"


def seal(raw: bytes) -> bytes:
    """The file beside the manifest that holds its SHA-256."""
    return sha256(raw).hexdigest().encode() + b"\n"


def decode(raw: bytes, sealed: bytes, files: Mapping[str, bytes]) -> Manifest:
    """Read a manifest and check it against the bundle's other files. Raises ``ManifestRefused``."""
    if sealed != seal(raw):
        raise ManifestRefused("The manifest is not the one that its seal (manifest.sha256) was made over")
    try:
        value = strict_json.loads(raw, max_bytes=MAX_MANIFEST, max_depth=8, floats=False)
        manifest = _manifest(value)
    except strict_json.JSONRefused as error:
        raise ManifestRefused(f"The manifest is not JSON: {error}") from None
    except KeyRefused as error:
        raise ManifestRefused(f"The manifest's first key is not accepted: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ManifestRefused("The manifest lacks a field, or one is malformed") from None
    if manifest.names() != set(files):
        odd = sorted(manifest.names() ^ set(files))
        raise ManifestRefused(f"The bundle's files are not those that the manifest demands: {', '.join(odd)[:200]}")
    if encode(manifest, files) != raw:
        raise ManifestRefused(f"The manifest does not fit the files: {_difference(value, files)}")
    return manifest


def _manifest(value: Any) -> Manifest:
    if value["format"] != FORMAT:
        raise ManifestRefused(f"The bundle is not of the format {FORMAT}")
    documents = tuple(DocumentRef(**item) for item in value["documents"])
    opened = tuple(OpenedRef(**item) for item in value["opened"])
    for document in documents:
        if document.role not in ROLES or not _HASH.fullmatch(document.sha256) or not _FILE.fullmatch(document.file):
            raise ManifestRefused("The manifest names a document in a way that is not allowed")
    for content in opened:
        if content.what not in CONTENTS or content.file != opened_name(content.what):
            raise ManifestRefused("The manifest names an opened content in a way that is not allowed")
        if not _HASH.fullmatch(content.salt):
            raise ManifestRefused("The manifest gives a salt that is not 64 hex digits")
    stretch = value.get("stretch")
    return Manifest(
        str(value["log_id"]),
        _plain(Key.from_json(value["first_key"])),
        str(value["decision_id"]),
        _position(value["decision"]),
        _position(value["completion"]) if "completion" in value else None,
        tuple(_position(seq) for seq in value["rotations"]),
        documents,
        opened,
        None if stretch is None else (_position(stretch[0]), _position(stretch[1])),
        value["verifier"] is True,
    )


def _plain(key: Key) -> Key:
    # Without dates: a pin vouches for the key alone, and whatever ends it must come from a signed rotation.
    return Key(key.public_key)


def _position(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ManifestRefused("The manifest holds a position that is no leaf index")
    return value


def _difference(value: Any, files: Mapping[str, bytes]) -> str:
    listed = {item.get("name"): item.get("sha256") for item in value.get("files", ()) if isinstance(item, dict)}
    for name in sorted(files):
        if listed.get(name) != sha256(files[name]).hexdigest():
            return f"{name} has another hash than the manifest says"
    return "a size, an order or a field differs"

"""The bundle: one decision with everything that a stranger needs to check it, in one zip file.

``write`` makes it, ``verify`` (from ``examine``) checks it with nothing but Python. Layout::

    manifest.json         every file by size and SHA-256, and what it is there for
    manifest.sha256       the manifest's own hash
    checkpoint            the log's signed checkpoint with its cosignatures (C2SP)
    entries/<seq>.entry   the decision, its completion, and the key rotations up to it, as they were signed
    entries/<seq>.tlog-proof  the inclusion proof of each (C2SP)
    documents/...         policy, impact assessment, controls, prompt: as the record names them by hash
    opened/input, output  content, where its owner opened it
    stretch.*             a run of neighbouring entries with the hashes that tie it to the checkpoint
    page.html             the same for people, made from the record alone
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from evidence.tlog import archive, checkpoint, entry, manifest, note, page, proof, record, tiles
from evidence.tlog.examine import verify
from evidence.tlog.keys import Key
from evidence.tlog.merkle import HashReader, inclusion_proof, range_proof
from evidence.tlog.report import Report

__all__ = ["Document", "Opening", "Proved", "Report", "Stretch", "build", "proved", "stretch", "verify", "write"]


class Proved(NamedTuple):
    """An entry with its position and inclusion proof."""

    seq: int
    raw: bytes
    path: Sequence[bytes]


class Document(NamedTuple):
    """A document that the record names by hash: role (see ``manifest.ROLES``), file name, content."""

    role: str
    name: str
    content: bytes


class Opening(NamedTuple):
    """An opened content: ``input`` or ``output``, its salt (32 bytes), the content."""

    what: str
    salt: bytes
    content: bytes


class Stretch(NamedTuple):
    """Neighbouring entries from position ``first`` on, and the hashes left and right of them."""

    first: int
    entries: Sequence[bytes]
    left: Sequence[bytes]
    right: Sequence[bytes]


def proved(seq: int, raw: bytes, size: int, read: HashReader) -> Proved:
    """The entry with its inclusion proof in the tree of ``size`` leaves."""
    return Proved(seq, raw, inclusion_proof(seq, size, read))


def stretch(first: int, entries: Sequence[bytes], size: int, read: HashReader) -> Stretch:
    """The entries with the hashes that tie them to the tree of ``size`` leaves."""
    left, right = range_proof(first, first + len(entries) - 1, size, read)
    return Stretch(first, entries, left, right)


def write(
    target: str | Path | BinaryIO,
    *,
    first_key: Key,
    checkpoint_note: bytes,
    decision: Proved,
    completion: Proved | None = None,
    rotations: Sequence[Proved] = (),
    documents: Sequence[Document] = (),
    opened: Sequence[Opening] = (),
    run: Stretch | None = None,
    verifier: bytes | None = None,
) -> None:
    """Write a bundle to a path or an open binary file; see ``build``."""
    raw = build(
        first_key=first_key,
        checkpoint_note=checkpoint_note,
        decision=decision,
        completion=completion,
        rotations=rotations,
        documents=documents,
        opened=opened,
        run=run,
        verifier=verifier,
    )
    if isinstance(target, str | Path):
        Path(target).write_bytes(raw)
    else:
        target.write(raw)


def build(
    *,
    first_key: Key,
    checkpoint_note: bytes,
    decision: Proved,
    completion: Proved | None = None,
    rotations: Sequence[Proved] = (),
    documents: Sequence[Document] = (),
    opened: Sequence[Opening] = (),
    run: Stretch | None = None,
    verifier: bytes | None = None,
) -> bytes:
    """The bundle's bytes; the same inputs always give the same bytes.

    ``first_key``: the key that readers pin; ``checkpoint_note``: the signed checkpoint that all proofs lead
    to; ``rotations``: every key rotation of the log up to that checkpoint; ``verifier``: ``verify.pyz``,
    for convenience. Raises ValueError (``RecordRefused``, ``EntryRefused``, ``ArchiveRefused``) for what
    could never verify in form; whether it does verify is for ``verify`` to say.
    """
    read = record.parse(entry.decode(decision.raw).payload)
    files: dict[str, bytes] = {manifest.CHECKPOINT: checkpoint_note}
    for item in (decision, *rotations, *([completion] if completion else [])):
        files[manifest.entry_name(item.seq)] = item.raw
        files[manifest.proof_name(item.seq)] = proof.encode(item.seq, item.path, checkpoint_note)
    document_refs = _attach_documents(files, documents)
    opened_refs = _attach_contents(files, opened)
    if run is not None:
        files[manifest.STRETCH] = tiles.encode_entries(run.entries)
        files[manifest.STRETCH_PROOF] = tiles.encode_hashes([*run.left, *run.right])
    if verifier is not None:
        files[manifest.VERIFIER] = verifier
    plan = manifest.Manifest(
        read.log_id,
        first_key,
        read.decision_id,
        decision.seq,
        completion.seq if completion else None,
        tuple(item.seq for item in rotations),
        document_refs,
        opened_refs,
        (run.first, run.first + len(run.entries) - 1) if run is not None else None,
        verifier is not None,
    )
    after = record.parse(entry.decode(completion.raw).payload) if completion else None
    claimed = checkpoint.parse(note.parse(checkpoint_note).text)
    files[manifest.PAGE] = page.render(plan, read, after, claimed, files)
    listing = manifest.encode(plan, files)
    head = [(manifest.MANIFEST, listing), (manifest.SEAL, manifest.seal(listing))]
    return archive.pack([*head, *sorted(files.items())])


def _attach_documents(files: dict[str, bytes], documents: Sequence[Document]) -> tuple[manifest.DocumentRef, ...]:
    refs = []
    for number, document in enumerate(documents, 1):
        name = f"documents/{number:03}-{_safe(document.name)}"
        files[name] = document.content
        refs.append(manifest.DocumentRef(document.role, sha256(document.content).hexdigest(), name))
    return tuple(refs)


def _attach_contents(files: dict[str, bytes], opened: Sequence[Opening]) -> tuple[manifest.OpenedRef, ...]:
    refs = []
    for opening in opened:
        name = manifest.opened_name(opening.what)
        files[name] = opening.content
        refs.append(manifest.OpenedRef(opening.what, opening.salt.hex(), name))
    return tuple(refs)


def _safe(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "document"
    return plain[-80:].lstrip("-.") or "document"

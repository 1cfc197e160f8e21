"""Checks a bundle: every claim in it against the record's signature, the tree and the keys that the reader
trusts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from evidence.tlog import (
    activity_bundle,
    activity_examine,
    archive,
    checkpoint,
    commitment,
    dsse,
    ed25519,
    entry,
    keys,
    manifest,
    merkle,
    moment,
    note,
    page,
    proof,
    record,
    tiles,
    verdict,
)
from evidence.tlog.report import Report
from evidence.tlog.trust import NOBODY, Trust
from evidence.tlog.verdict import State


class _Refused(ValueError):
    pass


def verify(
    source: str | Path | BinaryIO | bytes,
    *,
    trust: Trust = NOBODY,
    verify_bytes: dsse.Verify = ed25519.verify,
    since: str | Path | BinaryIO | bytes | None = None,
) -> Report:
    """Check a bundle (a path, an open binary file, or its bytes). Never raises for what the file holds.

    ``since``: an older bundle of the same activity log, of which nothing may have been lost.
    """
    try:
        members = _members(source)
        if activity_bundle.is_activity(members.get(manifest.MANIFEST, b"")):
            older = None if since is None else _members(since)
            return activity_examine.examine(members, older, trust, verify_bytes)
        if since is not None:
            raise _Refused("Only a sealed activity log can be checked against an older bundle")
        return _Examination(members, trust, verify_bytes).report()
    except (archive.ArchiveRefused, manifest.ManifestRefused, _Refused) as error:
        report = Report()
        report.add("file", State.FAILS, f"{error}.")
        return report


def _members(source: str | Path | BinaryIO | bytes) -> dict[str, bytes]:
    if isinstance(source, bytes):
        raw = source
    elif isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            raw = file.read(archive.MAX_BYTES + 1)
    else:
        raw = source.read(archive.MAX_BYTES + 1)
    return archive.unpack(raw)


class _Examination:
    def __init__(self, members: dict[str, bytes], trust: Trust, verify_bytes: dsse.Verify) -> None:
        if list(members)[:2] != [manifest.MANIFEST, manifest.SEAL]:
            raise _Refused("The zip does not begin with a manifest and its hash")
        self.files = {name: raw for name, raw in members.items() if name not in (manifest.MANIFEST, manifest.SEAL)}
        if list(self.files) != sorted(self.files):
            raise _Refused("The files of the zip are not in their order")
        self.plan = manifest.decode(members[manifest.MANIFEST], members[manifest.SEAL], self.files)
        self.trust = trust
        self.verify_bytes = verify_bytes
        self.result = Report(fingerprint=self.plan.first_key.fingerprint, log_id=self.plan.log_id)
        self.ring = keys.KeyRing(self.plan.first_key)
        self.brought = {self.plan.first_key.public_key: -1}
        self.records: dict[int, record.Record] = {}
        self.opened: checkpoint.Opened | None = None
        self.pinned = False

    def report(self) -> Report:
        self.result.add("file", State.HOLDS, "Every byte of the file is as it was written; its files are those listed.")
        steps: Sequence[tuple[str, Callable[[], None]]] = (
            ("key", self._pin),
            ("rotations", self._rotations),
            ("checkpoint", self._checkpoint),
            ("inclusion", self._inclusion),
            ("signature", self._signatures),
            ("completion", self._completion),
            ("documents", self._documents),
            ("content", self._contents),
            ("stretch", self._stretch),
            ("page", self._page),
        )
        for name, step in steps:
            try:
                step()
            except ValueError as error:
                self.result.add(name, State.FAILS, f"{str(error).rstrip('.')}.")
        self._conclude()
        return self.result

    def _pin(self) -> None:
        key = self.plan.first_key
        log = self.trust.log(self.plan.log_id)
        if log is None and self.trust.logs:
            raise _Refused(f"The log {self.plan.log_id} is not one that your trust file names")
        if log is None:
            self.result.add(
                "key", State.NOT_CHECKED,
                "Consistent, key not pinned: a forger's own key would look the same. "
                f"Compare {key.fingerprint} with the log's owner.",
            )  # fmt: skip
            return
        if not log.pins(key):
            raise _Refused(f"The bundle's first key is {key.fingerprint}, which is not the key that you trust")
        self.pinned = True
        self.result.add("key", State.HOLDS, f"The log's first key is the one you trust ({key.fingerprint}).")

    def _rotations(self) -> None:
        if list(self.plan.rotations) != sorted(set(self.plan.rotations)):
            raise _Refused("The key rotations are not in the order of the log")
        for seq in self.plan.rotations:
            signed = self._signed(seq)
            if signed.kind != "key_rotation":
                raise _Refused(f"Record {seq} is given as a key rotation but is a {signed.kind}")
            self.ring = self.ring.rotated(signed)
            self.brought.update((key.public_key, seq) for key in self.ring if key.public_key not in self.brought)
        count = len(self.plan.rotations)
        if count:
            self.result.add("rotations", State.HOLDS, f"{count} key rotation(s) lead from the first key to today's.")
        self.result.add(
            "revocation", State.NOT_CHECKED,
            "Whether a key was revoked by a record that is not in this bundle, or after its checkpoint.",
        )  # fmt: skip

    def _checkpoint(self) -> None:
        witnesses = [witness.key for witness in self.trust.witnesses]
        self.opened = checkpoint.open_signed(
            self.files[manifest.CHECKPOINT],
            self.plan.log_id,
            self.ring.public_keys(self._latest(self.plan.rotations)),
            self.verify_bytes,
            witnesses,
        )
        size = self.opened.checkpoint.size
        self.result.add("checkpoint", State.HOLDS, f"The log signed that it has {size} records under this root hash.")
        self.result.checks.append(verdict.witness_check(self.opened, self.trust))
        for cosigned in self.opened.witnesses:
            when = moment.to_text((cosigned.timestamp or 0) * moment.SECOND)
            self.result.facts.append(f"seen by witness {cosigned.key.name}: {when}")
        known = len(self.opened.witnesses) + len(self.opened.signers) + (self.opened.timestamp is not None)
        others = len(note.parse(self.files[manifest.CHECKPOINT]).signatures) - known
        if others > 0:
            self.result.add("other signatures", State.NOT_CHECKED, f"{others} signature(s) by keys not known here.")

    def _inclusion(self) -> None:
        point = self._point()
        for seq in self.plan.positions():
            file = proof.decode(self.files[manifest.proof_name(seq)])
            if file.seq != seq or file.checkpoint != self.files[manifest.CHECKPOINT]:
                raise _Refused(f"The proof of record {seq} is of another record or leads to another checkpoint")
            leaf = merkle.leaf_hash(self.files[manifest.entry_name(seq)])
            merkle.verify_inclusion(leaf, seq, point.size, file.path, point.root)
        self.result.add("inclusion", State.HOLDS, "Every record given here is in the tree of that checkpoint.")

    def _signatures(self) -> None:
        decision = self._signed(self.plan.decision)
        if decision.kind != "decision" or decision.decision_id != self.plan.decision_id:
            raise _Refused(f"Record {self.plan.decision} is not the decision {self.plan.decision_id} of the manifest")
        self.result.facts[:0] = page.summary(decision)
        self.result.add(
            "signature", State.HOLDS, "The decision was signed by a key in force at its time, and not changed."
        )
        self.result.add("time", State.NOT_CHECKED, "The record's time is the recorder's own word.")

    def _completion(self) -> None:
        if self.plan.completion is None:
            self.result.add("completion", State.NOT_CHECKED, "The bundle carries no completion of this decision.")
            return
        after = self._signed(self.plan.completion)
        if after.kind != "completion" or after.decision_id != self.plan.decision_id:
            raise _Refused(f"Record {self.plan.completion} is not the completion of this decision")
        if self.plan.completion <= self.plan.decision:
            raise _Refused("The completion stands before its decision")
        self.result.add("completion", State.HOLDS, "The completion was signed by a key in force, for this decision.")

    def _documents(self) -> None:
        named = page.named_documents(self._decision())
        for document in self.plan.documents:
            if sha256(self.files[document.file]).hexdigest() != document.sha256:
                raise _Refused(f"{document.file} is not the document whose hash the manifest gives")
            label = named.pop((document.role, document.sha256), None)
            if label is None:
                raise _Refused(f"{document.file} is given as {document.role}, but the record names no such document")
            self.result.add("document", State.HOLDS, f"{document.file} is the {label} that the record names.")
        for label in named.values():
            self.result.add("document", State.NOT_CHECKED, f"The {label}: named by the record, not in this bundle.")

    def _contents(self) -> None:
        commitments = page.commitments(self._decision(), self._after())
        for content in self.plan.opened:
            named = commitments.pop(content.what, "")
            if not commitment.opens(named, bytes.fromhex(content.salt), self.files[content.file]):
                raise _Refused(f"The opened {content.what} is not what the record committed to")
            self.result.add("content", State.HOLDS, f"The {content.what} is what the record committed to.")
        for what in commitments:
            self.result.add("content", State.NOT_CHECKED, f"The {what}: committed to, not opened in this bundle.")

    def _stretch(self) -> None:
        if self.plan.stretch is None:
            return
        first, last = self.plan.stretch
        point = self._point()
        entries = tiles.decode_entries(self.files[manifest.STRETCH], last - first + 1, manifest.STRETCH)
        raw = self.files[manifest.STRETCH_PROOF]
        if len(raw) % merkle.HASH_SIZE:
            raise _Refused("The stretch's hashes are torn")
        hashes = [raw[start : start + merkle.HASH_SIZE] for start in range(0, len(raw), merkle.HASH_SIZE)]
        split = first.bit_count()
        leaves = [merkle.leaf_hash(item) for item in entries]
        merkle.verify_range(leaves, first, point.size, hashes[:split], hashes[split:], point.root)
        _check_links(entries, leaves, first, self.plan.log_id)
        self.result.add(
            "stretch", State.HOLDS,
            f"Records {first} to {last} stand side by side in the tree, each following the one before.",
        )  # fmt: skip
        self.result.add(
            "stretch", State.NOT_CHECKED, "The single signatures of the stretch; the checkpoint signs for them."
        )

    def _page(self) -> None:
        point = checkpoint.parse(note.parse(self.files[manifest.CHECKPOINT]).text)
        files = {name: raw for name, raw in self.files.items() if name != manifest.PAGE}
        if page.render(self.plan, self._decision(), self._after(), point, files) != self.files[manifest.PAGE]:
            raise _Refused("page.html does not say what the record says")
        self.result.add("page", State.HOLDS, "page.html says what the record says, and nothing else.")
        if self.plan.verifier:
            self.result.add("verifier", State.NOT_CHECKED, "The verify.pyz inside; use one from a source you trust.")

    def _conclude(self) -> None:
        self.result.add("completeness", State.NOT_CHECKED, verdict.LIMIT)
        self.result.pinned = self.pinned
        if self.result.good:
            self.result.level = verdict.level(pinned=self.pinned, opened=self.opened, trust=self.trust)

    def _signed(self, seq: int) -> record.Record:
        """The record at ``seq``, its signature and key checked."""
        parts = entry.decode(self.files[manifest.entry_name(seq)])
        key = self.ring.get(parts.key_id)
        if key is None or self.brought[key.public_key] >= seq:
            raise _Refused(f"Record {seq} is signed by the key {parts.key_id.hex()}, to which no rotation leads")
        if not dsse.verify(key.public_key, parts.payload, parts.signature, self.verify_bytes):
            raise _Refused(f"The signature of record {seq} does not hold: it was changed or forged")
        read = record.parse(parts.payload)
        if read.log_id != self.plan.log_id or read.seq != seq:
            raise _Refused(f"Record {seq} calls itself record {read.seq} of the log {read.log_id}")
        self.ring.judge(key, read.ts_us, self._latest(before for before in self.plan.rotations if before < seq))
        self.records[seq] = read
        return read

    def _latest(self, positions: Iterable[int]) -> int:
        return max((self.records[seq].ts_us for seq in positions if seq in self.records), default=0)

    def _decision(self) -> record.Record:
        return self._known(self.plan.decision)

    def _after(self) -> record.Record | None:
        return None if self.plan.completion is None else self._known(self.plan.completion)

    def _known(self, seq: int) -> record.Record:
        if seq not in self.records:
            raise _Refused(f"It rests on record {seq}, which does not hold")
        return self.records[seq]

    def _point(self) -> checkpoint.Checkpoint:
        if self.opened is None:
            raise _Refused("It rests on the checkpoint, which does not hold")
        return self.opened.checkpoint


def _check_links(entries: Sequence[bytes], leaves: Sequence[bytes], first: int, log_id: str) -> None:
    for offset, raw in enumerate(entries):
        read = record.parse(entry.decode(raw).payload)
        if read.seq != first + offset or read.log_id != log_id:
            raise _Refused(f"Position {first + offset} of the stretch holds record {read.seq} of {read.log_id}")
        if offset and read.prev != leaves[offset - 1].hex():
            raise _Refused(f"Record {read.seq} of the stretch does not follow the one before it")

"""Checks a sealed activity log: its events against the signed checkpoint, and against an older bundle of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from evidence.tlog import (
    activity,
    activity_bundle,
    activity_page,
    archive,
    checkpoint,
    dsse,
    manifest,
    merkle,
)
from evidence.tlog.report import Report
from evidence.tlog.trust import Trust
from evidence.tlog.verdict import State


class _Refused(ValueError):
    pass


class ActivityReport(Report):
    """The report on a sealed activity log, which has no levels of assurance: it is sealed by Assay itself."""

    def conclusion(self) -> str:
        if not self.good:
            return "REFUSED: do not rely on this bundle."
        if not self.pinned:
            return f"Consistent, key not pinned: good only if {self.fingerprint} is what the log's owner tells you."
        return "Good: these events are as they were sealed, each in its place."


class _Bundle(NamedTuple):
    plan: activity_bundle.Plan
    files: Mapping[str, bytes]
    entries: Sequence[bytes]


def examine(
    members: dict[str, bytes], older: dict[str, bytes] | None, trust: Trust, verify_bytes: dsse.Verify
) -> Report:
    """Check a bundle by its files. Raises ``ManifestRefused`` where it is not one at all."""
    return _Examination(_opened(members), trust, verify_bytes).report(older)


def _opened(members: dict[str, bytes]) -> _Bundle:
    if list(members)[:2] != [manifest.MANIFEST, manifest.SEAL]:
        raise manifest.ManifestRefused("The zip does not begin with a manifest and its hash")
    files = {name: raw for name, raw in members.items() if name not in (manifest.MANIFEST, manifest.SEAL)}
    if list(files) != sorted(files):
        raise manifest.ManifestRefused("The files of the zip are not in their order")
    plan = activity_bundle.decode(members[manifest.MANIFEST], members[manifest.SEAL], files)
    return _Bundle(plan, files, activity_bundle.split(files[activity_bundle.EVENTS], plan.events))


class _Examination:
    def __init__(self, bundle: _Bundle, trust: Trust, verify_bytes: dsse.Verify) -> None:
        self.bundle = bundle
        self.plan = bundle.plan
        self.trust = trust
        self.verify_bytes = verify_bytes
        self.result = ActivityReport(fingerprint=self.plan.first_key.fingerprint, log_id=self.plan.log_id)
        self.point: checkpoint.Checkpoint | None = None
        self.events: list[activity.Activity] = []
        self.leaves = [merkle.leaf_hash(entry) for entry in bundle.entries]

    def report(self, older: dict[str, bytes] | None) -> ActivityReport:
        self.result.add("file", State.HOLDS, "Every byte of the file is as it was written; its files are those listed.")
        steps: list[tuple[str, Callable[[], None]]] = [
            ("key", self._pin),
            ("checkpoint", self._checkpoint),
            ("form", self._form),
            ("events", self._events),
            ("page", self._page),
        ]
        if older is not None:
            steps.append(("since", lambda: self._since(older)))
        for name, step in steps:
            try:
                step()
            except ValueError as error:
                self.result.add(name, State.FAILS, f"{str(error).rstrip('.')}.")
        if older is None:
            sentence = "Whether events that were sealed once are gone: give an older bundle with --since."
            self.result.add("since", State.NOT_CHECKED, sentence)
        self.result.add("time", State.NOT_CHECKED, "The events' times are Assay's own word.")
        self.result.add("completeness", State.NOT_CHECKED, activity_page.LIMIT)
        return self.result

    def _pin(self) -> None:
        key, log = self.plan.first_key, self.trust.log(self.plan.log_id)
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
            raise _Refused(f"The bundle's key is {key.fingerprint}, which is not the key that you trust")
        self.result.pinned = True
        self.result.add("key", State.HOLDS, f"The log's key is the one you trust ({key.fingerprint}).")

    def _checkpoint(self) -> None:
        opened = _signed_point(self.bundle, self.trust, self.verify_bytes)
        self.point = opened.checkpoint
        sentence = f"The log signed that it has {self.point.size} events under this root hash."
        self.result.add("checkpoint", State.HOLDS, sentence)

    def _form(self) -> None:
        for number, entry in enumerate(self.bundle.entries, self.plan.first + 1):
            try:
                self.events.append(activity.parse(entry))
            except activity.ActivityRefused as error:
                raise _Refused(f"Event {number} is not one: {error}") from None
        self.result.facts += [
            f"events {self.plan.first + 1} to {self.plan.first + self.plan.events} of {self.plan.log_id}",
            f"the first was written at {self.events[0].at}, the last at {self.events[-1].at}",
        ]
        self.result.add("form", State.HOLDS, "Every event is written in the one proper way.")

    def _events(self) -> None:
        point = self._known_point()
        raw = self.bundle.files[activity_bundle.HASHES]
        if len(raw) % merkle.HASH_SIZE:
            raise _Refused("The hashes beside the events are torn")
        hashes = [raw[start : start + merkle.HASH_SIZE] for start in range(0, len(raw), merkle.HASH_SIZE)]
        split = self.plan.first.bit_count()
        merkle.verify_range(self.leaves, self.plan.first, point.size, hashes[:split], hashes[split:], point.root)
        last = self.plan.first + self.plan.events
        self.result.add(
            "events", State.HOLDS,
            f"Events {self.plan.first + 1} to {last} are as they were sealed, side by side and in their order.",
        )  # fmt: skip
        if last < point.size:
            left_out = f"The {point.size - last} events after them, which this bundle does not hold."
            self.result.add("rest", State.NOT_CHECKED, left_out)

    def _page(self) -> None:
        point = self._known_point()
        if activity_bundle.page_of(self.plan, point, self.events) != self.bundle.files[manifest.PAGE]:
            raise _Refused("page.html does not say what the events say")
        self.result.add("page", State.HOLDS, "page.html says what the events say, and nothing else.")
        if self.plan.verifier:
            self.result.add("verifier", State.NOT_CHECKED, "The verify.pyz inside; use one from a source you trust.")

    def _since(self, members: dict[str, bytes]) -> None:
        point = self._known_point()
        if not activity_bundle.is_activity(members.get(manifest.MANIFEST, b"")):
            raise _Refused("The older bundle is not one of an activity log")
        try:
            before = _opened(members)
        except (archive.ArchiveRefused, manifest.ManifestRefused) as error:
            raise _Refused(f"The older bundle is refused: {error}") from None
        if (before.plan.log_id, before.plan.first_key) != (self.plan.log_id, self.plan.first_key):
            raise _Refused("The older bundle is of another log, or under another key")
        old = _signed_point(before, self.trust, self.verify_bytes).checkpoint
        if old.size > point.size:
            raise _Refused(f"The log had {old.size} events once and has {point.size} now: its tail was dropped")
        if not self.plan.first <= old.size <= self.plan.first + self.plan.events:
            raise _Refused(
                f"Events {self.plan.first + 1} to {self.plan.first + self.plan.events} cannot be compared with the "
                f"older bundle, which ends at event {old.size}: take one that begins there or before"
            )
        if self._root_at(old.size) != old.root:
            raise _Refused(
                f"The first {old.size} events are not those that the older bundle's checkpoint was signed for"
            )
        self.result.add(
            "since", State.HOLDS, f"The {old.size} events of the older checkpoint are all there still, unchanged."
        )

    def _root_at(self, size: int) -> bytes:
        raw = self.bundle.files[activity_bundle.HASHES]
        left = [raw[at * merkle.HASH_SIZE : (at + 1) * merkle.HASH_SIZE] for at in range(self.plan.first.bit_count())]
        frontier = merkle.Frontier.from_hashes(self.plan.first, left)
        for leaf in self.leaves[: size - self.plan.first]:
            frontier.append(leaf)
        return frontier.root()

    def _known_point(self) -> checkpoint.Checkpoint:
        if self.point is None:
            raise _Refused("It rests on the checkpoint, which does not hold")
        return self.point


def _signed_point(bundle: _Bundle, trust: Trust, verify_bytes: dsse.Verify) -> checkpoint.Opened:
    key = bundle.plan.first_key.public_key
    witnesses = [witness.key for witness in trust.witnesses]
    raw = bundle.files[manifest.CHECKPOINT]
    return checkpoint.open_signed(raw, bundle.plan.log_id, [key], verify_bytes, witnesses)

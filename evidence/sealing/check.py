"""Verifies the sealed log against the activity rows: every event computed again, every checkpoint's signature."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.db.models import Exists, OuterRef
from django.utils import timezone

from evidence.ingest.signature import verify as verify_bytes
from evidence.models.seal import ActivitySeal, SealCheckpoint, SealedEvent
from evidence.sealing import findings as codes
from evidence.sealing.anchor import anchored
from evidence.sealing.entries import activity_of
from evidence.sealing.findings import MOST_KEPT, Finding
from evidence.sealing.key import KeyMismatch, signing_key
from evidence.tlog import checkpoint, merkle
from grc.jobs.runners import Progress
from grc.models.activity import ActivityEvent
from grc.models.secret import SecretUnreadable

CHUNK = 2000
NOTHING: Mapping[str, str] = {}
LONGEST_WORK = dt.timedelta(hours=7)
"""No transaction of ours lasts longer: an event dated further back than one sealed before it was dated back."""


class Check:
    """One verification of one organisation's log up to the head's size when it began; ``run`` gives what was found."""

    def __init__(self, seal: ActivitySeal, progress: Progress | None = None) -> None:
        self.seal = seal
        self.organisation = seal.organisation
        self.progress = progress
        self.found: list[Finding] = []
        self.frontier = merkle.Frontier()
        self.whole = True
        self.last_good = 0
        self.newest: dt.datetime | None = None
        self.strangers: dict[bytes, int] = {}  # leaf of an event as it is now → the place that it stands at
        self.checkpoints = self._checkpoints()
        self.next = next(self.checkpoints, None)

    def run(self) -> list[Finding]:
        self._check_key()
        for first in range(0, self.seal.size, CHUNK):
            self._check_chunk(first, min(first + CHUNK, self.seal.size))
            if self.progress is not None:
                self.progress(min(first + CHUNK, self.seal.size), self.seal.size)
        self._name_moved()
        self._check_inserted()
        self._check_ends()
        return sorted(self.found, key=lambda finding: finding.number)

    def _check_key(self) -> None:
        try:
            signing_key(self.seal)
        except (SecretUnreadable, KeyMismatch):
            self._add(codes.KEY)

    def _check_chunk(self, first: int, end: int) -> None:
        leaves = {
            row.seq: row for row in SealedEvent.objects.within(self.organisation).filter(seq__gte=first, seq__lt=end)
        }
        rows = ActivityEvent.objects.within(self.organisation).select_related("record")
        events = rows.in_bulk([row.event_id for row in leaves.values()])
        for seq in range(first, end):
            row = leaves.get(seq)
            if row is None:
                self.whole = False
                self._add(codes.LEAF_MISSING, seq + 1)
            else:
                self._check_event(seq, bytes(row.leaf), events.get(row.event_id))
                self.frontier.append(bytes(row.leaf))
            self._check_root(seq + 1)

    def _check_event(self, seq: int, leaf: bytes, event: ActivityEvent | None) -> None:
        if event is None:
            self._add(codes.DELETED, seq + 1)
            return
        now = merkle.leaf_hash(activity_of(event).encode())
        if now != leaf:
            self._add(codes.CHANGED, seq + 1, _told(event))
            self.strangers[now] = seq
        if self.newest is not None and event.at < self.newest - LONGEST_WORK:
            self._add(codes.BACKDATED, seq + 1, _told(event))
        self.newest = max(event.at, self.newest or event.at)

    def _check_root(self, size: int) -> None:
        """Hold the tree of the stored leaves against the checkpoint over ``size`` events, if there is one."""
        if self.next is None or self.next[0] != size:
            return
        _, point = self.next
        if point is None:
            self._add(codes.CHECKPOINT, size)
        elif not self.whole or point.root != self.frontier.root():
            if self.whole:  # after this one every later root differs as well: named once
                self._add(codes.TREE, size, {"where": str(self.last_good + 1)})
                self.whole = False
        else:
            self.last_good = size
        self.next = next(self.checkpoints, None)

    def _checkpoints(self) -> Iterator[tuple[int, checkpoint.Checkpoint | None]]:
        """Every signed checkpoint: over how many events, and itself (None: it does not hold)."""
        rows = SealCheckpoint.objects.within(self.organisation).filter(size__lte=self.seal.size).order_by("size")
        for row in rows.iterator(chunk_size=CHUNK):
            point = self._opened(row.note.encode())
            yield row.size, point if point is not None and point.size == row.size else None

    def _opened(self, raw: bytes) -> checkpoint.Checkpoint | None:
        key = bytes.fromhex(self.seal.public_key)
        try:
            return checkpoint.open_signed(raw, self.seal.log_id, [key], verify_bytes).checkpoint
        except checkpoint.CheckpointRefused:
            return None

    def _name_moved(self) -> None:
        """An event that is not what was sealed at its place, but what was sealed at another, was moved."""
        rows = SealedEvent.objects.within(self.organisation).filter(leaf__in=list(self.strangers))
        origin = {self.strangers[bytes(row.leaf)] + 1: row.seq + 1 for row in rows}
        self.found = [
            Finding(codes.MOVED, finding.number, {"where": str(origin[finding.number])})
            if finding.code == codes.CHANGED and finding.number in origin
            else finding
            for finding in self.found
        ]

    def _check_inserted(self) -> None:
        leaves = SealedEvent.objects.within(self.organisation).filter(event=OuterRef("pk"))
        behind = ActivityEvent.objects.within(self.organisation).filter(~Exists(leaves), pk__lte=self.seal.floor)
        for event in behind.order_by("pk")[:MOST_KEPT]:
            self._add(codes.INSERTED, what=_told(event))

    def _check_ends(self) -> None:
        point = self._opened(self.seal.checkpoint.encode()) if self.seal.checkpoint else None
        if self.seal.size and (point is None or point.size != self.seal.size):
            self._add(codes.CHECKPOINT, self.seal.size)
        elif point is not None and self.whole and point.root != self.frontier.root():
            self._add(codes.TREE, self.seal.size, {"where": str(self.last_good + 1)})
        outside = [point.size for raw in anchored(self.seal) if (point := self._opened(raw)) is not None]
        # read last: the log may have grown since this began, and what lies outside is written after the commit
        size = ActivitySeal.objects.within(self.organisation).values_list("size", flat=True).get()
        if outside and max(outside) > size:
            self._add(codes.ROLLED_BACK, size, {"where": str(max(outside))})

    def _add(self, code: str, number: int = 0, what: Mapping[str, str] = NOTHING) -> None:
        if len(self.found) < MOST_KEPT:
            self.found.append(Finding(code, number, what))


def _told(event: ActivityEvent) -> dict[str, str]:
    return {"verb": str(event.verb), "at": f"{event.at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"}


def verify_seal(seal: ActivitySeal, progress: Progress | None = None) -> list[Finding]:
    """Verify the log up to ``seal`` as it was read just now, and keep the result in the head."""
    found = Check(seal, progress).run()
    seal.findings, seal.verified_at, seal.verified_size = (
        [finding.to_json() for finding in found], timezone.now(), seal.size,
    )  # fmt: skip
    seal.save(update_fields=["findings", "verified_at", "verified_size"])
    return found

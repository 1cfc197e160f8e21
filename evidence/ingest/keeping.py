"""Is what is stored still what was signed? Reads files and rows again and compares them with the signed checkpoint."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.ingest import rows, signature
from evidence.ingest.alarm import STORE, close_alarms, raise_source_alarm
from evidence.ingest.commit import instant
from evidence.ingest.head import chain_of, head_of, witnesses_of
from evidence.models.quarantine import Quarantined
from evidence.models.segment import Segment
from evidence.models.source import PullRun, Source
from evidence.models.term import Term
from evidence.storage import segments
from evidence.storage.files import read_whole
from evidence.tlog import checkpoint, entry, record
from evidence.tlog.merkle import Frontier, leaf_hash
from grc.models.organisation import Organisation

ORPHAN_AGE = dt.timedelta(days=1)
RUNS_KEPT = dt.timedelta(days=7)
MOST_ALARMS = 20
_ROWS = (
    "SELECT seq, ts, organisation_id, kind, decision_id, system_id, policy_id, model_id, outcome, subject_ref "
    "FROM evidence_decision WHERE source_id = %s AND seq BETWEEN %s AND %s ORDER BY seq, ts"
)


class Problem(NamedTuple):
    """Something stored that is not as it was signed: position, where it lies, and a sentence."""

    seq: int
    place: str
    sentence: str


def verify_store(source: Source) -> list[Problem]:
    """Check everything stored of one source, and raise an alarm for what does not hold (20 at most, once each)."""
    problems = list(_Check(source).run())
    advice = _("Restore this place from a backup, and find out who changed it: the database and the files have logs.")
    for problem in problems[:MOST_ALARMS]:
        summary = f"{source.reference}: {problem.sentence}"
        raise_source_alarm(source, STORE, problem.seq, summary, advice)
    if not problems:
        close_alarms(source, [STORE])
    return problems


class _Check:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.head = head_of(source)
        self.frontier = Frontier()
        self.terms = {
            (kind, text): identifier
            for kind, text, identifier in Term.objects.within(source.organisation).values_list("kind", "text", "pk")
        }

    def run(self) -> Iterator[Problem]:
        point = None
        if self.head.checkpoint:
            point, problem = self._checkpoint()
            if problem is not None:
                yield problem
        stored = Segment.objects.within(self.source.organisation).filter(source=self.source).order_by("first_seq")
        for segment in stored.iterator(chunk_size=50):
            yield from self._segment(segment, point)
        if self.frontier.size != self.head.next_seq:
            sentence = _("%(have)d records lie in segments, %(want)d were taken in.")
            yield Problem(
                self.frontier.size,
                "evidence_segment",
                sentence % {"have": self.frontier.size, "want": self.head.next_seq},
            )
        yield from self._extra_rows()

    def _checkpoint(self) -> tuple[checkpoint.Checkpoint | None, Problem | None]:
        chain = chain_of(self.source, self.head, signature.verify)
        keys = [key.public_key for key in chain.ring]
        try:
            opened = checkpoint.open_signed(
                self.head.checkpoint.encode(), self.source.origin, keys, signature.verify, witnesses_of(self.source)
            )
        except checkpoint.CheckpointRefused as error:
            sentence = _("The stored checkpoint does not hold: %(why)s.") % {"why": error}
            return None, Problem(self.head.checkpoint_size, "evidence_sourcehead", sentence)
        return opened.checkpoint, None

    def _segment(self, segment: Segment, point: checkpoint.Checkpoint | None) -> Iterator[Problem]:
        if segment.first_seq != self.frontier.size:
            sentence = _("The segment %(path)s begins at %(first)d, but %(next)d comes next.")
            numbers = {"path": segment.path, "first": segment.first_seq, "next": self.frontier.size}
            yield Problem(self.frontier.size, segment.path, sentence % numbers)
            return
        try:
            entries = list(_entries(segment))
        except (segments.SegmentDamaged, OSError) as error:
            sentence = _("The segment file %(path)s was changed or is gone: %(why)s")
            yield Problem(segment.first_seq, segment.path, sentence % {"path": segment.path, "why": error})
            return
        stored = self._stored_rows(segment.first_seq, segment.last_seq)
        for seq, raw in enumerate(entries, segment.first_seq):
            self.frontier.append(leaf_hash(raw))
            yield from self._row(seq, raw, stored.get(seq, []))
            if point is not None and self.frontier.size == point.size and self.frontier.root() != point.root:
                sentence = _("The first %(n)d stored records do not lead to the root that the checkpoint signs.")
                yield Problem(seq, segment.path, sentence % {"n": point.size})

    def _stored_rows(self, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [self.source.pk, first, last])
            for seq, *values in cursor.fetchall():
                values[-1] = None if values[-1] is None else bytes(values[-1]).hex()
                values[3] = None if values[3] is None else str(values[3])
                found.setdefault(seq, []).append(tuple(values))
        return found

    def _row(self, seq: int, raw: bytes, stored: list[tuple[Any, ...]]) -> Iterator[Problem]:
        place = f"evidence_decision, source_id {self.source.pk}, seq {seq}"
        try:
            expected = self._expected(record.parse(entry.decode(raw).payload))
        except (entry.EntryRefused, record.RecordRefused) as error:
            yield Problem(
                seq, place, _("The stored record %(seq)d cannot be read: %(why)s.") % {"seq": seq, "why": error}
            )
            return
        if not stored:
            yield Problem(seq, place, _("The row of record %(seq)d is missing from the database.") % {"seq": seq})
        elif stored != [expected]:
            names = ("ts", "organisation", "kind", "decision_id", "system", "policy", "model", "outcome", "subject_ref")
            changed = [name for name, a, b in zip(names, stored[0], expected, strict=True) if a != b] or [_("a double")]
            sentence = _("The row of record %(seq)d was changed in the database: %(fields)s.")
            yield Problem(seq, place, sentence % {"seq": seq, "fields": ", ".join(changed)})

    def _expected(self, read: record.Record) -> tuple[Any, ...]:
        terms = [None if key is None else self.terms.get(key, -1) for key in rows.term_keys(read)]
        return (
            instant(read.ts_us),
            self.source.organisation_id,
            rows.KIND[read.kind],
            read.decision_id or None,
            *terms,
            rows.OUTCOME[read.outcome] if read.outcome else None,
            read.subject_ref or None,
        )

    def _extra_rows(self) -> Iterator[Problem]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq FROM evidence_decision "
                "WHERE source_id = %s AND (seq < 0 OR seq >= %s) ORDER BY seq LIMIT 20",
                [self.source.pk, self.head.next_seq],
            )
            for (seq,) in cursor.fetchall():
                place = f"evidence_decision, source_id {self.source.pk}, seq {seq}"
                sentence = _("The database holds a row for position %(seq)d, which the log never had.")
                yield Problem(seq, place, sentence % {"seq": seq})


def _entries(segment: Segment) -> Iterator[bytes]:
    raw = read_whole(segment.path)
    if segments.digest(raw) != segment.sha256:
        raise segments.SegmentDamaged(_("its SHA-256 differs from the one that was stored with it."))
    for frame in segments.frames(bytes(segment.frames), segment.first_seq, segment.last_seq, segment.size):
        yield from segments.unpack(raw[frame.offset : frame.offset + frame.size], frame.length, segment.path)


def sweep_orphans(organisation: Organisation) -> int:
    """Delete files that a killed pull left behind and nothing refers to; gives how many."""
    swept = 0
    for source_id in Source.objects.within(organisation).values_list("pk", flat=True):
        kept = set(Segment.objects.within(organisation).filter(source=source_id).values_list("path", flat=True))
        held = Quarantined.objects.within(organisation).filter(source=source_id).values_list("path", flat=True)
        for folder, known in ((f"segments/{source_id}", kept), (f"quarantine/{source_id}", set(held))):
            for path in list(_files(folder)):
                if path not in known and _is_old(path):
                    default_storage.delete(path)
                    swept += 1
    return swept


def forget_old_runs(organisation: Organisation) -> int:
    """Delete the schedule's own runs after a week; what people asked for stays."""
    before = timezone.now() - RUNS_KEPT
    rows = PullRun.objects.within(organisation).filter(requested_by=None, requested_at__lt=before)
    return rows.delete()[0]


def _files(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files(f"{folder}/{name}")


def _is_old(path: str) -> bool:
    return timezone.now() - default_storage.get_modified_time(path) > ORPHAN_AGE

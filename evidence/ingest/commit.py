"""Making a batch of verified records part of the store: file first, then one transaction."""

import datetime as dt
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from evidence.ingest import rows
from evidence.ingest.head import lock_head
from evidence.models.quarantine import Quarantined
from evidence.models.segment import Segment, Tile
from evidence.models.source import Source, SourceHead
from evidence.storage import segments
from evidence.storage.tree import full_tiles, pack_rows
from evidence.tlog import moment
from evidence.tlog.chain import Accepted, Chain
from evidence.tlog.tiles import TileBuilder
from grc.db.grants import INGEST_ROLE

ADVANCED = ["chain", "tile_rows", "next_seq", "seen_checkpoint", "good_through", "last_record_at"]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class HeadMoved(RuntimeError):
    """Somebody else moved the head in the meantime: nothing was written, and the pull is to begin anew."""


class Batch(NamedTuple):
    """Consecutive records that were verified, and what vouches for them.

    ``chain``: the log's state after the last of them; ``covered_by``: the signed checkpoint, as received.
    """

    accepted: Sequence[Accepted]
    chain: Chain
    covered_by: str

    @property
    def first_seq(self) -> int:
        return self.accepted[0].seq

    @property
    def last_seq(self) -> int:
        return self.accepted[-1].seq


class Writer:
    """Commits the batches of one source, one after another.

    ``begin`` sends a batch to the database and returns while the database works on it; ``finish`` commits it. In
    between, the caller verifies what comes next, and asks the database nothing.
    """

    def __init__(self, source: Source, builder: TileBuilder) -> None:
        self.source = source
        self._builder = builder
        self._rows = rows.RowWriter(source.organisation_id, source.pk)
        self._days: set[int] = set()
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="ingest")
        self._open: tuple[Batch, Iterator[Future[None]], Future[None]] | None = None

    def begin(self, batch: Batch) -> None:
        """Write a batch. A crash at any point leaves the state from before, or the whole batch.

        Raises ``HeadMoved``, after which this writer is of no more use.
        """
        made = [tile for one in batch.accepted for tile in self._builder.append(one.leaf)]
        self._make_months(batch.accepted)
        stored = self._beside.submit(self._store, batch)  # compression and fsync go on while the database works
        steps = self._write(batch, stored, full_tiles(self.source, made))
        self._open = batch, steps, next(steps)

    def finish(self, *, only_if_done: bool = False) -> int:
        """Commit the batch that was begun; gives how many records that made part of the store."""
        if self._open is None or (only_if_done and not self._open[2].done()):
            return 0
        batch, steps, _ = self._open
        self._open = None
        next(steps, None)
        return len(batch.accepted)

    def close(self) -> None:
        """Give back the threads."""
        self._beside.shutdown()

    def _store(self, batch: Batch) -> Segment:
        packed = segments.pack(batch.first_seq, [one.raw for one in batch.accepted])
        path, digest = segments.write(self.source.pk, batch.first_seq, packed)
        return Segment(
            organisation_id=self.source.organisation_id,
            source=self.source,
            path=path,
            first_seq=batch.first_seq,
            last_seq=batch.last_seq,
            size=len(packed.content),
            sha256=digest,
            frames=packed.frames,
            checkpoint=batch.covered_by,
        )

    def _write(self, batch: Batch, stored: Future[Segment], made: Sequence[Tile]) -> Iterator[Future[None]]:
        """The transaction of a batch: stops once, while the rows are copied."""
        try:
            with transaction.atomic():
                head = self._advanced(batch)
                with ingest_role():
                    self._rows.learn_terms(batch.accepted)
                    copying = self._beside.submit(copy_in, connection.connection, self._rows.copy_rows(batch.accepted))
                    try:
                        yield copying
                    finally:
                        wait([copying])  # the connection is the copy's until then, whatever else happened
                    copying.result()
                    stored.result().save(force_insert=True)  # the file is on the disk before its row can be
                    Tile.objects.within(self.source.organisation).bulk_create(made)
                    head.save(update_fields=ADVANCED)
                Quarantined.objects.within(self.source.organisation).filter(
                    source=self.source, resolved_at=None, last_seq__lt=head.next_seq
                ).update(resolved_at=timezone.now())
        except BaseException:
            self._rows.forget_terms()
            raise

    def _advanced(self, batch: Batch) -> SourceHead:
        """The head, locked, as it is to stand after this batch."""
        head = lock_head(self.source)
        if head.next_seq != batch.first_seq:
            raise HeadMoved(f"The head of {self.source.reference} is at {head.next_seq}, not at {batch.first_seq}.")
        head.chain = batch.chain.to_json()
        head.tile_rows = pack_rows(self._builder.rows)
        head.next_seq = batch.last_seq + 1
        head.seen_checkpoint = batch.covered_by
        head.good_through = instant(batch.accepted[-1].record.ts_us)
        head.last_record_at = timezone.now()
        return head

    def _make_months(self, accepted: Sequence[Accepted]) -> None:
        days = {one.record.ts_us // moment.DAY for one in accepted} - self._days
        if not days:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for day in sorted(days):
                cursor.execute("SELECT evidence_decision_month(%s)", [instant(day * moment.DAY)])
        self._days |= days


def copy_in(raw: psycopg.Connection[Any], body: bytes) -> None:
    """COPY rows in binary form into the decision table. Knows nothing of Django, so that any thread may do it."""
    with raw.cursor() as cursor, cursor.copy(rows.COPY) as copy:
        copy.write(rows.HEADER + body + rows.TRAILER)


@contextmanager
def ingest_role() -> Iterator[None]:
    """Work as ``assay_ingest`` inside the open transaction; a rollback ends that too."""
    own: dict[str, Any] = connection.settings_dict["OPTIONS"]
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {INGEST_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(own['assume_role'])}")


def instant(microseconds: int) -> dt.datetime:
    """Microseconds since 1970 as an aware datetime in UTC."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)

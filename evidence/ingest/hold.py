"""Quarantine: what was found wrong and everything after it is kept as received, and counts for nothing."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

import zstandard
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from evidence.ingest.alarm import alarm_about
from evidence.ingest.client import PAGE, LogClient, SourceUnreachable
from evidence.ingest.head import lock_head
from evidence.models.quarantine import Quarantined
from evidence.models.source import Source, SourceHead
from evidence.storage.files import read_whole, save_durably
from evidence.tlog import checkpoint, note
from evidence.tlog.finding import REMEDIES, Finding, Reason

PER_PULL = 50_000
"""At most so many records are fetched into quarantine by one pull; the next one goes on."""

_LARGEST = 256 * 1024 * 1024


class Found(Exception):
    """Something is wrong with the log: the finding and the bytes that show it, as received."""

    def __init__(self, finding: Finding, received: bytes) -> None:
        super().__init__(str(finding))
        self.finding = finding
        self.received = received


class Stretch(NamedTuple):
    """Lines of the plain form, as received, from position ``first`` on."""

    first: int
    lines: Sequence[bytes]


def hold_finding(source: Source, found: Found) -> None:
    """Keep what was found, mark the source, and raise the alarm, once for as long as it lasts."""
    finding = found.finding
    rows = Quarantined.objects.within(source.organisation).filter(source=source, resolved_at=None, is_finding=True)
    known = rows.filter(reason=finding.reason.value, first_seq=finding.seq).exists()
    path, size, digest = ("", 0, "") if known else _keep(source, finding.seq, found.received)
    with transaction.atomic():
        head = lock_head(source)
        if not known:
            Quarantined(
                organisation=source.organisation,
                source=source,
                first_seq=finding.seq,
                last_seq=finding.seq,
                is_finding=True,
                reason=finding.reason.value,
                what=finding.what[:500],
                advice=finding.remedy[:500],
                path=path,
                size=size,
                sha256=digest,
            ).save(force_insert=True)
        head.state = SourceHead.State.ALARMED
        head.error = finding.what[:500]
        head.held = _count_held(source)
        head.save(update_fields=["state", "error", "held"])
        alarm_about(source, finding)


def hold_rest(source: Source, client: LogClient, after: int) -> int:
    """Fetch what follows position ``after``, as far as the log claims to reach, into quarantine; gives how many.

    What is held already is not fetched again. A source that stops answering is no further finding.
    """
    with transaction.atomic():
        first = max(after + 1, lock_head(source).held_next)
    held = 0
    with suppress(SourceUnreachable):
        size = claimed_size(client.checkpoint())
        while first < size and held < PER_PULL:
            lines = client.page(first, min(PAGE, size - first))[: size - first]
            if not lines:
                break
            _hold_stretch(source, Stretch(first, lines))
            first += len(lines)
            held += len(lines)
    return held


def claimed_size(raw: bytes) -> int:
    """What a checkpoint claims, whoever signed it; 0 where it can't be read."""
    try:
        return checkpoint.parse(note.parse(raw).text).size
    except (note.NoteRefused, checkpoint.CheckpointRefused):
        return 0


def _hold_stretch(source: Source, stretch: Stretch) -> None:
    path, size, digest = _keep(source, stretch.first, b"\n".join(stretch.lines) + b"\n")
    last = stretch.first + len(stretch.lines) - 1
    with transaction.atomic():
        head = lock_head(source)
        Quarantined(
            organisation=source.organisation,
            source=source,
            first_seq=stretch.first,
            last_seq=last,
            is_finding=False,
            reason=Reason.QUARANTINED.value,
            what=_("Kept as received, because of the finding before it. Not counted."),
            advice=REMEDIES[Reason.QUARANTINED],
            path=path,
            size=size,
            sha256=digest,
        ).save(force_insert=True)
        head.held_next = last + 1
        head.held = _count_held(source)
        head.save(update_fields=["held_next", "held"])


def _count_held(source: Source) -> int:
    rows = Quarantined.objects.within(source.organisation).filter(source=source, is_finding=False, resolved_at=None)
    return rows.aggregate(n=Sum(F("last_seq") - F("first_seq") + 1))["n"] or 0


def _keep(source: Source, position: int, received: bytes) -> tuple[str, int, str]:
    packed = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(received)
    path = save_durably(f"quarantine/{source.pk}", f"{position:012d}", packed)
    return path, len(packed), sha256(packed).hexdigest()


def received_bytes(row: Quarantined) -> bytes:
    """What a quarantined row keeps, as received. Raises OSError, zstandard.ZstdError."""
    return zstandard.ZstdDecompressor().decompress(read_whole(row.path), max_output_size=_LARGEST)

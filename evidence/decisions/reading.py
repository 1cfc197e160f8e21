"""A stored record with its verdicts: reads what is held of one position, and has it examined."""

import datetime as dt
import struct
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evidence.decisions.check import INDEX, Examined, Held, examine
from evidence.decisions.index import fields_in
from evidence.find.lookup import Found, name_rows
from evidence.ingest.head import witnesses_of
from evidence.ingest.signature import verify
from evidence.models import DecisionRow, Segment, Source, SourceHead
from evidence.storage.records import RecordMissing, stored_entry
from evidence.storage.segments import SegmentDamaged
from evidence.storage.tree import reader_at
from evidence.tlog.entry import key_id
from evidence.tlog.keys import Key, KeyRing
from evidence.tlog.tiles import TileReader
from evidence.tlog.trust import Trust, TrustedLog, Witness
from evidence.tlog.verdict import Check, State
from grc.access.gate import NotVisible

UNREADABLE = (RecordMissing, SegmentDamaged, ValueError, struct.error, OSError)
"""What reading a stored record may raise, its index in the database changed by hand included."""


@dataclass(frozen=True)
class Opened:
    """A decision and its completion as they stand in the segments, each examined just now."""

    found: Found
    source: Source
    head: SourceHead
    decision: Examined
    completion: Examined | None
    raw: bytes | None
    arrived_at: dt.datetime | None

    @property
    def failures(self) -> list[Check]:
        examined = [self.decision, *([self.completion] if self.completion else [])]
        return [check for one in examined for check in one.checks if check.state is State.FAILS]

    @property
    def good(self) -> bool:
        return not self.failures

    @property
    def has_bundle(self) -> bool:
        """Whether the signed bytes hold and a checkpoint covers them, whatever the database says of them."""
        return self.decision.reader is not None and all(check.name == INDEX for check in self.failures)


def open_decision(found: Found) -> Opened:
    """Read and examine a decision and its completion. Never raises for what the storage holds.

    ``NotVisible`` for a row of a source that does not exist.
    """
    rows = [found.decision, *([found.completion] if found.completion else []), *found.others]
    if found.decision not in name_rows(found.organisation, rows):
        raise NotVisible
    source = found.decision.source
    head = SourceHead.objects.within(source.organisation).get(source=source)
    held = held_of(source, head, found.decision)
    completion = None
    if found.completion is not None:
        completion = examine(held_of(source, head, found.completion), verify)
        _belong_together(found, completion)
    return Opened(found, source, head, examine(held, verify), completion, held.raw, _arrived_at(source, found))


def held_of(source: Source, head: SourceHead, row: DecisionRow) -> Held:
    """Everything that is stored about the position of ``row``."""
    raw, trouble = _entry(source, row.seq)
    before = _entry(source, row.seq - 1)[0] if row.seq else None
    covering = Segment.objects.within(source.organisation).filter(source=source, first_seq__lte=row.seq)
    earlier = covering.order_by("-first_seq").values_list("checkpoint", flat=True).first()

    def tree(size: int, root: bytes) -> TileReader:
        try:
            return reader_at(source, head, size, root)
        except UNREADABLE as error:
            raise ValueError(str(error).rstrip(".")) from None

    return Held(
        log_id=source.origin,
        seq=row.seq,
        raw=raw,
        before=before,
        trouble=trouble,
        ring=ring_of(source, head),
        note=head.checkpoint.encode() if head.checkpoint else None,
        earlier=earlier.encode() if earlier and earlier != head.checkpoint else None,
        tree=tree,
        trust=trust_of(source),
        row=fields_in(row),
    )


def ring_of(source: Source, head: SourceHead) -> KeyRing:
    """The log's keys as its records have told, the pinned one first."""
    pinned = Key(bytes.fromhex(source.pinned_key))
    try:
        ring = KeyRing.from_json(head.chain["keys"]) if head.chain is not None else KeyRing(pinned)
    except (KeyError, TypeError, IndexError, ValueError):
        return KeyRing(pinned)  # changed by hand: what other keys signed will not hold
    return ring if ring.get(key_id(pinned.public_key)) is not None else KeyRing(pinned)


def trust_of(source: Source) -> Trust:
    """Whom the organisation believes about this log: the key that a person pinned, and the witness they named.

    A recorder signs in the proxy, which the applications behind it cannot reach; who names a witness declares that.
    """
    log = TrustedLog(
        source.origin, bytes.fromhex(source.pinned_key), source.organisation.name, bool(source.witness_key)
    )
    return Trust((log,), tuple(Witness(key, source.witness_name) for key in witnesses_of(source)))


def _arrived_at(source: Source, found: Found) -> dt.datetime | None:
    segments = Segment.objects.within(source.organisation).filter(source=source, first_seq__lte=found.decision.seq)
    return segments.order_by("-first_seq").values_list("stored_at", flat=True).first()


def _entry(source: Source, seq: int) -> tuple[bytes | None, str]:
    try:
        return stored_entry(source, seq), ""
    except UNREADABLE as error:
        return None, _("Position %(seq)d cannot be read: %(why)s") % {"seq": seq, "why": error}


def _belong_together(found: Found, completion: Examined) -> None:
    read = completion.record
    if read is not None and (read.kind != "completion" or read.decision_id != str(found.decision.decision_id)):
        completion.add("belongs", State.FAILS, _("This record is not the completion of this decision."))

"""A stored record with its verdicts: reads what is held of one position, and has it examined."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evidence.decisions.check import Examined, Held, examine
from evidence.decisions.index import fields_in
from evidence.find.lookup import Found
from evidence.ingest.head import witnesses_of
from evidence.ingest.signature import verify
from evidence.models import DecisionRow, Segment, Source, SourceHead
from evidence.storage.records import RecordMissing, stored_entry
from evidence.storage.segments import SegmentDamaged
from evidence.storage.tree import reader_at
from evidence.tlog.keys import Key, KeyRing
from evidence.tlog.tiles import TileReader
from evidence.tlog.trust import Trust, TrustedLog, Witness
from evidence.tlog.verdict import State


@dataclass(frozen=True)
class Opened:
    """A decision and its completion as they stand in the segments, each examined just now."""

    found: Found
    source: Source
    head: SourceHead
    decision: Examined
    completion: Examined | None
    raw: bytes | None

    @property
    def good(self) -> bool:
        return self.decision.good and (self.completion is None or self.completion.good)


def open_decision(found: Found) -> Opened:
    """Read and examine a decision and its completion. Never raises for what the storage holds."""
    source = found.decision.source
    head = SourceHead.objects.within(source.organisation).get(source=source)
    held = held_of(source, head, found.decision)
    completion = None
    if found.completion is not None:
        completion = examine(held_of(source, head, found.completion), verify)
        _belong_together(found, completion)
    return Opened(found, source, head, examine(held, verify), completion, held.raw)


def held_of(source: Source, head: SourceHead, row: DecisionRow) -> Held:
    """Everything that is stored about the position of ``row``."""
    raw, trouble = _entry(source, row.seq)
    before = _entry(source, row.seq - 1)[0] if row.seq else None
    covering = Segment.objects.within(source.organisation).filter(source=source, first_seq__lte=row.seq)
    earlier = covering.order_by("-first_seq").values_list("checkpoint", flat=True).first()

    def tree(size: int, root: bytes) -> TileReader:
        try:
            return reader_at(source, head, size, root)
        except (RecordMissing, SegmentDamaged) as error:
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
    if head.chain is not None:
        return KeyRing.from_json(head.chain["keys"])
    return KeyRing(Key(bytes.fromhex(source.pinned_key)))


def trust_of(source: Source) -> Trust:
    """Whom the organisation believes about this log: the key that a person pinned, and the witness they named.

    A recorder signs in the proxy, which the applications behind it cannot reach; who names a witness declares that.
    """
    log = TrustedLog(
        source.origin, bytes.fromhex(source.pinned_key), source.organisation.name, bool(source.witness_key)
    )
    return Trust((log,), tuple(Witness(key, source.witness_name) for key in witnesses_of(source)))


def _entry(source: Source, seq: int) -> tuple[bytes | None, str]:
    try:
        return stored_entry(source, seq), ""
    except (RecordMissing, SegmentDamaged) as error:
        return None, str(error)


def _belong_together(found: Found, completion: Examined) -> None:
    read = completion.record
    if read is not None and (read.kind != "completion" or read.decision_id != str(found.decision.decision_id)):
        completion.add("belongs", State.FAILS, _("This record is not the completion of this decision."))

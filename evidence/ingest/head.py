"""The row that says how far a source is taken in, and the one pull at a time that may move it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from evidence.ingest.shapes import ShapeReader
from evidence.models.source import Source, SourceHead
from evidence.storage.records import RecordMissing, stored_entry
from evidence.storage.segments import SegmentDamaged
from evidence.tlog import checkpoint, note
from evidence.tlog.chain import Chain
from evidence.tlog.dsse import Verify
from evidence.tlog.keys import Key, KeyRing
from evidence.tlog.merkle import leaf_hash

_PULL = 0x50554C4C
"""First half of the advisory lock's key; the second is the source's."""


def head_of(source: Source) -> SourceHead:
    """The source's head; made when it is first asked for."""
    heads = SourceHead.objects.within(source.organisation)
    found = heads.filter(source=source).first()
    if found is not None:
        return found
    heads.bulk_create([SourceHead(organisation=source.organisation, source=source)], ignore_conflicts=True)
    return heads.get(source=source)


def lock_head(source: Source) -> SourceHead:
    """The head, locked until the transaction ends."""
    return SourceHead.objects.within(source.organisation).select_for_update(of=("self",)).get(source=source)


@contextmanager
def only_pull(source: Source) -> Iterator[bool]:
    """True for whoever is the only one to pull this source now; false for everybody else, without waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_PULL, source.pk])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_PULL, source.pk])


def chain_of(
    source: Source, head: SourceHead, verify: Verify, *, before_asking: Callable[[], None] = lambda: None
) -> Chain:
    """The chain as the head left it; from the pinned key alone the first time.

    ``before_asking`` is called before the chain asks the database for a record that was taken in before.
    """
    known, parse = _known_leaf(source, before_asking), ShapeReader().parse
    if head.chain is None:
        ring = KeyRing(Key(bytes.fromhex(source.pinned_key)))
        return Chain(source.origin, ring, verify, known_leaf=known, parse=parse)
    chain = Chain.from_json(head.chain, verify, known_leaf=known, parse=parse)
    chain.resume()
    return chain


def _known_leaf(source: Source, before_asking: Callable[[], None]) -> Callable[[int], bytes | None]:
    def known(seq: int) -> bytes | None:
        before_asking()
        try:
            return leaf_hash(stored_entry(source, seq))
        except (RecordMissing, SegmentDamaged):
            return None

    return known


def witnesses_of(source: Source) -> list[note.NoteKey]:
    return [note.NoteKey.from_vkey(source.witness_key)] if source.witness_key else []


def seen_checkpoint(source: Source, head: SourceHead, chain: Chain, verify: Verify) -> checkpoint.Opened | None:
    """The last checkpoint that was accepted, checked again against every key the log ever had."""
    if not head.seen_checkpoint:
        return None
    keys = [key.public_key for key in chain.ring]
    return checkpoint.open_signed(head.seen_checkpoint.encode(), source.origin, keys, verify, witnesses_of(source))

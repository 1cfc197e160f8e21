"""Appends committed events to the sealed log, some seconds after they were written.

An event's key says nothing about when it is committed: a long transaction may bring key 7 after key 9 was sealed. So
what is sealed is whatever is not sealed yet, above a floor. The floor rises to a key only when no transaction that
could still bring a smaller one is left, which PostgreSQL's snapshot says (``_raise_floor``).
"""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from evidence.models.seal import ActivitySeal, SealCheckpoint, SealedEvent, SealTile
from evidence.sealing.anchor import keep_anchor
from evidence.sealing.entries import activity_of
from evidence.sealing.key import KeyMismatch, new_seal, signed
from evidence.storage.tree import pack_rows, unpack_rows
from evidence.tlog import merkle, tiles
from grc.access.actor import Actor
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.secret import SecretUnreadable

BATCH = 2000
FLOOR_GRACE = dt.timedelta(minutes=10)
"""Between drawing its key and its transaction's number, an INSERT is in nobody's snapshot: for microseconds."""


def seal_activity(organisation: Organisation) -> int:
    """Seal everything that is committed and not sealed yet; returns how many events. Sealing already: 0."""
    run = _Run()
    with Actor.system(organisation).working():
        while run.more:
            with transaction.atomic():
                seal = _locked(organisation)
                if seal is None:
                    break
                _seal_batch(seal, run)
    return run.sealed


@dataclass
class _Run:
    """One run over what is not sealed: up to which key it came, and the floor that was reachable when it began."""

    sealed: int = 0
    after: int = 0
    risen: int | None = None
    more: bool = True


def _locked(organisation: Organisation) -> ActivitySeal | None:
    """The head, for this transaction alone; None where another worker has it."""
    heads = ActivitySeal.objects.within(organisation)
    if not heads.exists():
        ActivitySeal.objects.within(organisation).bulk_create([new_seal(organisation)], ignore_conflicts=True)
    return heads.select_for_update(skip_locked=True).first()


def _seal_batch(seal: ActivitySeal, run: _Run) -> None:
    if (
        run.risen is None
    ):  # asked before anything is read: what commits meanwhile may lie below where the run is by then
        run.risen = _reachable_floor(seal)
    events = list(unsealed(seal, run.after)[: BATCH + 1])
    batch, run.more = events[:BATCH], len(events) > BATCH
    if batch:
        try:
            _append(seal, batch)
        except (SecretUnreadable, KeyMismatch) as error:
            ActivitySeal.objects.within(seal.organisation).update(error=str(error)[:300])
            run.more = False
            return
        run.sealed, run.after = run.sealed + len(batch), batch[-1].pk
    if not run.more:
        _raise_floor(seal, run.risen)


def unsealed(seal: ActivitySeal, after: int = 0) -> "QuerySet[ActivityEvent]":
    """Committed events that are not sealed, in the order of their keys."""
    above = max(after, seal.floor)
    # the bound is said on both sides: PostgreSQL would compare every leaf there is otherwise
    leaves = SealedEvent.objects.within(seal.organisation).filter(event=OuterRef("pk"), event__gt=above)
    events = ActivityEvent.objects.within(seal.organisation).filter(~Exists(leaves), pk__gt=above)
    return events.select_related("record").order_by("pk")


def _append(seal: ActivitySeal, events: Sequence[ActivityEvent]) -> None:
    builder = tiles.TileBuilder(unpack_rows(bytes(seal.tile_rows)), seal.size)
    leaves, full = [], []
    for event in events:
        leaf = merkle.leaf_hash(activity_of(event).encode())
        leaves.append(SealedEvent(organisation=seal.organisation, seq=builder.size, event=event, leaf=leaf))
        full += builder.append(leaf)
    # signed before anything is written: without its key, nothing of the batch may stay behind
    seal.checkpoint = signed(seal, builder.size, frontier_of(builder).root())
    SealedEvent.objects.within(seal.organisation).bulk_create(leaves)
    SealTile.objects.within(seal.organisation).bulk_create(
        SealTile(organisation=seal.organisation, level=tile.level, number=tile.number, hashes=hashes)
        for tile, hashes in full
        if tile.level > 0
    )
    seal.size, seal.tile_rows = builder.size, pack_rows(builder.rows)
    seal.sealed_at, seal.error = timezone.now(), ""
    seal.save(update_fields=["checkpoint", "size", "tile_rows", "sealed_at", "error"])
    SealCheckpoint.objects.within(seal.organisation).create(
        organisation=seal.organisation, size=seal.size, note=seal.checkpoint
    )
    transaction.on_commit(partial(keep_anchor, copy(seal)))


def frontier_of(builder: tiles.TileBuilder) -> merkle.Frontier:
    """The frontier of the builder's tree: its partial tiles hold every subtree that the root is made of."""
    frontier = merkle.Frontier()
    for level in range(len(builder.rows) - 1, -1, -1):
        for value in builder.rows[level]:
            frontier.append_subtree(level * tiles.HEIGHT, value)
    return frontier


def _reachable_floor(seal: ActivitySeal) -> int:
    """The key up to which nothing can be committed any more, once what is visible now is sealed."""
    xmin, now = _snapshot("xmin"), timezone.now()
    if seal.mark_at is not None and seal.mark_xid <= xmin and seal.mark_at + FLOOR_GRACE <= now:
        return max(seal.floor, seal.mark_id)
    return seal.floor


def _raise_floor(seal: ActivitySeal, risen: int) -> None:
    """Take the floor that was reachable before the run began, and mark where the next one will be."""
    newest = ActivityEvent.objects.within(seal.organisation).aggregate(newest=Max("pk"))["newest"] or 0
    if seal.mark_at is not None and (risen < seal.mark_id or newest == risen == seal.floor):
        return
    # in this order: what holds a smaller key and is not committed has a number below this one
    seal.floor, seal.mark_id, seal.mark_xid, seal.mark_at = risen, newest, _snapshot("xmax"), timezone.now()
    seal.save(update_fields=["floor", "mark_id", "mark_xid", "mark_at"])


def _snapshot(end: str) -> int:
    """``xmin``: every transaction below has ended; ``xmax``: none from here on has begun to write."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_{end}(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])

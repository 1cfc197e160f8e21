"""The sealed log as a file that anybody can check with ``verify.pyz``."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from evidence.bundles.verifier import verifier
from evidence.models.seal import ActivitySeal, SealedEvent, SealTile
from evidence.sealing.entries import activity_of
from evidence.sealing.key import key_of
from evidence.storage.tree import unpack_rows
from evidence.tlog import activity_bundle, checkpoint, merkle, note, tiles
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent

CHUNK = 2000
MOST_EVENTS = 200_000


class NotSealed(Exception):
    """There is no such sealed log to hand out; ``str()`` is a sentence."""


def disclose_log(seal: ActivitySeal, *, after: int, by: Actor) -> bytes:
    """The bundle of the events behind the first ``after`` ones, at most ``MOST_EVENTS`` of them, noted as handed out.

    Raises ``NotSealed``.
    """
    raw = sealed_log(seal, after=after)
    last = min(seal.size, after + MOST_EVENTS)
    detail = _("sealed activity log: events %(first)d to %(last)d") % {"first": after + 1, "last": last}
    record_activity(by=by, verb=ActivityEvent.Verb.DISCLOSED, detail=detail)
    return raw


def sealed_log(seal: ActivitySeal, *, after: int = 0) -> bytes:
    """Raises ``NotSealed`` where nothing is sealed there, or what is stored is not what was sealed."""
    if not 0 <= after < seal.size:
        raise NotSealed(
            _("%(size)d events are sealed: nothing comes after the first %(after)d.")
            % {"size": seal.size, "after": after}
        )
    last = min(seal.size, after + MOST_EVENTS)
    entries = _entries(seal, after, last)
    point = checkpoint.parse(note.parse(seal.checkpoint.encode()).text)
    try:
        reader = tiles.TileReader(_fetcher(seal), point.size, point.root)
        left, right = merkle.range_proof(after, last - 1, point.size, reader.hash_at)
    except tiles.TileRefused as error:
        raise NotSealed(_broken()) from error
    return activity_bundle.build(
        log_id=seal.log_id,
        first_key=key_of(seal),
        checkpoint_note=seal.checkpoint.encode(),
        first=after,
        entries=entries,
        hashes=[*left, *right],
        verifier=verifier(),
    )


def _entries(seal: ActivitySeal, first: int, last: int) -> list[bytes]:
    found: list[bytes] = []
    for begin in range(first, last, CHUNK):
        end = min(begin + CHUNK, last)
        rows = SealedEvent.objects.within(seal.organisation).filter(seq__gte=begin, seq__lt=end).order_by("seq")
        leaves = list(rows)
        events = ActivityEvent.objects.within(seal.organisation).select_related("record")
        known = events.in_bulk([row.event_id for row in leaves])
        for row in leaves:
            event = known.get(row.event_id)
            entry = b"" if event is None else activity_of(event).encode()
            if merkle.leaf_hash(entry) != bytes(row.leaf) or row.seq != first + len(found):
                raise NotSealed(_broken())
            found.append(entry)
    if len(found) != last - first:
        raise NotSealed(_broken())
    return found


def _fetcher(seal: ActivitySeal) -> Callable[[tiles.Tile], bytes]:
    """Gives the bytes of any hash tile, as stored; for a ``TileReader``, which checks them."""
    rows = unpack_rows(bytes(seal.tile_rows))

    def fetch(tile: tiles.Tile) -> bytes:
        count = seal.size >> (tiles.HEIGHT * tile.level)
        if tile.number == count // tiles.WIDTH and tile.level < len(rows):
            return b"".join(rows[tile.level])
        if tile.level == 0:
            first = tile.number * tiles.WIDTH
            leaves = SealedEvent.objects.within(seal.organisation).filter(seq__gte=first, seq__lt=first + tiles.WIDTH)
            return b"".join(bytes(leaf) for leaf in leaves.order_by("seq").values_list("leaf", flat=True))
        stored = SealTile.objects.within(seal.organisation).filter(level=tile.level, number=tile.number)
        found = stored.values_list("hashes", flat=True).first()
        if found is None:
            raise tiles.TileRefused(f"{tile.path} is missing")
        return bytes(found)

    return fetch


def _broken() -> str:
    return _("The stored log is not what was sealed, so it is not handed out. Verify it to see what was changed.")

"""The Merkle tree over what was taken in, and proofs from it.

Leaf hashes (level 0) follow from the segments; full tiles of level 1 and above are rows (``Tile``); the partial tiles
at the right edge stand in the ``SourceHead``. Nothing is believed: ``TileReader`` checks every hash against the root.
"""

import struct
from collections.abc import Callable, Iterable, Sequence

from evidence.models.segment import Tile as TileRow
from evidence.models.source import Source, SourceHead
from evidence.storage.records import stored_tile_entries
from evidence.tlog import checkpoint, merkle, note, tiles
from evidence.tlog.merkle import HASH_SIZE, Frontier, leaf_hash

_COUNT = struct.Struct(">H")


class NotCovered(LookupError):
    """No checkpoint covers this position yet; ``str()`` is a sentence."""


def pack_rows(rows: Sequence[Sequence[bytes]]) -> bytes:
    """The partial tiles of a ``TileBuilder``, level by level: a count of 2 bytes, then the hashes."""
    return b"".join(_COUNT.pack(len(row)) + b"".join(row) for row in rows)


def unpack_rows(raw: bytes) -> list[list[bytes]]:
    rows: list[list[bytes]] = []
    position = 0
    while position < len(raw):
        (count,) = _COUNT.unpack_from(raw, position)
        position += _COUNT.size
        end = position + count * HASH_SIZE
        rows.append([raw[start : start + HASH_SIZE] for start in range(position, end, HASH_SIZE)])
        position = end
    return rows


def builder_of(head: SourceHead) -> tiles.TileBuilder:
    """A builder that goes on where the head stands."""
    return tiles.TileBuilder(unpack_rows(bytes(head.tile_rows)), head.next_seq)


def full_tiles(source: Source, made: Iterable[tuple[tiles.Tile, bytes]]) -> list[TileRow]:
    """Rows for the tiles that were completed, without those of level 0."""
    return [
        TileRow(
            organisation_id=source.organisation_id, source=source, level=tile.level, number=tile.number, hashes=hashes
        )
        for tile, hashes in made
        if tile.level > 0
    ]


def reader_at(source: Source, head: SourceHead, size: int, root: bytes) -> tiles.TileReader:
    """The tree as it stood at ``size`` leaves (at most ``head.next_seq``), checked against ``root``.

    Raises ``tiles.TileRefused`` when what is stored does not lead to that root.
    """
    return tiles.TileReader(fetcher(source, head), size, root)


def fetcher(source: Source, head: SourceHead) -> Callable[[tiles.Tile], bytes]:
    """Gives the bytes of any hash tile up to ``head.next_seq``, as stored; for a ``TileReader``, which checks them."""
    rows = unpack_rows(bytes(head.tile_rows))
    return lambda tile: _hashes(source, head, rows, tile)[: tile.width * HASH_SIZE]


def _hashes(source: Source, head: SourceHead, rows: list[list[bytes]], tile: tiles.Tile) -> bytes:
    count = head.next_seq >> (tiles.HEIGHT * tile.level)
    if tile.number == count // tiles.WIDTH and tile.level < len(rows):
        return b"".join(rows[tile.level])
    if tile.level == 0:
        return b"".join(leaf_hash(entry) for entry in stored_tile_entries(source, tile.number))
    stored = TileRow.objects.within(source.organisation).filter(source=source, level=tile.level, number=tile.number)
    found = stored.values_list("hashes", flat=True).first()
    if found is None:
        raise tiles.TileRefused(f"{tile.path} of {source.origin} is missing")
    return bytes(found)


def proved_checkpoint(head: SourceHead) -> checkpoint.Checkpoint:
    """The last checkpoint whose records were all taken in. Raises ``NotCovered``."""
    if not head.checkpoint:
        raise NotCovered("No checkpoint of this source was taken in whole yet.")
    return checkpoint.parse(note.parse(head.checkpoint.encode()).text)


def inclusion(source: Source, head: SourceHead, seq: int) -> tuple[str, list[bytes]]:
    """The signed checkpoint (its text as received) and the proof that leaf ``seq`` is in its tree.

    Raises ``NotCovered`` beyond the checkpoint, ``tiles.TileRefused`` when the store does not fit the checkpoint.
    """
    point = proved_checkpoint(head)
    if seq >= point.size:
        raise NotCovered(f"The checkpoint covers {point.size} records; position {seq} comes after them.")
    reader = reader_at(source, head, point.size, point.root)
    return head.checkpoint, merkle.inclusion_proof(seq, point.size, reader.hash_at)


def consistency(source: Source, head: SourceHead, old_size: int) -> list[bytes]:
    """The proof that the tree of ``old_size`` leaves is the beginning of the proved checkpoint's."""
    point = proved_checkpoint(head)
    reader = reader_at(source, head, point.size, point.root)
    return merkle.consistency_proof(old_size, point.size, reader.hash_at)


def frontier_in(reader: tiles.TileReader, size: int) -> Frontier:
    """The frontier of the first ``size`` leaves of an authenticated tree."""
    return merkle.frontier_at(size, reader.hash_at)

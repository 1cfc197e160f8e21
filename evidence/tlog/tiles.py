"""Tiles (C2SP tlog-tiles): the tree and its entries as files of 256, and a reader that believes none
unchecked.

The partial tiles at the tree's right edge hold, together, every subtree the root is made of; so a
checkpoint's root proves them all, and each full tile is proved by its one hash in the tile above.
``TileReader`` works that way.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from evidence.tlog.entry import MAX_ENTRY
from evidence.tlog.merkle import HASH_SIZE, Frontier, leaf_hash, root_at

HEIGHT = 8
WIDTH = 256
ENTRIES = -1
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


class TileRefused(ValueError):
    """A tile or its path is not what the checkpoint demands; ``str()`` says which and why."""


class Tile(NamedTuple):
    """Which tile: level 0 to 63 (or ``ENTRIES`` for an entry bundle), number in the level, width 1 to 256."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Path below the log's prefix, such as ``tile/0/x001/x234/067.p/12``; no leading slash."""
        digits = f"{self.number % 1000:03}"
        rest = self.number // 1000
        while rest:
            digits = f"x{rest % 1000:03}/{digits}"
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{digits}" + (f".p/{self.width}" if self.width != WIDTH else "")


def parse_path(path: str) -> Tile:
    """The tile that a path names. Raises ``TileRefused`` for any but the one proper spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileRefused(f"{path[:80]!r} is not the path of a tile")
    level, digits, width = match.groups()
    index = int(re.sub("[x/]", "", digits)) if len(digits) < 30 else 2**64
    tile = Tile(ENTRIES if level == "entries" else int(level), index, int(width or WIDTH))
    if tile.path != path or index >= 2**55:
        raise TileRefused(f"{path[:80]!r} is not the path of a tile")
    return tile


def tile_at(level: int, index: int, size: int) -> Tile:
    """Tile ``index`` of a level (or ``ENTRIES``) as it stands in a tree of ``size`` leaves. Raises
    ``TileRefused``."""
    height = HEIGHT * max(level, 0)
    width = min((size >> height) - index * WIDTH, WIDTH)
    if index < 0 or width <= 0:
        raise TileRefused(f"A tree of {size} leaves has no tile {index} at level {level}")
    return Tile(level, index, width)


def edge(size: int) -> list[Tile]:
    """The partial tiles at the right edge of a tree of ``size`` leaves, highest level first."""
    tiles = []
    for level in range((size.bit_length() + HEIGHT - 1) // HEIGHT - 1, -1, -1):
        count = size >> (HEIGHT * level)
        if count % WIDTH:
            tiles.append(Tile(level, count // WIDTH, count % WIDTH))
    return tiles


def encode_hashes(hashes: Sequence[bytes]) -> bytes:
    return b"".join(hashes)


def decode_hashes(raw: bytes, tile: Tile) -> list[bytes]:
    """The hashes of a hash tile. Raises ``TileRefused`` unless there are exactly ``tile.width``."""
    if len(raw) != tile.width * HASH_SIZE:
        raise TileRefused(f"{tile.path} has {len(raw)} bytes instead of {tile.width * HASH_SIZE}")
    return [raw[start : start + HASH_SIZE] for start in range(0, len(raw), HASH_SIZE)]


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length, 2 bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(raw: bytes, count: int, name: str = "The entry bundle") -> list[bytes]:
    """The ``count`` entries of a bundle. Raises ``TileRefused`` when there are more, fewer, or a torn one."""
    entries: list[bytes] = []
    position = 0
    while position < len(raw):
        length = int.from_bytes(raw[position : position + 2], "big")
        position += 2
        if not 0 < length <= MAX_ENTRY or position + length > len(raw):
            raise TileRefused(f"{name} is torn or over-long at its entry {len(entries)}")
        entries.append(raw[position : position + length])
        position += length
    if len(entries) != count:
        raise TileRefused(f"{name} holds {len(entries)} entries instead of {count}")
    return entries


class TileBuilder:
    """Builds the tiles of a growing log: feed leaf hashes, get each full tile the moment it is full."""

    def __init__(self, rows: Sequence[Sequence[bytes]] = (), size: int = 0) -> None:
        """``rows``: the hashes of the partial tile at each level, as ``rows`` of another builder gave
        them."""
        self.rows: list[list[bytes]] = [list(row) for row in rows] or [[]]
        self.size = size

    def append(self, leaf: bytes) -> list[tuple[Tile, bytes]]:
        """Add the next leaf by its hash; gives the tiles that this completed, with their bytes (mostly
        none)."""
        row = self.rows[0]
        row.append(leaf)
        self.size += 1
        return self._completed() if len(row) == WIDTH else []

    def _completed(self) -> list[tuple[Tile, bytes]]:
        full = []
        level = 0
        while len(self.rows[level]) == WIDTH:
            row = self.rows[level]
            full.append((Tile(level, (self.size >> (HEIGHT * (level + 1))) - 1), encode_hashes(row)))
            self.rows[level] = []
            level += 1
            if level == len(self.rows):
                self.rows.append([])
            self.rows[level].append(_tile_root(row))
        return full

    def partial(self) -> list[tuple[Tile, bytes]]:
        """The partial tiles of the tree as it stands: what must be served for a checkpoint of this size."""
        return [(tile, encode_hashes(self.rows[tile.level])) for tile in edge(self.size)]


class TileReader:
    """Authenticated reading of one log at one checkpoint.

    ``fetch`` gives a tile's bytes (it may raise whatever it likes); ``size`` and ``root`` come from a
    checkpoint whose signature was checked. No hash or entry leaves this object that the root does not prove.
    ``keep``: how many tiles stay in memory (8 kB each).
    """

    def __init__(self, fetch: Callable[[Tile], bytes], size: int, root: bytes, keep: int = 512) -> None:
        self._fetch = fetch
        self._keep = keep
        self._cache: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self.size = size
        self._edge = {(tile.level, tile.number): decode_hashes(fetch(tile), tile) for tile in edge(size)}
        if root_at(size, self._edge_hash) != root:
            raise TileRefused(f"The tiles at the right edge do not lead to the checkpoint's root at {size} leaves")

    def hash_at(self, level: int, index: int) -> bytes:
        """A hash reader for ``merkle``: root of the full subtree of ``2**level`` leaves. Raises
        ``TileRefused``."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        return _subtree(self._tile(tile_level, first // WIDTH), first % WIDTH, height)

    def leaves(self, index: int) -> list[bytes]:
        """Leaf hashes ``256 * index`` and following: a whole tile of level 0, as far as the tree reaches."""
        return list(self._tile(0, index))

    def entries(self, index: int) -> list[bytes]:
        """The entries of bundle ``index``, each checked against its leaf hash. Raises ``TileRefused``."""
        tile = tile_at(ENTRIES, index, self.size)
        entries = decode_entries(self._fetch(tile), tile.width, tile.path)
        for position, (entry, leaf) in enumerate(zip(entries, self._tile(0, index), strict=False)):
            if leaf_hash(entry) != leaf:
                raise TileRefused(f"{tile.path}: entry {index * WIDTH + position} is not the one in the tree")
        return entries

    def all_entries(self, first: int = 0) -> Iterator[tuple[int, bytes]]:
        """Every entry from ``first`` on with its position."""
        for index in range(first // WIDTH, (self.size + WIDTH - 1) // WIDTH):
            for position, entry in enumerate(self.entries(index), index * WIDTH):
                if position >= first:
                    yield position, entry

    def _edge_hash(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        return _subtree(self._edge[tile_level, first // WIDTH], first % WIDTH, height)

    def _tile(self, level: int, index: int) -> list[bytes]:
        hashes = self._edge.get((level, index)) or self._cache.get((level, index))
        if hashes is not None:
            return hashes
        tile = tile_at(level, index, self.size)
        hashes = decode_hashes(self._fetch(tile), tile)
        above = self._tile(level + 1, index // WIDTH)
        if _tile_root(hashes) != above[index % WIDTH]:
            raise TileRefused(f"{tile.path} is not the one in the tree: its root differs from the tile above")
        self._cache[level, index] = hashes
        if len(self._cache) > self._keep:
            self._cache.popitem(last=False)
        return hashes


def _subtree(hashes: Sequence[bytes], first: int, height: int) -> bytes:
    if first + (1 << height) > len(hashes):
        raise TileRefused("A hash beyond the tree's end was asked for")
    frontier = Frontier()
    for value in hashes[first : first + (1 << height)]:
        frontier.append(value)
    return frontier.root()


def _tile_root(hashes: Sequence[bytes]) -> bytes:
    return _subtree(hashes, 0, HEIGHT)

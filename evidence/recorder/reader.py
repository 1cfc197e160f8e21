"""The reading end of a log on disk: entries, bundles, tiles and checkpoint, from files alone.

It never writes and shares nothing with the writer, so it serves as well from another process. What lies beyond
the published checkpoint does not exist for it.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import threading
from pathlib import Path

from evidence.recorder.segments import LENGTH, PER_SEGMENT, LogDamaged, segment_path
from evidence.tlog import checkpoint, note, tiles
from evidence.tlog.merkle import Frontier, leaf_hash

CHECKPOINT = "checkpoint"
TILES = "tiles"


class NotServed(LookupError):
    """This part of the log does not exist, or not yet; ``str()`` is a sentence."""


class LogReader:
    """Reads the log in a recorder's folder; safe for threads. ``min_index``: first position served."""

    def __init__(self, folder: Path, min_index: int = 0) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._marks: dict[int, list[int]] = {}
        self.min_index = min_index

    def signed_checkpoint(self) -> bytes:
        """The published checkpoint, a signed note. Raises ``NotServed``."""
        try:
            return (self._folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            raise NotServed("The recorder has not published a checkpoint yet") from None

    def size(self, signed: bytes | None = None) -> int:
        """How many entries the published checkpoint (or this one) covers. Raises ``NotServed``."""
        return checkpoint.parse(note.parse(signed or self.signed_checkpoint()).text).size

    def entries(self, first: int, count: int) -> list[bytes]:
        """Up to ``count`` entries from ``first`` on, as far as the log reaches. Raises ``NotServed``.

        Where the file was cut short, what is left of it: a reader may as well have the records that are good.
        """
        last = min(first + count, self.size())
        found: list[bytes] = []
        while first < last:
            bundle, offset = divmod(first, tiles.WIDTH)
            width = min(tiles.WIDTH, last - bundle * tiles.WIDTH)
            try:
                held = tiles.decode_entries(self._bundle(bundle, width), width)
            except LogDamaged:
                return found + self._left_of(bundle)[offset:]
            found += held[offset:]
            first = bundle * tiles.WIDTH + width
        return found

    def tile(self, tile: tiles.Tile) -> bytes:
        """A tile's or a bundle's bytes. Raises ``NotServed`` beyond the checkpoint or before ``min_index``."""
        height = tiles.HEIGHT * max(tile.level, 0)
        if (tile.number * tiles.WIDTH + tile.width) << height > self.size():
            raise NotServed("The log does not reach that far yet")
        if tile.level == tiles.ENTRIES:
            if tile.number * tiles.WIDTH < self.min_index:
                raise NotServed(f"This log now begins at {self.min_index}")
            return self._bundle(tile.number, tile.width)
        return tiles.encode_hashes(self.hashes(tile))

    def hashes(self, tile: tiles.Tile) -> list[bytes]:
        """The hashes of a tile of level 0 and up, whatever the checkpoint says."""
        if tile.width == tiles.WIDTH:
            try:
                return tiles.decode_hashes((self._folder / TILES / tile.path).read_bytes(), tile)
            except (OSError, tiles.TileRefused):
                pass  # never written, or torn by a crash: it is made again from the entries
        if tile.level == 0:
            raw = self._bundle(tile.number, tile.width)
            return [leaf_hash(one) for one in tiles.decode_entries(raw, tile.width)]
        first = tile.number * tiles.WIDTH
        return [self._root(tile.level - 1, number) for number in range(first, first + tile.width)]

    def _root(self, level: int, number: int) -> bytes:
        frontier = Frontier()
        for value in self.hashes(tiles.Tile(level, number)):
            frontier.append(value)
        return frontier.root()

    def _bundle(self, number: int, width: int) -> bytes:
        first = number * tiles.WIDTH
        segment = first - first % PER_SEGMENT
        try:
            handle = os.open(segment_path(self._folder, segment), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise LogDamaged(f"{segment_path(self._folder, segment)} is missing") from None
        try:
            with mmap.mmap(handle, 0, prot=mmap.PROT_READ) as view:
                start = self._mark(view, segment, (first - segment) // tiles.WIDTH)
                return view[start : _skip(view, start, width)]
        finally:
            os.close(handle)

    def _left_of(self, number: int) -> list[bytes]:
        """The whole entries of a bundle whose file ends too early."""
        for width in range(tiles.WIDTH - 1, 0, -1):
            with contextlib.suppress(LogDamaged):
                return tiles.decode_entries(self._bundle(number, width), width)
        return []

    def _mark(self, view: mmap.mmap, segment: int, bundle: int) -> int:
        """Where bundle ``bundle`` of a segment begins, in bytes; found once, then remembered."""
        with self._lock:
            marks = self._marks.setdefault(segment, [0])
            while len(marks) <= bundle:
                marks.append(_skip(view, marks[-1], tiles.WIDTH))
            return marks[bundle]


def _skip(view: mmap.mmap, position: int, count: int) -> int:
    for _ in range(count):
        if position + LENGTH > len(view):
            raise LogDamaged("The log's file is shorter than its checkpoint says")
        position += LENGTH + int.from_bytes(view[position : position + LENGTH], "big")
    if position > len(view):
        raise LogDamaged("The log's file is shorter than its checkpoint says")
    return position

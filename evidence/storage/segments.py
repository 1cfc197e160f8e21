"""The file format of segments: zstd frames one after another, each an entry bundle of C2SP tlog-tiles.

A frame holds the records of one tile, 256 at most: it ends where ``seq`` is a multiple of 256. So one record is read
with one seek and one frame, and a whole frame gives the leaf hashes of a tile.
"""

import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import zstandard

from evidence.storage.files import save_durably
from evidence.tlog.entry import MAX_ENTRY
from evidence.tlog.tiles import WIDTH, TileRefused, decode_entries, encode_entries

LEVEL = 3
_MARK = struct.Struct(">IQ")
_LARGEST = WIDTH * (MAX_ENTRY + 2)


class SegmentDamaged(Exception):
    """A segment's file is not what was written; ``str()`` says which and how."""


class Frame(NamedTuple):
    """One frame: first sequence number, how many records, where in the file, how many bytes."""

    first_seq: int
    length: int
    offset: int
    size: int


class Packed(NamedTuple):
    """A segment before it is written: the file's bytes and its frame index."""

    content: bytes
    frames: bytes


def pack(first_seq: int, entries: Sequence[bytes]) -> Packed:
    """Compress consecutive entries."""
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    pieces: list[bytes] = []
    marks: list[bytes] = []
    start, offset = 0, 0
    while start < len(entries):
        end = min(len(entries), start + WIDTH - (first_seq + start) % WIDTH)
        frame = compressor.compress(encode_entries(entries[start:end]))
        marks.append(_MARK.pack(start, offset))
        pieces.append(frame)
        offset += len(frame)
        start = end
    return Packed(b"".join(pieces), b"".join(marks))


def write(source_id: int, first_seq: int, packed: Packed) -> tuple[str, str]:
    """Write a packed segment; gives its path and the SHA-256 of its bytes (hex)."""
    folder = f"segments/{source_id}/{first_seq >> 20:05x}"
    path = save_durably(folder, f"{first_seq:012d}", packed.content)
    return path, digest(packed.content)


def frames(index: bytes, first_seq: int, last_seq: int, size: int) -> Iterator[Frame]:
    """The frames of a segment of ``size`` bytes that holds the records ``first_seq`` to ``last_seq``."""
    marks = list(_MARK.iter_unpack(index))
    ends = [*marks[1:], (last_seq - first_seq + 1, size)]
    for (start, offset), (end, after) in zip(marks, ends, strict=True):
        yield Frame(first_seq + start, end - start, offset, after - offset)


def unpack(raw: bytes, count: int, name: str) -> list[bytes]:
    """The ``count`` entries of one compressed frame. Raises ``SegmentDamaged``."""
    try:
        bundle = zstandard.ZstdDecompressor().decompress(raw, max_output_size=_LARGEST)
        return decode_entries(bundle, count, name)
    except (zstandard.ZstdError, TileRefused) as error:
        raise SegmentDamaged(f"{name} cannot be read: {error}.") from None


def digest(content: bytes) -> str:
    """SHA-256 of a segment's file, hex."""
    return sha256(content).hexdigest()

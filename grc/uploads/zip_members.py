"""The members of a ZIP archive, unpacked as a stream and measured against what the directory claims."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from grc.uploads.reading import Source, chunks
from grc.uploads.refusal import ContentRefused
from grc.uploads.zip_directory import DEFLATED, Entry

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_RATIO = 100
RATIO_FREE_BYTES = 8 * 1024 * 1024
"""Below this much unpacked, no ratio is asked: small files of repeated text pack very well."""

_PIECE = 128 * 1024
_DAMAGED = "Pack it again and upload that."


@dataclass
class Budget:
    """What one upload may still unpack to, its nested documents included."""

    entries: int
    unpacked: int = 0
    packed: int = 0

    def spend_packed(self, entry: Entry) -> None:
        """Count the entry's packed bytes; called before it is unpacked."""
        self.packed += entry.packed

    def spend_unpacked(self, size: int) -> None:
        """Count unpacked bytes; raises ``ContentRefused`` once they are too many, or too many for what was
        packed.
        """
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED_BYTES:
            limit = MAX_UNPACKED_BYTES // 1024 // 1024
            raise ContentRefused(f"unpacks to more than {limit} MiB", "Split it into smaller files.")
        if self.unpacked > RATIO_FREE_BYTES and self.unpacked > MAX_RATIO * self.packed:
            raise ContentRefused(
                f"unpacks to more than {MAX_RATIO} times its size, as bombs do",
                "Upload the files inside it one by one.",
            )


def unpacked(source: Source, entry: Entry, budget: Budget) -> Iterator[bytes]:
    """Yield the entry's content in pieces of at most 128 KiB; raises unless size and checksum hold at its
    end.
    """
    budget.spend_packed(entry)
    size, crc = 0, 0
    pieces = _inflated(source, entry) if entry.method == DEFLATED else _stored(source, entry)
    for piece in pieces:
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > entry.size:
            raise _damaged(entry)
        budget.spend_unpacked(len(piece))
        yield piece
    if size != entry.size or crc != entry.crc:
        raise _damaged(entry)


def _damaged(entry: Entry) -> ContentRefused:
    return ContentRefused(f"does not hold what it says of “{entry.name[:80]}”", _DAMAGED)


def _stored(source: Source, entry: Entry) -> Iterator[bytes]:
    if entry.packed != entry.size:
        raise _damaged(entry)
    yield from chunks(source, entry.data_at, entry.packed)


def _inflated(source: Source, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    at, left = entry.data_at, entry.packed
    try:
        while left and not inflater.eof:
            # Positions are kept here: the caller may read elsewhere in the file between two pieces.
            packed = next(chunks(source, at, min(_PIECE, left)), b"")
            if not packed:
                raise _damaged(entry)
            at, left = at + len(packed), left - len(packed)
            while packed and not inflater.eof:
                if piece := inflater.decompress(packed, _PIECE):
                    yield piece
                packed = inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", _PIECE)):
            yield piece
    except zlib.error:
        raise _damaged(entry) from None
    if left or inflater.unused_data or not inflater.eof:
        raise _damaged(entry)

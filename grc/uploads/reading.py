"""Reading a file a chunk at a time, so that its size never decides how much memory is used."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

CHUNK = 256 * 1024
HEAD = 4096
TAIL = 65_535 + 22 + 20 + 56  # the furthest from its end that a ZIP's directory record can stand, with zip64's


class Source(Protocol):
    """A binary file that can be read and sought, as Django's uploaded files and ``open(..., "rb")`` give."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class TooLarge(Exception):
    """The file is longer than the limit; reading stopped there."""


@dataclass(frozen=True)
class Digest:
    """Size in bytes, SHA-256 in hex, and the first and last bytes of a file."""

    size: int
    sha256: str
    head: bytes
    tail: bytes


def chunks(source: Source, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Yield the bytes from ``start``, at most ``length`` of them, in pieces of at most 256 KiB."""
    source.seek(start)
    left = length
    while left is None or left > 0:
        piece = source.read(CHUNK if left is None else min(CHUNK, left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece


def read_at(source: Source, start: int, length: int) -> bytes:
    """Return up to ``length`` bytes from ``start``, fewer only at the end of the file."""
    return b"".join(chunks(source, start, length))


def digest(source: Source, limit_bytes: int) -> Digest:
    """Read the whole file once; raises ``TooLarge`` as soon as it passes ``limit_bytes``."""
    total = hashlib.sha256()
    size, head, tail = 0, b"", b""
    for piece in chunks(source):
        size += len(piece)
        if size > limit_bytes:
            raise TooLarge
        total.update(piece)
        if len(head) < HEAD:
            head = (head + piece)[:HEAD]
        tail = (tail + piece)[-TAIL:] if len(piece) < TAIL else piece[-TAIL:]
    return Digest(size, total.hexdigest(), head, tail)

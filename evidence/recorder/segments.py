"""The log on disk: append-only files of 65,536 entries, each entry after its length (2 bytes, big-endian), which
is also the form of an entry bundle. So a bundle is a stretch of a file, served as it stands.
"""

from __future__ import annotations

import json
import mmap
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from evidence.recorder import durable
from evidence.tlog import entry
from evidence.tlog.dsse import pae
from evidence.tlog.merkle import leaf_hash

FOLDER = "log"
PER_SEGMENT = 65_536
LENGTH = 2


class LogDamaged(RuntimeError):
    """The files do not hold what they must; ``str()`` is a sentence for the operator."""


def segment_path(folder: Path, first: int) -> Path:
    return folder / FOLDER / f"{first:015d}.entries"


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 by libsodium, in the shape that ``evidence.tlog`` asks for."""
    if len(public_key) != 32 or len(signature) != 64:  # the binding itself looks at no lengths
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


class Tail(NamedTuple):
    """The last entry on disk: its leaf hash and what its payload says."""

    leaf: bytes
    says: dict[str, Any]


class Segments:
    """The writing end. ``size``: durable entries; ``tail``: the last one, None for an empty log; ``broken``: a
    write failed, and ``rewind`` must succeed before the next."""

    def __init__(self, folder: Path, public_keys: dict[bytes, bytes]) -> None:
        """Open and recover: a tail that was torn by a crash is cut off at the last whole entry, and kept in a
        file beside. ``public_keys``: the log's keys by key id. Raises ``LogDamaged``."""
        self._folder = folder
        self._keys = public_keys
        self.broken = False
        (folder / FOLDER).mkdir(exist_ok=True)
        firsts = sorted(int(path.stem) for path in (folder / FOLDER).glob("*.entries"))
        if firsts != list(range(0, len(firsts) * PER_SEGMENT, PER_SEGMENT)):
            raise LogDamaged(f"A file is missing in {folder / FOLDER}; restore it from a backup.")
        self._first = firsts[-1] if firsts else 0
        self.tail: Tail | None = self._last_of(firsts[-2]) if len(firsts) > 1 else None
        self._open()
        self.size = self._recovered()

    def append(self, entries: Sequence[bytes], tail: Tail) -> None:
        """Write these and make them durable; on return they survive a power cut. ``tail``: the last of them.

        Raises OSError, and is ``broken`` then.
        """
        self.broken = True
        position, start = self.size, 0
        while start < len(entries):
            if position - self._first == PER_SEGMENT:
                self._next_segment()
            stop = min(len(entries), start + PER_SEGMENT - (position - self._first))
            block = b"".join(len(raw).to_bytes(LENGTH, "big") + raw for raw in entries[start:stop])
            durable.write_all(self._handle, block)
            os.fsync(self._handle)
            position += stop - start
            start = stop
        self.size, self.tail, self.broken = position, tail, False

    def rewind(self) -> None:
        """Take back what a failed ``append`` may have left. Raises OSError."""
        if self.size < self._first:  # the failed batch had begun a new file
            os.close(self._handle)
            segment_path(self._folder, self._first).unlink()
            self._first -= PER_SEGMENT
            self._open()
        raw = self._read()
        end = 0
        for _ in range(self.size - self._first):
            end += LENGTH + int.from_bytes(raw[end : end + LENGTH], "big")
        os.ftruncate(self._handle, end)
        os.fsync(self._handle)
        self.broken = False

    def close(self) -> None:
        os.close(self._handle)

    def _open(self) -> None:
        path = segment_path(self._folder, self._first)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        durable.sync_folder(path.parent)

    def _next_segment(self) -> None:
        os.close(self._handle)
        self._first += PER_SEGMENT
        self._open()

    def _read(self) -> bytes:
        length = os.fstat(self._handle).st_size
        if not length:
            return b""
        with mmap.mmap(self._handle, length, prot=mmap.PROT_READ) as view:
            return view[:]

    def _recovered(self) -> int:
        raw = self._read()
        size, end = self._first, 0
        while (found := self._whole(raw, end, size)) is not None:
            self.tail = found
            size += 1
            end += LENGTH + int.from_bytes(raw[end : end + LENGTH], "big")
        if size - self._first > PER_SEGMENT:
            raise LogDamaged(f"{segment_path(self._folder, self._first)} holds more entries than a file may.")
        if end < len(raw):
            self._cut(raw[end:], size, end)
        return size

    def _cut(self, torn: bytes, size: int, end: int) -> None:
        beside = self._folder / FOLDER / f"{size:015d}.{time.time_ns()}.torn"
        durable.write_whole(beside, torn, mode=0o600)
        os.ftruncate(self._handle, end)
        os.fsync(self._handle)

    def _whole(self, raw: bytes, start: int, seq: int) -> Tail | None:
        """The entry that begins at ``start``, if it is whole, in its place and signed."""
        length = int.from_bytes(raw[start : start + LENGTH], "big")
        body = raw[start + LENGTH : start + LENGTH + length]
        if not length or len(body) < length:
            return None
        try:
            parts = entry.decode(body)
            says = json.loads(parts.payload)
            follows = self.tail.leaf.hex() if self.tail else "0" * 64
            if says["seq"] != seq or says["prev"] != follows:
                return None
            tail = Tail(leaf_hash(body), says)
        except (ValueError, KeyError, TypeError):
            return None
        # Every entry but the last is vouched for by the next one's ``prev``.
        after = start + LENGTH + length
        if after + LENGTH < len(raw) and self._names(raw, after, tail.leaf):
            return tail
        key = self._keys.get(parts.key_id)
        return tail if key is not None and verify(key, pae(parts.payload), parts.signature) else None

    @staticmethod
    def _names(raw: bytes, start: int, leaf: bytes) -> bool:
        length = int.from_bytes(raw[start : start + LENGTH], "big")
        return leaf.hex().encode() in raw[start + LENGTH : start + LENGTH + length]

    def _last_of(self, first: int) -> Tail:
        raw = segment_path(self._folder, first).read_bytes()
        start = end = count = 0
        while end < len(raw):
            start, end = end, end + LENGTH + int.from_bytes(raw[end : end + LENGTH], "big")
            count += 1
        try:
            if count != PER_SEGMENT or end != len(raw):
                raise LogDamaged(f"{segment_path(self._folder, first)} is not whole; restore it from a backup.")
            says = json.loads(entry.decode(raw[start + LENGTH : end]).payload)
            return Tail(leaf_hash(raw[start + LENGTH : end]), says)
        except ValueError:
            raise LogDamaged(f"The last entry of {segment_path(self._folder, first)} is damaged.") from None

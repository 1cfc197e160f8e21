"""A zip file that can be written in one way only, so that not one bit of it can differ unnoticed.

Members are stored, without dates, comments, extra fields or anything between them. Reading takes the file
apart, writes it anew, and refuses it unless both are the same byte for byte. Any zip program opens it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from zlib import crc32

MAX_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 4096
_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/){0,8}[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DATE = 1 << 5 | 1  # 1 January 1980, the zero of zip dates
_VERSION = 20
_ON_UNIX = 3 << 8
_MODE = 0o100644 << 16


class ArchiveRefused(ValueError):
    """The file is not such a zip; ``str()`` says why in one sentence."""


def pack(members: Sequence[tuple[str, bytes]]) -> bytes:
    """The zip of these members, in this order. Raises ``ArchiveRefused`` for names or sizes that are not
    allowed."""
    _check(members)
    body: list[bytes] = []
    directory: list[bytes] = []
    position = 0
    for name, content in members:
        encoded = name.encode("ascii")
        same = (0, 0, 0, _DATE, crc32(content), len(content), len(content), len(encoded), 0)
        local = _LOCAL.pack(b"PK\x03\x04", _VERSION, *same) + encoded
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", _VERSION | _ON_UNIX, _VERSION, *same, 0, 0, 0, _MODE, position) + encoded
        )
        body += (local, content)
        position += len(local) + len(content)
    listing = b"".join(directory)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), position, 0)
    return b"".join((*body, listing, end))


def unpack(raw: bytes) -> dict[str, bytes]:
    """The members by name, in order. Raises ``ArchiveRefused`` unless ``pack`` would have written exactly
    ``raw``."""
    if len(raw) > MAX_BYTES:
        raise ArchiveRefused(f"The file is larger than {MAX_BYTES:,} bytes")
    members: list[tuple[str, bytes]] = []
    position = 0
    while raw[position : position + 4] == b"PK\x03\x04":
        if len(members) == MAX_MEMBERS:
            raise ArchiveRefused(f"The zip holds more than {MAX_MEMBERS:,} files")
        start = position + _LOCAL.size
        header = raw[position:start]
        if len(header) < _LOCAL.size:
            break
        fields = _LOCAL.unpack(header)
        size, name_size = fields[7], fields[9]
        content = start + name_size
        position = content + size
        if fields[3] or position > len(raw):
            raise ArchiveRefused("A file in the zip is compressed or torn; a bundle's files are stored as they are")
        members.append((raw[start:content].decode("latin-1"), raw[content:position]))
    if pack(members) != raw:
        raise ArchiveRefused("The zip differs from what was written: bytes were changed, added or removed")
    return dict(members)


def _check(members: Sequence[tuple[str, bytes]]) -> None:
    names = [name for name, _ in members]
    if len({name.lower() for name in names}) != len(names):
        raise ArchiveRefused("Two files of the zip have the same name")
    for name in names:
        if not _NAME.fullmatch(name):
            raise ArchiveRefused(f"The zip holds a file with the name {name[:80]!r}, which is not allowed")
    if len(members) > MAX_MEMBERS or sum(len(content) for _, content in members) > MAX_BYTES:
        raise ArchiveRefused(f"The zip would hold more than {MAX_MEMBERS:,} files or {MAX_BYTES:,} bytes")

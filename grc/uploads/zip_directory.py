"""The directory of a ZIP archive, read strictly: central directory and local headers must tell one story.

Python's ``zipfile`` believes the central directory and loads all of it. A hostile archive makes the two
disagree (another name or size for another reader), lets entries share bytes (a bomb of any ratio), or lists
a million entries.
"""

import struct
import unicodedata
import zlib
from dataclasses import dataclass

from grc.uploads.reading import TAIL, Source, read_at
from grc.uploads.refusal import ContentRefused

MAX_ENTRIES = 10_000
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024

STORED, DEFLATED = 0, 8
_ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000
_HAS_DESCRIPTOR = 0x0008
_UTF8_NAME = 0x0800
_ZIP64_EXTRA, _UNICODE_PATH_EXTRA, _AES_EXTRA = 0x0001, 0x7075, 0x9901
_SPECIAL_FILES = {0o120000: "a symbolic link", 0o020000: "a device", 0o060000: "a device", 0o010000: "a pipe"}
_SPECIAL_FILES[0o140000] = "a socket"

_DAMAGED = "Pack it again with an ordinary program (Explorer, Finder, zip) and upload that."


@dataclass(frozen=True)
class Entry:
    """One member: its checked name, where its packed bytes lie, and what it claims to hold."""

    name: str
    is_folder: bool
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    header_at: int
    data_at: int


@dataclass(frozen=True)
class _End:
    entries: int
    directory_at: int
    directory_bytes: int
    ends_at: int


def read_directory(
    source: Source, size: int, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_DIRECTORY_BYTES
) -> list[Entry]:
    """Return the entries in the order of their bytes, every byte of the file accounted for, or raise."""
    end = _read_end(source, size)
    if end.entries > max_entries:
        raise ContentRefused(
            f"holds more than {max_entries:,} entries", "Split it into several archives with fewer files."
        )
    if end.directory_bytes > max_bytes or end.directory_at + end.directory_bytes != end.ends_at:
        raise ContentRefused("has a damaged directory", _DAMAGED)
    directory = read_at(source, end.directory_at, end.directory_bytes)
    entries, at = [], 0
    for _ in range(end.entries):
        record, at = _central_record(directory, at)
        entries.append(_with_local_header(source, record))
    if at != len(directory):
        raise ContentRefused("lists other entries than it counts", _DAMAGED)
    entries.sort(key=lambda entry: entry.header_at)
    _refuse_duplicates(entries)
    _refuse_overlaps_and_gaps(entries, end.directory_at)
    return entries


def _read_end(source: Source, size: int) -> _End:
    tail_at = max(0, size - TAIL)
    tail = read_at(source, tail_at, size - tail_at)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise ContentRefused("is cut short: the directory of the archive is missing", "Upload it again.")
    disk, start_disk, here, total, length, offset, comment = struct.unpack("<4xHHHHIIH", tail[at : at + 22])
    if at + 22 + comment != len(tail) or tail.find(b"PK\x05\x06", max(0, at - 22), at) >= 0:
        raise ContentRefused("carries other data behind the archive", _DAMAGED)
    if disk or start_disk or here != total:
        raise ContentRefused("is one part of an archive in several files", "Pack it as one file.")
    if tail[max(0, at - 20) : at][:4] == b"PK\x06\x07":
        return _read_zip64_end(source, tail_at + at, (total, length, offset))
    return _End(total, offset, length, tail_at + at)


def _read_zip64_end(source: Source, end_at: int, short: tuple[int, int, int]) -> _End:
    _, record_at, disks = struct.unpack("<4xIQI", read_at(source, end_at - 20, 20))
    record = read_at(source, record_at, 56) if record_at < end_at else b""
    if disks > 1 or len(record) < 56 or record[:4] != b"PK\x06\x06" or record_at + 56 + 20 != end_at:
        raise ContentRefused("has a damaged directory", _DAMAGED)
    _, here, total, length, offset = struct.unpack("<4xQ12xQQQQ", record)[0:5]
    limits = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    agrees = all(a in (b, limit) for a, b, limit in zip(short, (total, length, offset), limits, strict=True))
    if not agrees or here != total:
        raise ContentRefused("has two directories that disagree", _DAMAGED)
    return _End(total, offset, length, record_at)


@dataclass(frozen=True)
class _Record:
    raw_name: bytes
    name: str
    entry: Entry


def _central_record(directory: bytes, at: int) -> tuple[_Record, int]:
    fixed = directory[at : at + 46]
    if len(fixed) < 46 or fixed[:4] != b"PK\x01\x02":
        raise ContentRefused("lists other entries than it counts", _DAMAGED)
    (
        flags,
        method,
        crc,
        packed,
        size,
        name_length,
        extra_length,
        comment_length,
        disk,
        attributes,
        offset,
    ) = struct.unpack("<4x4xHH4xIIIHHHH2xII", fixed)
    name_end = at + 46 + name_length
    raw_name, extra = directory[at + 46 : name_end], directory[name_end : name_end + extra_length]
    fields = _extra_fields(extra)
    size, packed, offset = _zip64_values(fields, size, packed, offset)
    name = _checked_name(_decoded_name(raw_name, flags, fields))
    if flags & _ENCRYPTED_FLAGS or _AES_EXTRA in fields or method == 99:
        raise ContentRefused(
            "is protected by a password",
            "Pack it again without a password; files here are kept behind the login.",
        )
    if method not in (STORED, DEFLATED):
        raise ContentRefused("uses a compression that is not read here", "Pack it as an ordinary ZIP (deflate).")
    special = _SPECIAL_FILES.get(attributes >> 16 & 0o170000)
    if special:
        raise ContentRefused(f"holds {special} (“{name[:80]}”)", "Pack only ordinary files and folders.")
    if disk:
        raise ContentRefused("is one part of an archive in several files", "Pack it as one file.")
    entry = Entry(name, name.endswith("/"), method, flags, crc, packed, size, offset, 0)
    if entry.is_folder and (size or packed > 2):
        raise ContentRefused("holds a folder that has content of its own", _DAMAGED)
    return _Record(raw_name, name, entry), name_end + extra_length + comment_length


def _with_local_header(source: Source, record: _Record) -> Entry:
    entry = record.entry
    fixed = read_at(source, entry.header_at, 30)
    if len(fixed) < 30 or fixed[:4] != b"PK\x03\x04":
        raise ContentRefused(f"lists “{record.name[:80]}” where it does not stand", _DAMAGED)
    flags, method, crc, packed, size, name_length, extra_length = struct.unpack("<4x2xHH4xIIIHH", fixed)
    variable = read_at(source, entry.header_at + 30, name_length + extra_length)
    name, fields = variable[:name_length], _extra_fields(variable[name_length:])
    size, packed, _ = _zip64_values(fields, size, packed, 0)
    streamed = bool(flags & _HAS_DESCRIPTOR)  # what was not yet known when the header was written is 0 in it
    pairs = zip((crc, packed, size), (entry.crc, entry.packed, entry.size), strict=True)
    agrees = all(told == listed or (streamed and told == 0) for told, listed in pairs)
    same_kind = method == entry.method and not (flags ^ entry.flags) & _HAS_DESCRIPTOR
    if name != record.raw_name or not agrees or not same_kind or flags & _ENCRYPTED_FLAGS:
        raise ContentRefused(f"describes “{record.name[:80]}” in two different ways", _DAMAGED)
    data_at = entry.header_at + 30 + name_length + extra_length
    return Entry(**{**entry.__dict__, "data_at": data_at})


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra) or (number in fields and number in (_ZIP64_EXTRA, _UNICODE_PATH_EXTRA)):
            break
        fields[number] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return fields


def _zip64_values(fields: dict[int, bytes], size: int, packed: int, offset: int) -> tuple[int, int, int]:
    wide = fields.get(_ZIP64_EXTRA, b"")
    values = [size, packed, offset]
    at = 0
    for index, value in enumerate(values):
        if value == 0xFFFFFFFF:
            if at + 8 > len(wide):
                raise ContentRefused("has a damaged directory", _DAMAGED)
            (values[index],) = struct.unpack_from("<Q", wide, at)
            at += 8
    return values[0], values[1], values[2]


def _decoded_name(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8_NAME else "cp437")
        unicode_path = fields.get(_UNICODE_PATH_EXTRA, b"")
        if len(unicode_path) > 5 and struct.unpack_from("<I", unicode_path, 1)[0] == zlib.crc32(raw):
            name = unicode_path[5:].decode("utf-8")
    except UnicodeDecodeError:
        raise ContentRefused("holds a name that is not valid text", _DAMAGED) from None
    return name


def _checked_name(name: str) -> str:
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:80])
    parts = name.removesuffix("/").split("/")
    if not name or name.startswith("/") or "\\" in name or name[1:2] == ":":
        raise ContentRefused(f"holds the absolute or foreign path “{shown}”", "Pack the files with relative paths.")
    if any(part in ("", ".", "..") for part in parts):
        raise ContentRefused(f"holds the path “{shown}”, which leads elsewhere", "Pack the files without “..”.")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI for char in name):
        raise ContentRefused(f"holds control characters in the name “{shown}”", "Rename that file and pack again.")
    if len(name.encode()) > 1024 or any(len(part.encode()) > 255 for part in parts):
        raise ContentRefused(f"holds the over-long name “{shown}”", "Shorten that name and pack again.")
    return name


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _refuse_duplicates(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        key = unicodedata.normalize("NFC", entry.name).casefold().removesuffix("/")
        if key in seen:
            raise ContentRefused(
                f"holds the name “{entry.name[:80]}” twice (upper and lower case count as one)",
                "Rename one of them and pack again.",
            )
        seen.add(key)


def _refuse_overlaps_and_gaps(entries: list[Entry], directory_at: int) -> None:
    expected = 0
    allowed: tuple[int, ...] = (0,)
    for start, after in [(entry.header_at, entry) for entry in entries] + [(directory_at, None)]:
        gap = start - expected
        if gap < 0:
            raise ContentRefused("has entries that share the same bytes, as bombs do", _DAMAGED)
        if gap not in allowed:
            raise ContentRefused("holds bytes that belong to no entry", _DAMAGED)
        if after is not None:
            expected = after.data_at + after.packed
            allowed = (12, 16, 20, 24) if after.flags & _HAS_DESCRIPTOR else (0,)

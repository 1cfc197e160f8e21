"""Images: the structure is walked and the size in pixels judged, but nothing is decoded."""

import struct

from grc.uploads.kinds import Content
from grc.uploads.reading import Source, read_at
from grc.uploads.refusal import ContentRefused

MAX_PIXELS = 100_000_000
"""Larger images are refused: a few kilobytes can claim billions of pixels, and a viewer would allocate
them.
"""

_MAX_CHUNKS = 100_000
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_ADVICE = "Open it in an image program and save it again."


def sniff(head: bytes) -> Content | None:
    """Return which image the first bytes begin, or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Content.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Content.JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Content.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Content.WEBP
    return None


def check(source: Source, content: Content, size: int, head: bytes) -> None:
    """Raise ``ContentRefused`` unless the file is that image from its first byte to its last."""
    if content is Content.PNG:
        _check_png(source, size)
    elif content is Content.JPEG:
        _check_jpeg(source, size)
    elif content is Content.GIF:
        if len(head) < 14:
            raise ContentRefused("is cut short", _ADVICE)
        _check_pixels(*struct.unpack("<HH", head[6:10]))
    else:
        _check_webp(size, head)


def _check_pixels(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise ContentRefused("has no width or no height", _ADVICE)
    if width * height > MAX_PIXELS:
        raise ContentRefused(
            f"claims {width:,} by {height:,} pixels; at most {MAX_PIXELS:,} are accepted", "Scale it down."
        )


def _check_png(source: Source, size: int) -> None:
    offset = 8
    for number in range(_MAX_CHUNKS):
        header = read_at(source, offset, 16)
        if len(header) < 12:
            raise ContentRefused("is cut short", _ADVICE)
        length, name = struct.unpack(">I4s", header[:8])
        if number == 0:
            if name != b"IHDR" or length != 13:
                raise ContentRefused("does not begin as a PNG image must", _ADVICE)
            _check_pixels(*struct.unpack(">II", read_at(source, offset + 8, 8)))
        offset += length + 12
        if name == b"IEND":
            if offset != size:
                raise ContentRefused("carries other data behind the image", _ADVICE)
            return
    raise ContentRefused("has too many parts for an image", _ADVICE)


def _check_jpeg(source: Source, size: int) -> None:
    offset = 2
    for _ in range(_MAX_CHUNKS):
        header = read_at(source, offset, 9)
        if header.startswith(b"\xff\xd9"):
            break
        if len(header) < 4 or header[0] != 0xFF:
            raise ContentRefused("is damaged: its parts do not follow each other", _ADVICE)
        marker = header[1]
        if marker == 0xFF:  # padding
            offset += 1
            continue
        if marker in _JPEG_FRAMES:
            if len(header) < 9:
                break
            height, width = struct.unpack(">HH", header[5:9])
            _check_pixels(width, height)
            return
        offset += 2 + int.from_bytes(header[2:4], "big")
        if marker == 0xDA or offset >= size:
            break
    raise ContentRefused("holds no image", _ADVICE)


def _check_webp(size: int, head: bytes) -> None:
    claimed = int.from_bytes(head[4:8], "little") + 8
    if claimed not in (size, size - 1) or len(head) < 30:
        raise ContentRefused("carries other data behind the image, or is cut short", _ADVICE)
    chunk = head[12:16]
    if chunk == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    else:
        raise ContentRefused("does not begin as a WebP image must", _ADVICE)
    _check_pixels(width, height)

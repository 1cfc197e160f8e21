"""What the first and last bytes of a file give away, before its structure is looked at."""

import re
import struct

from grc.uploads.refusal import ContentRefused

PDF_HEADER = re.compile(rb"%PDF-\d\.\d")
HTML_MARK = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|object|embed|meta|svg)[\s>/]", re.IGNORECASE
)
HTML_START = re.compile(
    r"<(?:!doctype\s+html|/?(?:html|head|body|script|style|title|meta|link|iframe|"
    r"object|embed|form|base|table|div|p|a|b|i|h[1-6]|img|br|center|font|span|template|video|audio|math)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
SVG_START = re.compile(r"<(?:[a-z0-9_]+:)?svg[\s>/]", re.IGNORECASE)
_SVG_DOCTYPE = re.compile(r"<!doctype\s+svg[^\[>]*>", re.IGNORECASE)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_EXECUTABLES = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Java class and universal Mach-O
    b"\xca\xfe\xba\xbf",
    b"\x00asm",
    b"dex\n",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
)
_OTHER_ARCHIVES = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"MSCF\x00\x00\x00\x00",
    b"xar!",
    b"!<arch>\n",
)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")


def without_prologue(text: str) -> str:
    """Return the text without the white space, comments, instructions and SVG document type it begins with."""
    at = 0  # a loop and no expression: thousands of comments would be tried in exponentially many ways
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        opened = next(((a, b) for a, b in (("<!--", "-->"), ("<?", "?>")) if text.startswith(a, at)), None)
        doctype = _SVG_DOCTYPE.match(text, at)
        end = text.find(opened[1], at + len(opened[0])) if opened else -1
        if opened and end >= 0:
            at = end + len(opened[1])
        elif doctype:
            at = doctype.end()
        else:
            return text[at:]


def is_executable(head: bytes) -> bool:
    """Tell whether the bytes begin a program for some machine (scripts are text, and judged there)."""
    if head.startswith(_EXECUTABLES):
        return True
    return head.startswith((b"MZ", b"ZM")) and b"\x00" in head[:64]


def is_zip(head: bytes) -> bool:
    """Tell whether the bytes begin a ZIP archive."""
    return head.startswith(_ZIP_STARTS)


def is_other_archive(head: bytes) -> bool:
    """Tell whether the bytes begin a compressed file or an archive of a kind that is not read here."""
    if head.startswith(b"BZh"):
        return head[3:4].isdigit() and head[4:10] == b"1AY&SY"
    return head.startswith(_OTHER_ARCHIVES) or head[257:262] == b"ustar"


def is_ole(head: bytes) -> bool:
    """Tell whether the bytes begin an OLE compound file: old Office formats, and encrypted new ones."""
    return head.startswith(_OLE)


def holds_encrypted_package(piece: bytes) -> bool:
    """Tell whether a piece of an OLE file names the stream in which Office keeps an encrypted document."""
    return _ENCRYPTED_PACKAGE in piece


def refuse_foreign_head(head: bytes) -> None:
    """Refuse a non-text file whose first kilobyte would also pass as HTML."""
    if HTML_MARK.search(head[:1024]):
        raise ContentRefused(
            "also reads as an HTML page, which a browser could run", "Export it again from its program."
        )


def refuse_late_pdf_header(head: bytes) -> None:
    """Refuse a file that is something else and, to a PDF reader that searches for its header, a PDF as
    well.
    """
    match = PDF_HEADER.search(head[:1100])
    if match and match.start() <= 1024:
        raise ContentRefused(
            "also reads as a PDF document, whose header does not stand at its beginning",
            "Upload the PDF and the other content as separate files.",
        )


def refuse_trailing_zip(tail: bytes) -> None:
    """Refuse a file that is no ZIP but ends as one: an unpacker reads archives from their end."""
    at = tail.find(b"PK\x05\x06")
    while at >= 0:
        record = tail[at : at + 22]
        if len(record) == 22:
            disk, directory_disk, here, total, *_, comment = struct.unpack("<4xHHHHIIH", record)
            if disk == directory_disk == 0 and here == total and at + 22 + comment <= len(tail):
                raise ContentRefused(
                    "hides a ZIP archive behind its content", "Upload the archive as a file of its own."
                )
        at = tail.find(b"PK\x05\x06", at + 1)

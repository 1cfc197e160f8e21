"""PDF: header at the first byte, an end, and no encryption. Its pages are not opened."""

import re

from grc.uploads.magic import PDF_HEADER
from grc.uploads.reading import Digest, Source, chunks
from grc.uploads.refusal import ContentRefused


def _name(text: str) -> bytes:
    # Any character of a PDF name may be written as # and two hexadecimal digits.
    return b"".join(rb"(?:%c|#%02x|#%02X)" % (char, char, char) for char in text.encode())


_ENCRYPT = re.compile(b"/" + _name("Encrypt") + rb"(?:\s*<<|\s+\d{1,10}\s+\d{1,5}\s+R\b)")
_OVERLAP = 256


def check(source: Source, digest: Digest) -> None:
    """Raise ``ContentRefused`` unless the file is one whole, unencrypted PDF."""
    if not PDF_HEADER.match(digest.head):
        raise ContentRefused("has no PDF version in its header", "Export it again as PDF.")
    if b"%%EOF" not in digest.tail[-2048:]:
        raise ContentRefused("is cut short: the end of the PDF is missing", "Upload it again, or export it again.")
    carried = b""
    for piece in chunks(source):
        window = carried + piece
        if _ENCRYPT.search(window):
            raise ContentRefused(
                "is encrypted or restricted by a password",
                "Save a copy without password and restrictions, and upload that.",
            )
        carried = window[-_OVERLAP:]

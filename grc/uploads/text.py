"""Text: UTF-8, or UTF-16 with a byte order mark; read to its end, without NUL, and told apart by its
beginning.
"""

import codecs
import re

from grc.uploads.kinds import Content
from grc.uploads.magic import HTML_START, SVG_START, without_prologue
from grc.uploads.reading import Digest, Source, chunks
from grc.uploads.refusal import ContentRefused

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,200}:[^\r\n]*\r?\n|[ \t][^\r\n]*\r?\n")
_MESSAGE_FIELDS = re.compile(
    rb"^(?:from|to|subject|date|message-id|received|mime-version|return-path):", re.IGNORECASE | re.MULTILINE
)
_SCRIPT = re.compile(r"#!\s*\S*/|@echo off\b|<\?php\b|<%[@=\s]", re.IGNORECASE)
_COMMENTS = r"(?:\s|(?>/\*.*?\*/)|(?>//[^\n]*\n))*+"  # JSON has none, but much of what is called JSON does
_JSON_START = re.compile(
    _COMMENTS + r"(?:[\[{\"]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$|(?:true|false|null)\s*$)", re.DOTALL
)
_ADVICE_ENCODING = "Save it as text in UTF-8 and upload that."


def sniff(source: Source, digest: Digest, *, message: bool) -> Content:
    """Return which text the file is, having read all of it; raises ``ContentRefused`` when it is none.

    ``message``: it is offered as an e-mail, whose body may be in any encoding.
    """
    if message and _is_message(digest.head):
        _refuse_nul(source)
        return Content.MESSAGE
    beginning = _decoded_beginning(source)
    if _SCRIPT.match(beginning.lstrip()):
        raise ContentRefused("is a program (a script)", "Programs are not accepted; upload what it produced.")
    markup = without_prologue(beginning)
    if SVG_START.match(markup):
        return Content.SVG
    if HTML_START.match(markup):
        return Content.HTML
    return Content.JSON if _JSON_START.match(beginning) else Content.TEXT


def _decoded_beginning(source: Source) -> str:
    encoding = _encoding_of(next(chunks(source), b"")[:4])
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    beginning = ""
    try:
        for piece in chunks(source):
            _refuse_nul_in(text := decoder.decode(piece))
            if len(beginning) < 4096:
                beginning = (beginning + text)[:4096]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise ContentRefused("is neither a known file format nor text in UTF-8", _ADVICE_ENCODING) from None
    return beginning


def _encoding_of(start: bytes) -> str:
    if start.startswith(_UTF16_MARKS) and start[2:4] != b"\x00\x00":
        return "utf-16"
    return "utf-8-sig"


def _refuse_nul_in(text: str) -> None:
    if "\x00" in text:
        raise ContentRefused("holds NUL characters, which text does not have", _ADVICE_ENCODING)


def _refuse_nul(source: Source) -> None:
    for piece in chunks(source):
        if b"\x00" in piece:
            raise ContentRefused("holds NUL characters, which an e-mail does not have", "Save the message again.")


def _is_message(head: bytes) -> bool:
    # Two known fields among the well-formed lines that a message begins with.
    at = 0
    while match := _HEADER_LINE.match(head, at):
        at = match.end()
    return len({field.lower() for field in _MESSAGE_FIELDS.findall(head[:at])}) >= 2

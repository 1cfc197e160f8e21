"""The text of an uploaded file, which is read and forgotten: a Word document, or plain text."""

import codecs
import zipfile
from typing import Any
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _

from grc.uploads import FileRefused, inspect

ACCEPTED = (".docx", ".txt", ".md", ".csv")
BODY = "word/document.xml"
PIECE = 64 * 1024


def text_of_file(upload: Any, *, name: str, most: int) -> str:
    """What a file says, of at most ``most`` characters. Raises ``FileRefused``."""
    found = inspect(upload, name=name, limit_bytes=settings.UPLOAD_LIMIT_BYTES)
    if found.extension not in ACCEPTED:
        kinds = ", ".join(ending.removeprefix(".").upper() for ending in ACCEPTED)
        raise FileRefused(
            _("“%(name)s” is not read here. Accepted are %(kinds)s.") % {"name": found.safe_name, "kinds": kinds}
        )
    text = _document(upload, most) if found.extension == ".docx" else _plain(upload.read())
    if len(text) > most:
        raise FileRefused(
            _("“%(name)s” holds more than %(most)s characters. Check it in parts.")
            % {"name": found.safe_name, "most": f"{most:,}"}
        )
    return text


def _plain(raw: bytes) -> str:
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    return raw.decode(encoding).replace("\r\n", "\n")


def _document(upload: Any, most: int) -> str:
    """The body of a Word document that was inspected: a line for each paragraph and each row of a table."""
    reader = _Body()
    with zipfile.ZipFile(upload) as archive, archive.open(BODY) as body:
        while reader.length <= most and (piece := body.read(PIECE)):
            reader.feed(piece)
    return reader.text


class _Body:
    """What one reads in a document's body. Cells stand apart by tabs; what was deleted is not there."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._rows = 0
        self._in_text = False
        self.length = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    @property
    def text(self) -> str:
        return "".join(self._said)

    def feed(self, piece: bytes) -> None:
        self._parser.Parse(piece)

    def _say(self, text: str) -> None:
        self._said.append(text)
        self.length += len(text)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._in_text = local == "t"
        self._rows += local == "tr"
        if local in ("tab", "br", "cr"):
            self._say(" " if self._rows or local == "tab" else "\n")

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._in_text = False
        if local == "p":
            self._say(" " if self._rows else "\n")
        elif local == "tc":
            self._say("\t" if self._rows == 1 else " ")
        elif local == "tr":
            self._rows -= 1
            self._say(" " if self._rows else "\n")

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._say(text)

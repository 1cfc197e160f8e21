"""CSV read in: the encoding and the separator are found out, and said aloud."""

import codecs
import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import IO

from django.utils.translation import gettext as _

from grc.tabular.escape import unescape
from grc.tabular.reading import MAX_COLUMNS, Row, TableUnreadable, without_empty_end

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE = 64 * 1024
PIECE = 256 * 1024
WESTERN = "cp1252"
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)
_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    WESTERN: "Windows-1252",
}


def encoding_of(stream: IO[bytes]) -> str:
    """The encoding that the whole of ``stream`` can be read in: UTF-8, UTF-16 (with a mark or without), else Windows'.

    Raises ``TableUnreadable``.
    """
    stream.seek(0)
    start = stream.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif start[1::2].count(0) > len(start) // 4:
        candidates = ["utf-16-le"]
    elif start[::2].count(0) > len(start) // 4:
        candidates = ["utf-16-be"]
    else:
        candidates = ["utf-8-sig", WESTERN]
    for name in candidates:
        if _reads_as(stream, name):
            return name
    raise TableUnreadable(_("The file is in an encoding that is not known here. Save it as CSV in UTF-8."))


def _reads_as(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    stream.seek(0)
    try:
        while piece := stream.read(PIECE):
            if "\x00" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def as_utf8(stream: IO[bytes]) -> tuple[IO[bytes], str]:
    """A CSV in UTF-8 whatever it was in, and the name of what it was in where that was another; else empty.

    Raises ``TableUnreadable``.
    """
    encoding = encoding_of(stream)
    if encoding in ("utf-8-sig", "utf-16"):
        return stream, ""
    copy = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115  (the caller's, like what it gave)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    while piece := stream.read(PIECE):
        copy.write(decoder.decode(piece).encode())
    copy.write(decoder.decode(b"", final=True).encode())
    stream.seek(0)
    copy.seek(0)
    return copy, _NAMES[encoding]  # type: ignore[return-value]


class CSVTable:
    sheets = ("",)

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.encoding = encoding_of(stream)
        text = self._text()
        sample = text.read(SAMPLE)
        text.detach()
        given = _SEPARATOR_LINE.match(sample)
        self._skip = 1 if given else 0
        self.separator = given[1] if given else _separator_of(sample)

    def notes(self, sheet: str = "") -> list[str]:
        names = {"comma": _("comma"), "semicolon": _("semicolon"), "tab": _("tab"), "bar": _("bar")}
        separator = names.get(SEPARATORS.get(self.separator, ""), self.separator)
        values = {"encoding": _NAMES[self.encoding], "separator": separator}
        return [_("Read as %(encoding)s, with a %(separator)s between the columns.") % values]

    def rows(self, sheet: str = "") -> Iterator[Row]:
        text = self._text()
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=self.separator), start=1):
                if number <= self._skip:
                    continue
                kept = without_empty_end([unescape(cell) for cell in cells])
                if len(kept) > MAX_COLUMNS:
                    raise TableUnreadable(
                        _("Row %(row)d has more than %(n)d columns.") % {"row": number, "n": MAX_COLUMNS}
                    )
                if kept:
                    yield number, kept
        except csv.Error:
            raise TableUnreadable(
                _("This is no proper CSV: a quotation mark is not closed, or a cell is longer than 131,072 characters.")
            ) from None
        finally:
            text.detach()

    def unresolved(self, sheet: str = "") -> Mapping[int, Collection[int]]:
        return {}

    def close(self) -> None:
        self._stream.close()

    def _text(self) -> io.TextIOWrapper:
        self._stream.seek(0)
        return io.TextIOWrapper(self._stream, encoding=self.encoding, newline="")


def _separator_of(sample: str) -> str:
    """What most rows of the sample agree on, the more columns the better; a comma where nothing separates."""
    best, found = (0, 0), ","
    for separator in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row][:50]
        except csv.Error:
            continue
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        width, rows = max(wide.items(), key=lambda entry: (entry[1], entry[0]))
        if (rows, width) > best:
            best, found = (rows, width), separator
    return found

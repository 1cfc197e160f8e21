"""The fonts of documents and pictures, and how wide a text is in them.

Noto Sans covers Latin, Greek and Cyrillic; what it lacks (arrows, ticks, Hebrew, Arabic, ...) comes from DejaVu Sans.
Both are embedded. Chinese, Japanese and Korean are named, not embedded: the reader's program brings such a font, as
programs do. What nobody has becomes the replacement character. Letters of a right-to-left script are put in order for
the eye; Arabic ones are not joined.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = "static/vendor/fonts"
FACES = {
    "regular": ("NotoSans-Regular", "DejaVuSans"),
    "bold": ("NotoSans-SemiBold", "DejaVuSans-Bold"),
    "mono": ("DejaVuSansMono", "DejaVuSans"),
}
EAST_ASIAN = {"kana": "HeiseiKakuGo-W5", "hangul": "HYGothic-Medium", "han": "STSong-Light"}
ASCENT, DESCENT = 0.83, 0.22
LOST = "\ufffd"


@dataclass(frozen=True)
class Run:
    """A piece of text that one font has all of. ``font`` is the name by which ReportLab knows it."""

    font: str
    text: str


@cache
def face(name: str) -> TTFont:
    """The font of that name, registered. Raises ``FileNotFoundError`` where the assets were not built."""
    path = file_of(name)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `make assets`.")
    font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return font


def file_of(name: str) -> Path:
    return Path(settings.BASE_DIR) / FOLDER / f"{name}.ttf"


@cache
def letters(name: str) -> frozenset[str]:
    """Every character that a font has."""
    return frozenset(chr(code) for code in face(name).face.charToGlyph)


@cache
def _widths(name: str) -> dict[str, float]:
    return {chr(code): width / 1000 for code, width in face(name).face.charWidths.items()}


@cache
def _east_asian(script: str) -> str:
    name = EAST_ASIAN[script]
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def clean(text: object) -> str:
    """What may be drawn of ``text``: composed, without control characters; line breaks stay, tabs become spaces."""
    given = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if given.isascii() and given.isprintable():
        return given
    kept = []
    for letter in unicodedata.normalize("NFC", given):
        kind = unicodedata.category(letter)
        if letter == "\n" or kind not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            kept.append(letter)
        elif kind in {"Zl", "Zp"}:
            kept.append("\n")
        elif kind in {"Cs", "Co", "Cn"}:
            kept.append(LOST)
    return "".join(kept).replace("\u00a0", " ")


def runs(text: str, style: str = "regular") -> Iterator[Run]:
    """``text`` (cleaned, one line) in pieces of one font each, in the order in which they are drawn."""
    first = FACES[style][0]
    if letters(first).issuperset(text):
        yield Run(first, text)
        return
    piece, font = "", ""
    for letter in _visual(text):
        its = _font_of(letter, style)
        shown = letter if its else LOST
        its = its or first
        if piece and its != font:
            yield Run(font, piece)
            piece = ""
        piece, font = piece + shown, its
    if piece:
        yield Run(font, piece)


@lru_cache(maxsize=4096)
def _font_of(letter: str, style: str) -> str:
    for name in FACES[style]:
        if letter in letters(name):
            return name
    code = ord(letter)
    if 0x3040 <= code <= 0x30FF:
        return _east_asian("kana")
    if 0xAC00 <= code <= 0xD7A3 or 0x1100 <= code <= 0x11FF:
        return _east_asian("hangul")
    if 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF:
        return _east_asian("han")
    return ""


def _visual(text: str) -> str:
    """Stretches of a right-to-left script turned round, so that they read as they should; their digits are not."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    if not {"R", "AL"} & set(kinds):
        return text
    shown, at = "", 0
    while at < len(text):
        if kinds[at] not in {"R", "AL"}:
            shown, at = shown + text[at], at + 1
            continue
        end = last = at
        while end < len(text) and kinds[end] != "L":
            if kinds[end] in {"R", "AL", "NSM"}:
                last = end
            end += 1
        shown, at = shown + _turned(text[at : last + 1]), last + 1
    return shown


def _turned(text: str) -> str:
    pieces: list[str] = []
    for letter in text:
        if pieces and letter.isdigit() and pieces[-1][-1].isdigit():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return "".join(reversed(pieces))


@lru_cache(maxsize=100_000)
def em(text: str, style: str = "regular") -> float:
    """How wide ``text`` (one line, cleaned) is, in units of the font's size."""
    first = FACES[style][0]
    widths = _widths(first)
    if letters(first).issuperset(text):
        return sum(widths[letter] for letter in text)
    return float(sum(pdfmetrics.stringWidth(run.text, run.font, 1) for run in runs(text, style)))

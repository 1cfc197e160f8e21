"""A line or two of a text around what was asked for, with it marked; safe to show as it is."""

import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from grc.search.words import SHORTEST_PIECE, Asked

WIDTH = 220
"""Characters of an extract, about two lines."""

BEFORE = 60
"""Characters that are shown before the first find."""


def highlight(text: str, asked: Asked) -> SafeString:
    """``text`` whole, with what was asked for in ``<mark>``; everything else escaped."""
    return _marked(text, _spans(text, asked))


def extract(text: str, asked: Asked) -> SafeString:
    """The part of ``text`` where what was asked for stands (its beginning, if nowhere), with it marked."""
    flat = " ".join(text.split())
    spans = _spans(flat, asked)
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    if start:
        start = flat.find(" ", start, spans[0][0]) + 1 or start
    end = min(len(flat), start + WIDTH)
    if end < len(flat):
        end = max(flat.rfind(" ", start, end), start + WIDTH // 2)
    shown = [(a - start, min(b, end) - start) for a, b in spans if start <= a < end]
    before, after = "… " if start else "", " …" if end < len(flat) else ""
    return mark_safe(f"{before}{_marked(flat[start:end], shown)}{after}")  # escaped piece by piece


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # every part is escaped above


def _spans(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Where the words asked for stand in ``text``, without overlaps, in order."""
    words = {word for term in asked.wanted for word in term.words}
    if not words:
        return []
    plain, origin = _plain(text)
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = [(origin[m.start()], origin[m.end() - 1] + 1) for m in re.finditer(rf"\b(?:{either})", plain)]
    if not found and all(len(word) >= SHORTEST_PIECE for word in words):
        found = [(origin[m.start()], origin[m.end() - 1] + 1) for m in re.finditer(either, plain)]
    return found


def _plain(text: str) -> tuple[str, list[int]]:
    """``text`` without accents, in lower case, and for each of its characters where it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(plain):
                letters.append(plain)
                origin.append(at)
    return "".join(letters), origin

"""What differs between two texts, word by word, and never at the price of the page: long texts are cut by lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

TOKENS = re.compile(r"\S+|\s+")
BREAK = re.compile(r"\s")
BUDGET = 1_000_000
"""Comparing costs about the product of both lengths: a stretch beyond this many pairs of words is shown whole."""

AROUND = 240
"""Characters of an unchanged stretch that stay in view on either side of a change."""


@dataclass(frozen=True)
class Piece:
    """``kind`` is same, gone, new, or folded: unchanged, and too long to be read again."""

    kind: str
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())


def compare(before: str, after: str) -> list[Piece]:
    """The pieces of both texts: without the new ones they are ``before``, without the gone ones ``after``."""
    return _settled(_joined(_by_lines(before, after)))


def folded(pieces: list[Piece]) -> list[Piece]:
    """The same pieces, the middle of a long unchanged stretch folded away."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        head = AROUND if number else 0
        tail = AROUND if number < len(pieces) - 1 else 0
        if piece.kind != "same" or len(piece.text) <= head + tail + AROUND:
            found.append(piece)
            continue
        start, end = _word_end(piece.text, head), _word_end(piece.text, len(piece.text) - tail)
        parts = (("same", piece.text[:start]), ("folded", piece.text[start:end]), ("same", piece.text[end:]))
        found += [Piece(kind, text) for kind, text in parts if text]
    return found


def _word_end(text: str, place: int) -> int:
    """``place``, or the end of the word that it would cut."""
    if place in (0, len(text)):
        return place
    found = BREAK.search(text, place)
    return found.start() if found else len(text)


def marked(pieces: list[Piece]) -> SafeString:
    """The pieces as HTML: what came and went is marked for eyes and for screen readers alike."""
    return format_html_join("", "{}", ((_mark(piece),) for piece in pieces))


def _mark(piece: Piece) -> SafeString | str:
    hidden = '<{0}><span class="visually-hidden">{1}</span>{2}</{0}>'
    if piece.kind == "gone":
        return format_html(hidden, "del", _("removed:"), piece.text)
    if piece.kind == "new":
        return format_html(hidden, "ins", _("added:"), piece.text)
    if piece.kind == "folded":
        text = ngettext("%(n)d word unchanged", "%(n)d words unchanged", piece.words) % {"n": piece.words}
        return format_html('<details class="folded"><summary>{}</summary>{}</details>', text, piece.text)
    return piece.text


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "replace":
            yield from _by_words(gone, come)
        elif kind == "equal":
            yield Piece("same", come)
        else:
            yield from _replaced(gone, come)


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    if len(old) * len(new) > BUDGET:
        yield from _replaced(before, after)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[c:d]))
        else:
            yield from _replaced("".join(old[a:b]), "".join(new[c:d]))


def _replaced(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if come:
        yield Piece("new", come)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _settled(pieces: list[Piece]) -> list[Piece]:
    """Replaced words that only a space parts are one replaced phrase: easier to read than word by word."""
    found: list[Piece] = []
    gone = come = ""
    for piece in [*pieces, Piece("same", "")]:
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            come += piece.text
        elif gone and come and piece.text.isspace() and "\n" not in piece.text and piece is not pieces[-1]:
            gone, come = gone + piece.text, come + piece.text
        else:
            found += [*_replaced(gone, come), *([piece] if piece.text else [])]
            gone = come = ""
    return found

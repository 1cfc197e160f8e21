"""What somebody typed into a search box, understood: words, phrases in quotes, and what is not wanted (a minus).

Texts are indexed and asked for in one form: without accents, in lower case, and with everything that is neither letter
nor digit as a space. So ``gpt-4o``, an address or a reference are found as they are written.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

MAX_TERMS = 16
SHORTEST_PIECE = 3
"""Letters below which neither a part of a word nor a typing error is looked for: three make one trigram."""
SHORTEST_OPEN = 2

_SPECIAL, _ESCAPED = re.compile(r"([%_\\])"), r"\\\1"
_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def fold(text: str) -> str:
    """``text`` as the index knows it: its letters and digits, with single spaces between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@dataclass(frozen=True)
class Term:
    """One thing asked for: ``words`` stand one after the other; ``open``: the last may go on."""

    words: tuple[str, ...]
    open: bool = False

    def tsquery(self) -> str:
        """For ``to_tsquery``; folded words hold no sign that means anything there."""
        quoted = [f"'{word}'" for word in self.words]
        return " <-> ".join(quoted) + (":*" if self.open else "")


@dataclass(frozen=True)
class Asked:
    """``wanted`` and ``unwanted`` terms; ``pieces`` are the words as typed, for what stands inside of other words."""

    text: str
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    pieces: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.unwanted

    @property
    def patterns(self) -> list[str]:
        """ILIKE patterns, one a piece; empty where no piece is long enough to be looked up."""
        if not any(len(piece) >= SHORTEST_PIECE for piece in self.pieces):
            return []
        return [f"%{_SPECIAL.sub(_ESCAPED, piece)}%" for piece in self.pieces]

    @property
    def similar(self) -> list[str]:
        """The words that may hold a typing error; none where one is too short to tell, or a phrase was asked for."""
        words = [term.words[0] for term in self.wanted]
        singles = all(len(term.words) == 1 for term in self.wanted)
        return words if singles and all(len(word) > SHORTEST_PIECE for word in words) else []

    def meant_in(self, text: str) -> "Asked":
        """The same with the words of ``text`` that stand closest to those asked for, to be shown where they stand."""
        there = set(fold(text).split())
        near = [close for word in self.similar for close in get_close_matches(word, there, n=2, cutoff=0.6)]
        return Asked(self.text, tuple(Term((word,)) for word in near))


def read(text: str, *, all_open: bool = False) -> Asked:
    """Understand ``text``. Its last word may go on, unless a space or a quote follows; ``all_open``: each may."""
    wanted, unwanted, pieces = [], [], []
    for found in list(_TERM.finditer(text))[:MAX_TERMS]:
        typed = found["phrase"] if found["word"] is None else found["word"]
        words = tuple(fold(typed).split()[:MAX_TERMS])
        if not words:
            continue
        if found["minus"]:
            unwanted.append(Term(words))
            continue
        # a letter or two are a word of their own, not the beginning of ten thousand others
        is_long = len(words) > 1 or len(words[0]) >= SHORTEST_OPEN
        is_last = all_open or found.end() == len(text)
        wanted.append(Term(words, open=is_long and is_last and found["word"] is not None))
        pieces.append(typed.strip())
    return Asked(text, tuple(wanted), tuple(unwanted), tuple(pieces))

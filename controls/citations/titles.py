"""The titles of a catalogue, by their words: whose name does a phrase say?"""

from dataclasses import dataclass
from functools import cache

from controls.catalogues.shipped import KEYS, Item, catalogue
from controls.citations.known import also_called, laws
from controls.citations.words import weight, words_of

OWN_AT_MOST = 0.5
"""Below this share of its own title, by weight, a phrase may be another's name."""


ISO = ("iso42001", "iso27001")
"""The catalogues whose titles are the published ones."""


@dataclass(frozen=True)
class Name:
    code: str
    words: frozenset[str]
    weight: float


@cache
def items(framework: str) -> dict[str, Item]:
    """By code; empty for a framework that is not shipped."""
    return {item.code: item for item in catalogue(framework).items} if framework in KEYS else {}


@cache
def _names(framework: str) -> dict[str, tuple[Name, ...]]:
    found = {}
    for code, item in items(framework).items():
        said = (item.name, *also_called().get((framework, code), ()))
        words = (frozenset(words_of(name)) for name in said)
        found[code] = tuple(Name(code, each, weight(each)) for each in words if each)
    return found


@cache
def _by_word(framework: str) -> dict[str, tuple[Name, ...]]:
    found: dict[str, list[Name]] = {}
    for names in _names(framework).values():
        for name in names:
            for word in name.words:
                found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


@cache
def _asked(framework: str, code: str) -> frozenset[str]:
    item = items(framework).get(code)
    return frozenset(words_of(f"{item.name} {item.says} {item.documents}")) if item else frozenset()


def _is_asked(framework: str, code: str, words: frozenset[str]) -> bool:
    """Whether these words, of which one alone says little, tell what the requirement asks."""
    return len(words) > 1 and words <= _asked(framework, code)


def ancestors(framework: str, code: str) -> list[str]:
    """The codes above this one, nearest first; of a code that does not exist, those that its number lies under."""
    known, found = items(framework), []
    above = known[code].parent if code in known else _shortened(code)
    while above:
        if above in known:
            found.append(above)
        above = known[above].parent if above in known else _shortened(above)
    return found


def _shortened(code: str) -> str:
    for mark in ("(", ".", " ", "-"):
        if mark in code:
            return code.rpartition(mark)[0]
    return ""


def fit(framework: str, code: str, words: frozenset[str]) -> float:
    """How much of the requirement's own name the words hold: from 0 to 1; 0 where there is none."""
    names = _names(framework).get(code, ())
    return max((weight(name.words & words) / name.weight for name in names), default=0.0)


def other_named(framework: str, code: str, head: tuple[str, ...], whole: frozenset[str]) -> str:
    """The code of the requirement whose name ``head`` is, where it is clearly not that of ``code``; else empty.

    ``head``: the words that may be a name; ``whole``: all that is said there, in which one's own name counts too.
    """
    return _clearest(framework, code, frozenset(head), whole | frozenset(head))


def _clearest(framework: str, code: str, head: frozenset[str], whole: frozenset[str]) -> str:
    own = max((weight(name.words & whole) for name in _names(framework).get(code, ())), default=0.0)
    if not head or fit(framework, code, whole) >= OWN_AT_MOST or _is_asked(framework, code, whole):
        return ""
    near = {code, *ancestors(framework, code)}
    found: list[Name] = []
    for name in {each for word in head for each in _by_word(framework).get(word, ())}:
        if not _says(framework, code, name, head) or name.weight <= own:
            continue
        if name.code in near or code in ancestors(framework, name.code):
            return ""  # it names what this is a part of, or a part of it
        found.append(name)
    return min(found, key=lambda name: _order(framework, code, name), default=Name("", frozenset(), 0)).code


def _says(framework: str, code: str, name: Name, head: frozenset[str]) -> bool:
    """The head is this name: word for word, or with a word or two more where there is little doubt."""
    if not name.words <= head:
        return False
    more = len(head) - len(name.words)
    if framework not in ISO:  # the titles are our own words: others use the same for what they do about them
        alike = framework not in laws() or _space(framework, code) == _space(framework, name.code)
        return more == 0 and alike
    if len(name.words) == 1 or _space(framework, code) != _space(framework, name.code):
        return more == 0
    return more <= (1 if len(name.words) == 2 else 2)


def _space(framework: str, code: str) -> str:
    """Codes of one space are compared freely: an annex, the clauses, the paragraphs of one article."""
    if framework in laws():
        return code.partition("(")[0] if "(" in code else code.partition(" ")[0]
    return code[:2] if code[:2] in ("A.", "B.") else ""


def _order(framework: str, code: str, name: Name) -> tuple[float, bool, bool, int]:
    known = items(framework)
    same_kind = code in known and known[code].kind == known[name.code].kind
    same_space = _space(framework, code) == _space(framework, name.code)
    return (-name.weight, not same_space, not same_kind, list(known).index(name.code))

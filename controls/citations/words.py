"""The significant words of a title or a phrase, so that two spellings of the same title compare equal."""

import re
from functools import lru_cache

WORD = re.compile(r"[a-z0-9]+(?:’[a-z])?")
STOP = frozenset({
    "a", "an", "the", "of", "for", "to", "in", "on", "at", "and", "or", "with", "by", "its", "their", "is", "are", "be",
    "that", "this", "as", "from", "into", "it", "within", "about", "each", "any", "all", "our", "your", "we", "who",
    "how", "what", "when", "where", "which", "e", "g", "eg", "ie", "etc", "per", "under", "shall", "must", "should",
    "not", "no",
})  # fmt: skip
FILLER = re.compile(
    r"(?:(?:also|asks?|address(?:es)?|cover(?:s|ing)?|concerns?|deals?|requires?|called|titled|named|describes|means|"
    r"namely|see|title|is|are|for|on|about|with|that|of|the|an?)\b[\s:,“\"'*]*)+",
    re.IGNORECASE,
)
"""What may stand between a number and its name."""

# what a standard's every title is about says nothing about which title it is
SAYS_NOTHING = re.compile(
    r"\b(?:artificial intelligence|information security|ai management system|ai|systems?|aims|isms|organi[sz]ations?)\b"
)
ENDINGS = (
    "ations", "ation", "ating", "ated", "ates", "ate", "ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s",
    "e",
)  # fmt: skip
SHORTEST = 3


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending: assess, assessing and assessments are one."""
    word = word.replace("isation", "ization").replace("ise", "ize")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if not word.endswith("ss"):
        for ending in ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
                word = word[: -len(ending)]
                break
    if len(word) > SHORTEST and word.endswith("e"):
        word = word[:-1]
    if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def words_of(text: str) -> tuple[str, ...]:
    """The significant words, stemmed, in their order; what every title is about (AI systems, ...) is left out."""
    plain = text.lower().replace("life cycle", "lifecycle").replace("life-cycle", "lifecycle").replace("v&v", "vandv")
    plain = SAYS_NOTHING.sub(" ", plain)
    found = [word for word in WORD.findall(plain) if word not in STOP]
    return tuple(stem(word) for word in found)


COMMON = ("data", "information", "process", "management", "control", "use", "document", "policy", "record")
WEAK = frozenset(stem(word) for word in COMMON)
"""So many titles share these that they tell little."""


def weight(words: frozenset[str]) -> float:
    return sum(0.5 if word in WEAK else 1.0 for word in words)

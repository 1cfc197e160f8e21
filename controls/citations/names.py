"""Where a text names a standard, a law or a list of criteria."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from controls.citations.citation import OTHER

ANNEX, LAW = "annex", "law"
"""Families whose numbers look alike: only the name tells them apart. Other frameworks are families of their own."""

FAMILIES: dict[str, str] = {
    "iso42001": ANNEX,
    "iso27001": ANNEX,
    "eu-ai-act": LAW,
    "gdpr-28": LAW,
    "nist-ai-rmf": "nist-ai-rmf",
    "soc2": "soc2",
    "soc2-ai": "soc2-ai",
}

ISO = r"ISO(?: ?/ ?IEC)?(?: (?:TS|TR|DIS|FDIS))?[ _-]?"
YEAR = r"(?: ?: ?\d{4}(?!\d))?"
PATTERNS = {
    "iso42001": (rf"(?:(?:EN )?{ISO})?(?<!\d)42001(?!\d){YEAR}",),
    "iso27001": (rf"(?:(?:EN )?{ISO})?(?<!\d)2700[12](?!\d)(?: ?[:/-] ?(?P<edition>\d{{4}})(?!\d))?",),
    "other_annex": (
        rf"{ISO}\d{{4,5}}(?!\d)(?:-\d)?{YEAR}",
        r"\b(?:PCI[ -]?DSS|SP 800-\d+|HITRUST|CIS Controls?|NIST CSF|TISAX)",
    ),
    "nist-ai-rmf": (
        r"\bNIST[ _-](?:AI(?:[ _-](?:RMF|100-1))?|RMF)",
        r"\bAI[ _-]RMF",
        r"\bAI Risk Management Framework",
    ),
    "soc2": (
        r"\bSOC[ -]?(?:2|II)(?!\d)",
        r"\bTrust Services? (?:Criteria|Principles)",
        r"\bTSP Section 100",
        r"\bTSC\b",
    ),
    "other_law": (
        r"\b(?:Colorado|UK|Korean?|Utah|Texas|Chinese|Brazil(?:ian)?) (?:AI|Artificial Intelligence) (?:Basic )?Act\b",
        r"\b(?:EU )?(?:Data|Data Governance|Digital Services|Digital Markets|Cyber Resilience|Cybersecurity) Act\b",
        r"\b(?:DORA|NIS[ -]?2|DSA|DMA|CRA|MDR|IVDR|TFEU|TEU|CCPA|CPRA|LGPD|DPDPA?|PIPL|HIPAA|n?FADP|BDSG|EHDS)\b",
        r"\b(?:Charter|Convention|Constitution)\b",
        r"\bDirective (?:\(EU\) )?\d{2,4}/\d+",
        r"\bRegulation (?:\(EU\) )?(?:No )?(?!2024/1689|2016/679)\d{2,4}/\d+",
    ),
    "eu-ai-act": (r"(?:\bEU[ _-])?\bAI[ _-]?Act\b", r"\bArtificial Intelligence Act\b", r"(?<!\d)2024/1689(?!\d)"),
    "gdpr-28": (
        r"\b(?:UK |EU )?GDPR\b",
        r"\b(?:DS-?GVO|RGPD)\b",
        r"\bGeneral Data Protection Regulation",
        r"(?<!\d)2016/679(?!\d)",
    ),
}
"""By the catalogue's key, or ``other_`` and the family. What stands first in the text, and then here, is taken."""

NAMES = re.compile(
    "|".join(f"(?P<{key.replace('-', '_')}>{'|'.join(each)})" for key, each in PATTERNS.items()), re.IGNORECASE
)
KEYS = {key.replace("-", "_"): key for key in FAMILIES}
WITH_ANNEX_NUMBERS = re.compile(r"27017|27018|27019|27701|27799|27011|27010")


@dataclass(frozen=True)
class Mention:
    """A name in the text. ``key``: a catalogue's, or ``OTHER``; ``edition``: the year that stands with it.

    ``is_alike``: something else, whose numbers look just like those of this family.
    """

    start: int
    end: int
    key: str
    family: str
    edition: str = ""
    is_alike: bool = False


class Mentions:
    """Every name in a text, in order."""

    def __init__(self, text: str) -> None:
        self.all = [_mention(found) for found in NAMES.finditer(text)]
        self._by_family: dict[str, list[Mention]] = {}
        for mention in self.all:
            self._by_family.setdefault(mention.family, []).append(mention)
        self._all_starts = [each.start for each in self.all]
        self._starts = {family: [each.start for each in found] for family, found in self._by_family.items()}

    def of(self, family: str) -> list[Mention]:
        return self._by_family.get(family, [])

    def between(self, start: int, end: int) -> list[Mention]:
        """All that begin between two offsets, of whatever family."""
        return self.all[bisect_left(self._all_starts, start) : bisect_left(self._all_starts, end)]

    def within(self, family: str, start: int, end: int) -> list[Mention]:
        """Those of a family that begin between two offsets."""
        starts = self._starts.get(family, [])
        return self.of(family)[bisect_left(starts, start) : bisect_left(starts, end)]

    def before(self, family: str, position: int) -> Mention | None:
        """The last one of a family that begins before an offset."""
        index = bisect_left(self._starts.get(family, []), position)
        return self.of(family)[index - 1] if index else None

    def after(self, family: str, position: int) -> Mention | None:
        """The first one of a family that begins at an offset or behind it."""
        index = bisect_right(self._starts.get(family, []), position - 1)
        found = self.of(family)
        return found[index] if index < len(found) else None


def _mention(found: re.Match[str]) -> Mention:
    group = found.lastgroup or ""
    if group in ("other_annex", "other_law"):
        family = LAW if group == "other_law" else ANNEX
        alike = family == LAW or bool(WITH_ANNEX_NUMBERS.search(found[0]))
        return Mention(found.start(), found.end(), OTHER, family, is_alike=alike)
    key = KEYS[group]
    return Mention(found.start(), found.end(), key, FAMILIES[key], found["edition"] or "")

"""What people write for a framework and for a number of it, and which ones they mean."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from controls.models import Framework, Requirement
from grc.models.organisation import Organisation

ALSO_CALLED = {
    "iso42001": ("ISO 42001", "AIMS"),
    "iso27001": ("ISO 27001", "ISO 27001 Annex A"),
    "nist-ai-rmf": ("NIST AI RMF 1.0", "AI RMF", "AI RMF 1.0", "NIST AI 100-1"),
    "soc2": ("SOC 2", "TSC", "Trust Services Criteria"),
    "eu-ai-act": ("AI Act", "EU AIA", "Regulation (EU) 2024/1689"),
    "gdpr-28": ("GDPR Article 28", "Regulation (EU) 2016/679"),
}
"""Further names of the catalogues that come with Assay."""

_ABBREVIATIONS = {"gv": "govern", "mp": "map", "ms": "measure", "mg": "manage"}
_ARTICLE = {"article", "articles", "artikel", "artt"}
_NOISE = {"clause", "section", "control", "criterion", "annex", "requirement", "subcategory", "category", "paragraph",
          "para", "point", "lit", "letter", "no", "nr", "sec"}  # fmt: skip
_YEAR = re.compile(r"(19|20)\d\d")

Key = tuple[str, ...]


def number_key(text: str) -> Key:
    """A number without its spelling: ``GOVERN-1.1`` and ``GV 1.1`` alike, ``Article 26 (5)`` and ``Art 26(5)``."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = [word.lstrip("0") or "0" if word.isdecimal() else word for word in re.findall(r"[^\W\d_]+|\d+", plain)]
    words = ["art" if word in _ARTICLE else word for word in words if word not in _NOISE]
    if words and words[0] in _ABBREVIATIONS and len(words) > 1:
        words[0] = _ABBREVIATIONS[words[0]]
    return tuple(words)


def name_key(text: str) -> str:
    """The name of a framework without its spelling: ``ISO/IEC 42001:2023`` and ``iso42001`` alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"[^\W\d_]+|\d+", plain)
    kept = [word for word in words if word != "iec"]
    without_year = [word for word in kept if not _YEAR.fullmatch(word)] if len(kept) > 2 else kept
    return "".join(without_year)


@dataclass
class Numbers:
    """The requirements of a framework by what people may call them."""

    framework: Framework
    by_code: dict[str, Requirement] = field(default_factory=dict)
    _by_key: dict[Key, list[Requirement]] = field(default_factory=dict)

    @classmethod
    def of(cls, framework: Framework, rows: Iterable[Requirement]) -> "Numbers":
        made = cls(framework)
        for row in rows:
            made.by_code[row.code] = row
            made._by_key.setdefault(number_key(row.code), []).append(row)
        return made

    def find(self, text: str) -> Requirement | None:
        """The requirement that is meant; None where there is none, or two are called so."""
        given = text.strip()
        if given in self.by_code:
            return self.by_code[given]
        key = number_key(given)
        prefix = number_key(self.framework.short)
        for candidate in (key, key[len(prefix) :] if prefix and key[: len(prefix)] == prefix else ()):
            found = self._by_key.get(candidate, [])
            if candidate and len(found) == 1:
                return found[0]
        return None

    def near(self, text: str) -> list[str]:
        """Numbers that differ in their last part alone, the nearest first; three at most."""
        key = number_key(text)
        beside = [other for other in self._by_key if len(other) == len(key) and other[:-1] == key[:-1]]
        beside.sort(key=lambda other: _distance(other[-1], key[-1]))
        return [row.code for other in beside for row in self._by_key[other]][:3]


def _distance(one: str, other: str) -> int:
    return abs(int(one[:9]) - int(other[:9])) if one.isdecimal() and other.isdecimal() else 0


class Frameworks:
    """The frameworks in use by what people may call them, and their requirements, fetched as they are asked for."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self.all: list[Framework] = list(
            Framework.objects.within(organisation)
            .filter(archived_at=None)
            .select_related("key", "organisation")
            .order_by("pk")
        )
        self._numbers: dict[int, Numbers] = {}
        self._names: dict[str, set[int]] = {}
        for framework in self.all:
            names = (framework.reference, framework.short, framework.name, framework.catalogue)
            for name in (*names, *ALSO_CALLED.get(framework.catalogue, ())):
                if name:
                    self._names.setdefault(name_key(name), set()).add(framework.pk)

    def named(self, text: str) -> Framework:
        """The framework that ``text`` means. Raises ``LookupError`` with a sentence."""
        exact = [one for one in self.all if text.strip() in (one.reference, one.short)]
        if len(exact) == 1:
            return exact[0]
        found = self._names.get(name_key(text), set())
        if len(found) == 1:
            return next(one for one in self.all if one.pk in found)
        if found:
            text = _("Several frameworks are called “%(name)s”: write the reference of one.") % {"name": text[:60]}
            raise LookupError(text)
        raise LookupError(_("No framework in use is called “%(name)s”.") % {"name": text.strip()[:60]})

    def numbers(self, framework: Framework) -> Numbers:
        if framework.pk not in self._numbers:
            rows = Requirement.objects.within(self._organisation).filter(framework=framework, archived_at=None)
            made = list(rows.order_by("position", "pk"))
            for row in made:
                row.framework, row.organisation = framework, self._organisation
            self._numbers[framework.pk] = Numbers.of(framework, made)
        return self._numbers[framework.pk]


def dead_end(numbers: Numbers, text: str) -> str:
    """The sentence for a number that the framework has not."""
    values = {"short": numbers.framework.short, "number": text.strip()[:60]}
    near = numbers.near(text)
    if near:
        return _("%(short)s has no “%(number)s”; near it are %(near)s.") % {**values, "near": ", ".join(near)}
    return _("%(short)s has no “%(number)s”.") % values

"""Saying which numbers of requirements in a text, or in a row of an import, are wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from controls.citations import sentences
from controls.citations.citation import OTHER, Citation, Finding, Kind
from controls.citations.context import NEAR
from controls.citations.exists import exists, is_older, mirrored
from controls.citations.find import find_citations
from controls.citations.known import misnamed, misnumbered, older, wrong_counts
from controls.citations.layout import Layout
from controls.citations.names import FAMILIES, Mentions
from controls.citations.numbers import canonical
from controls.citations.said import head_of
from controls.citations.titles import OWN_AT_MOST, fit, items, other_named
from controls.citations.words import FILLER, words_of

NEGATED = re.compile(r"\b(?:not|isn[’']t|never|rather than|instead of|unlike|neither)\b", re.IGNORECASE)
FIRST_WORDS = 3
GUIDANCE = re.compile(r"\b(?:guidance|annex b)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """``numbers``: how many were found; ``findings``: what is wrong, in the order of the text."""

    numbers: int
    findings: list[Finding]

    @property
    def mistakes(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_mistake]


def check_text(text: str, framework: str = "") -> list[Finding]:
    """What is wrong with the numbers in ``text``, in its order. ``framework``: see ``find_citations``."""
    return examine(text, framework).findings


def examine(text: str, framework: str = "") -> Checked:
    """``check_text``, with the number of numbers that it looked at."""
    citations = find_citations(text, framework)
    found = [finding for each in citations if (finding := judge(each, text)) is not None]
    found += _counts(text, framework)
    return Checked(len(citations), sorted(found, key=lambda finding: (finding.start, finding.end)))


def check_row(framework: str, code: str, title: str) -> Finding | None:
    """What is wrong with a row of a list: a code of the shipped catalogue ``framework``, called ``title``.

    None where nothing is, and where that catalogue cannot tell: it is not shipped, is of a part of the standard or the
    law only, or the code is none of its kind.
    """
    read = canonical(code)
    if framework not in FAMILIES or read is None or read.family != FAMILIES[framework]:
        return None
    if read.is_bare and framework != "iso42001":
        return None
    return judge(
        Citation(0, len(code), 1, code.strip(), read.code, (framework,), title.strip(), is_usual=read.is_usual)
    )


def judge(citation: Citation, text: str = "") -> Finding | None:
    """What is wrong with one number. ``text``: what it stands in."""
    if citation.code.startswith("B."):
        return _of_annex_b(citation, text)
    return _misnamed(citation) or _missing(citation) or _spelled(citation)


def _misnamed(citation: Citation) -> Finding | None:
    """Called by another's name: in one of the frameworks it may belong to, and by its own in none of them."""
    if not citation.said:
        return None
    name = _name_in(citation.said)
    head, whole = words_of(name), frozenset(words_of(citation.said))
    for framework in citation.frameworks:
        if framework == OTHER or not exists(framework, citation.code):
            continue
        right, why = _named(framework, citation, head, whole)
        others = (key for key in citation.frameworks if key not in (framework, OTHER))
        if right and not any(fit(key, citation.code, whole | frozenset(head)) for key in others):
            sentence = sentences.other_name(framework, citation.code, name.strip(" ,")[:80], right, why)
            return _finding(Kind.OTHER_NAME, citation, framework, right, sentence)
    return None


def _name_in(said: str) -> str:
    """What may be a name, without what leads to it: “covers”, “requires”."""
    head = head_of(said)
    leads = FILLER.match(head)
    return head[leads.end() :] if leads else head


def _named(framework: str, citation: Citation, head: tuple[str, ...], whole: frozenset[str]) -> tuple[str, str]:
    """The code whose name is said, and why it is often confused; both empty where it is this one's own."""
    known = misnamed().get((framework, citation.code))
    if known is not None and _is_known(known.called, citation.said, head):
        own = fit(framework, citation.code, whole)
        return (known.meant, known.why) if known.in_spite_of_title or own < 1 else ("", "")
    if NEGATED.search(citation.said):
        return "", ""
    return other_named(framework, citation.code, head, whole), ""


def _is_known(called: tuple[str, ...], said: str, head: tuple[str, ...]) -> bool:
    """One of the wrong names is among the first words; a name of one word is all there is."""
    if NEGATED.search(said):
        return False
    for name in called:
        words = words_of(name)
        length = len(words)
        if length == 1 and head == words:
            return True
        if length > 1 and any(head[at : at + length] == words for at in range(FIRST_WORDS)):
            return True
    return False


def _missing(citation: Citation) -> Finding | None:
    """In none of the frameworks that it may belong to, or only in an earlier edition of one."""
    ours = [key for key in citation.frameworks if key != OTHER]
    if len(ours) < len(citation.frameworks) or any(exists(key, citation.code) for key in ours):
        return None
    if not citation.is_near and _is_of_another(citation):
        return None
    for framework in ours:
        if is_older(framework, citation.code):
            if citation.edition and citation.edition < "2022":
                return None  # it says itself which edition it is of
            now = older()[framework].numbers.get(citation.code, ("",))[0]
            return _finding(Kind.OLDER, citation, framework, now, sentences.older_edition(framework, citation.code))
    right, why = "", ""
    known = misnumbered().get((ours[0], citation.code)) if len(ours) == 1 else None
    if known is not None:
        right, why = known.meant, known.why
    elif len(ours) == 1:
        right = _meant(ours[0], citation)
    sentence = sentences.missing(ours, citation.code, right, why)
    return _finding(Kind.MISSING, citation, ours[0], right, sentence)


def _is_of_another(citation: Citation) -> bool:
    """The text names one framework somewhere, and here, by its name, a requirement of another that counts alike."""
    whole, family = frozenset(words_of(citation.said)), FAMILIES[citation.frameworks[0]]
    others = (key for key, its in FAMILIES.items() if its == family and key not in citation.frameworks)
    return any(fit(key, citation.code, whole) >= OWN_AT_MOST for key in others)


def _meant(framework: str, citation: Citation) -> str:
    """What a number that does not exist may stand for: whose name is said, or the same number in the annex."""
    head, whole = words_of(_name_in(citation.said)), frozenset(words_of(citation.said))
    if right := other_named(framework, citation.code, head, whole):
        return right
    control = f"A.{citation.code}"
    return control if framework == "iso42001" and control in items(framework) else ""


def _of_annex_b(citation: Citation, text: str) -> Finding | None:
    """Guidance is fine where it is called guidance; as a control it is not."""
    if OTHER in citation.frameworks:
        return None
    right = mirrored(citation.code)
    known = misnumbered().get(("iso42001", citation.code))
    if known is not None or not right:
        if not right and citation.code == "B.1":
            return None
        meant, why = (known.meant, known.why) if known else ("", "")
        sentence = sentences.missing(("iso42001",), citation.code, meant, why)
        return _finding(Kind.MISSING, citation, "iso42001", meant, sentence)
    before = text[max(0, citation.start - 200) : citation.start].rpartition("\n")[2]
    if GUIDANCE.search(before) or GUIDANCE.search(text[citation.end : citation.end + 60].partition("\n")[0]):
        return None
    return _finding(Kind.GUIDANCE, citation, "iso42001", right, sentences.guidance(citation.code, right))


def _spelled(citation: Citation) -> Finding | None:
    if citation.is_usual or not citation.framework or not exists(citation.framework, citation.code):
        return None
    sentence = sentences.spelling(citation.framework, citation.code)
    return _finding(Kind.SPELLING, citation, citation.framework, citation.code, sentence)


def _counts(text: str, framework: str) -> Iterator[Finding]:
    """How many there are of something, where a wrong number is often given and the text is about that framework."""
    found = [(each, wrong) for wrong in wrong_counts() for each in _count(wrong.said).finditer(text)]
    if not found:
        return
    mentions, layout = Mentions(text), Layout(text)
    for each, wrong in found:
        near = mentions.within(FAMILIES[wrong.framework], each.start() - NEAR, each.end() + NEAR)
        if any(mention.key == wrong.framework for mention in near) or (not near and framework == wrong.framework):
            place = Citation(each.start(), each.end(), layout.line_at(each.start()).number, each[0], "", ())
            yield _finding(Kind.COUNT, place, wrong.framework, "", wrong.why)


@cache
def _count(said: str) -> re.Pattern[str]:
    """“73 subcategories”, with a plus behind the number or a word before the noun."""
    number, _space, noun = said.partition(" ")
    return re.compile(rf"(?<![\w.,]){number}\+? (?:[A-Za-z-]{{1,30}} )?{noun}\b")


def _finding(kind: Kind, citation: Citation, framework: str, right: str, sentence: str) -> Finding:
    title = items(framework)[right].name if right else ""
    return Finding(
        kind=kind,
        line=citation.line,
        start=citation.start,
        end=citation.end,
        written=citation.written,
        framework=framework,
        code=citation.code,
        said=citation.said,
        right=right,
        right_title=title,
        sentence=sentence,
    )

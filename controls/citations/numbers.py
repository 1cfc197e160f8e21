"""What looks like a number of a requirement, as it is written, and as its catalogue would write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from controls.citations.names import ANNEX, LAW

FUNCTIONS = {
    "GOVERN": "GOVERN", "GOV": "GOVERN", "GV": "GOVERN",
    "MAP": "MAP", "MP": "MAP",
    "MEASURE": "MEASURE", "MEAS": "MEASURE", "MEA": "MEASURE", "MS": "MEASURE",
    "MANAGE": "MANAGE", "MAN": "MANAGE", "MG": "MANAGE",
}  # fmt: skip
DASH = r"\-\u2010-\u2015"
GAP = r"[ \t]"
ENDS = r"(?!\w|\.\d|%)"
PARTS = rf"(?P<parts>(?:{GAP}?\(\w{{1,4}}\)){{0,3}})"

LETTERED = re.compile(
    rf"(?<![\w.])(?:Annex{GAP}{{1,2}}(?P<word>[AB])[,:]?{GAP}{{0,2}}(?:controls?{GAP})?"
    rf"|(?P<letter>[AB])(?P<mark>[.{DASH} ]?))(?P<number>\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}){ENDS}"
)
CLAUSE = re.compile(rf"(?<![\w.])(?:[4-9]|1\d)(?:\.\d{{1,2}}){{1,2}}{ENDS}")
NIST = re.compile(
    rf"(?<![\w.])(?P<function>GOVERN|GOV|GV|MAP|MP|MEASURE|MEAS|MEA|MS|MANAGE|MAN|MG|Govern|Map|Measure|Manage)"
    rf"(?P<mark>{GAP}?[.{DASH}_]?{GAP}?)(?P<number>\d{{1,2}}(?P<part>\.\d{{1,2}})?)(?P<action>-\d{{3}})?{ENDS}"
)
CRITERION = re.compile(rf"(?<![\w.])(?P<group>CC|PI|PP|P|A|C)(?P<mark>[ -]?)(?P<number>\d{{1,2}}\.\d{{1,2}}){ENDS}")
THEME = re.compile(r"(?<![\w.])AI-EXT-\d{1,2}(?!\w|\.\d)")
ARTICLE = re.compile(
    rf"(?<!\w)(?P<noun>articles?|arts?)\.?{GAP}{{0,2}}(?P<number>\d{{1,3}}){PARTS}(?!\w|\.\d)", re.IGNORECASE
)
NEXT_ARTICLE = re.compile(rf"(?:[,;]|,?{GAP}(?:and|or|to)|{GAP}?[&{DASH}]){GAP}?(?P<number>\d{{1,3}}){PARTS}{ENDS}")
ROMAN = re.compile(rf"(?<!\w)Annex(?:es)?{GAP}(?P<number>[IVX]{{1,5}})(?!\w)")
PART = re.compile(r"\((\w{1,4})\)")


@dataclass(frozen=True)
class Written:
    """A number as it stands in the text, before one knows whose it is.

    ``family``: which frameworks write so; ``is_bare``: a mere number, which needs a reason to be one of a requirement;
    ``is_loose``: written in a way that means something else elsewhere; so it needs the name of its framework nearby.
    """

    start: int
    end: int
    family: str
    code: str
    is_usual: bool = True
    is_bare: bool = False
    is_loose: bool = False
    needs_name: bool = False


def numbers_in(text: str) -> list[Written]:
    """Every one, in order, none within another."""
    found = [*_lettered(text), *_criteria(text), *_functions(text), *_themes(text), *_articles(text), *_clauses(text)]
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Written] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _lettered(text: str) -> Iterator[Written]:
    for found in LETTERED.finditer(text):
        letter, number = found["letter"] or found["word"], found["number"]
        usual = found["mark"] == "."
        if number.split(".")[0] in ("0", "00") or (not usual and ("." not in number or number.startswith("1."))):
            continue
        yield Written(found.start(), found.end(), ANNEX, f"{letter}.{number}", usual, is_loose=not usual)


def _clauses(text: str) -> Iterator[Written]:
    for found in CLAUSE.finditer(text):
        yield Written(found.start(), found.end(), ANNEX, found[0], is_bare=True)


def _functions(text: str) -> Iterator[Written]:
    for found in NIST.finditer(text):
        name, mark, part = found["function"], found["mark"], found["part"] or ""
        whole = name in ("GOVERN", "MAP", "MEASURE", "MANAGE")
        if not part and not whole and not name.istitle():
            continue  # MP-2, MS-7 are controls of other lists
        dashed = bool(mark.strip())
        code = f"{FUNCTIONS[name.upper()]} {found['number']}"
        usual = bool(found["action"]) or (whole and mark == " ")
        loose = not part or not (dashed or whole)
        yield Written(found.start(), found.end(), "nist-ai-rmf", code, usual, needs_name=loose)


def _criteria(text: str) -> Iterator[Written]:
    for found in CRITERION.finditer(text):
        group, number, mark = found["group"], found["number"], found["mark"]
        if (mark and group != "CC") or (group in "AC" and not number.startswith("1.")):
            continue
        if number.endswith(".0"):
            number = number.partition(".")[0]  # the head of a category is written P1.0 or P1
        yield Written(
            found.start(), found.end(), "soc2", f"{group}{number}", not mark, needs_name=group not in ("CC", "PI", "PP")
        )


def _themes(text: str) -> Iterator[Written]:
    return (Written(found.start(), found.end(), "soc2-ai", found[0]) for found in THEME.finditer(text))


def _articles(text: str) -> Iterator[Written]:
    for found in ARTICLE.finditer(text):
        one: re.Match[str] | None = found
        while one is not None:
            start = found.start() if one is found else one.start("number")
            parts = "".join(f"({part.lower()})" for part in PART.findall(one["parts"]))
            yield Written(start, one.end(), LAW, f"Art {int(one['number'])}{parts}")
            one = NEXT_ARTICLE.match(text, one.end()) if found["noun"].lower() != "article" else None
    for found in ROMAN.finditer(text):
        yield Written(found.start(), found.end(), LAW, f"Annex {found['number']}", is_loose=True)


def canonical(written: str) -> Written | None:
    """The number that a cell of a list holds and nothing else; None where it holds something else."""
    text = written.strip()
    return next((each for each in numbers_in(text) if (each.start, each.end) == (0, len(text))), None)

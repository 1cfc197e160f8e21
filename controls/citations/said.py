"""What a text says a number is: the phrase behind it, the next cell of its table, or the name it stands behind."""

import re

from controls.citations.layout import Layout, Line

LONGEST = 140
LINK = re.compile(r"\]\([^)\s]{0,300}\)")
BETWEEN = re.compile(r"(?:[\s:,;.|*_`\"'“”‘’()\[\]{}<>=/→-]|[\u2010-\u2015])*")
SENTENCE_ENDS = re.compile(r"[.!?](?:\s|$)")
NAME_ENDS = re.compile(r"\s[\u2010-\u2015-]\s|[;:()\[\]|\t\n\u2013\u2014]|[.!?](?:\s|$)")
LAST_WORDS = re.compile(r"(?:^|[.;:|\t\u2013\u2014•]|[-*]\s|\d[.)]\s)([^.;:|\t\u2013\u2014•]{2,100})\Z")
GOES_ON = re.compile(
    r"(?:and|or|nor|as|plus|with|to|through|via|by|when|while|because|if|before|after|in|from|at|than|but|so|which|that"
    r"|who|under|together|since|until|both|not)\b",
    re.IGNORECASE,
)
"""What begins with such a word goes on with a sentence: it names nothing."""

IN_A_SENTENCE = re.compile(r",\s")
MOST_BEFORE = 7
NUMBER = re.compile(r"\d\.\d|\d\(\d|\bart", re.IGNORECASE)
OF_NAMES = re.compile(
    r"title|name|control|requirement|criteri|clause|topic|subject|descri|objective|article|provision|what|text|theme"
    r"|category|domain|area|annex",
    re.IGNORECASE,
)
OF_OUR_OWN = re.compile(
    r"implement|evidence|status|\bhow\b|owner|\bour\b|note|comment|justif|mapp|mapping|response|measure|applicab|tool",
    re.IGNORECASE,
)
"""Heads of columns that hold the names of requirements, and of those that hold what somebody does about them."""

ALONE = re.compile(r"[\s|:.*_#`\"'()\[\]-]*")


def said_of(text: str, layout: Layout, start: int, end: int, next_start: int) -> str:
    """The words that may name a number; the next one begins at ``next_start``.

    ``start`` and ``end``: of the number, with the name of its framework where that stands beside it.
    """
    line = layout.line_at(start)
    if line.cells:
        return _in_table(text, layout, line, start, end, next_start)
    behind = _behind(text, end, min(line.end, next_start))
    if behind:
        return behind
    if text[max(0, start - 1) : start] in ("(", "["):
        return _before(text[line.start : start - 1])
    return _below(text, layout, line, start, end, next_start)


def head_of(said: str) -> str:
    """The part of what is said that may be a name: up to the first mark that ends one."""
    ends = NAME_ENDS.search(said)
    return said[: ends.start()] if ends else said


def _behind(text: str, end: int, limit: int) -> str:
    limit = min(limit, end + 2 * LONGEST + 300)
    link = LINK.match(text, end, limit)
    between = BETWEEN.match(text, link.end() if link else end, limit)
    first = between.end() if between else end
    said = text[first : min(limit, first + LONGEST)]
    if GOES_ON.match(said) or IN_A_SENTENCE.match(text, end) or text[limit - 1 : limit] in ("(", "["):
        return ""  # it goes on with a sentence, or names the number that follows in brackets
    ends = SENTENCE_ENDS.search(said)
    return (said[: ends.start()] if ends else said).strip()


def _in_table(text: str, layout: Layout, line: Line, start: int, end: int, next_start: int) -> str:
    cell = line.cell(start)
    first, last = line.cell_span(cell)
    if own := _behind(text, end, min(last, next_start)):
        return own
    alone = ALONE.fullmatch(text[first:start])
    first, last = line.cell_span(cell + 1)
    if not alone or next_start < last or not _is_for_names(text, layout, line, cell):
        return ""
    return text[first : min(last, first + LONGEST)].strip(" \r*_`\"'|")


def _is_for_names(text: str, layout: Layout, line: Line, cell: int) -> bool:
    """Whether the column beside a column of numbers holds their names: its head says so, or there is no head."""
    top = layout.lines[line.table]
    first, last = top.cell_span(cell)
    if top is line or NUMBER.search(text, first, last):
        return True
    first, last = top.cell_span(cell + 1)
    head = text[first : min(last, first + LONGEST)]
    return not OF_OUR_OWN.search(head) and bool(OF_NAMES.search(head) or not head.strip(" -:*|\r"))


def _before(text: str) -> str:
    """A few words that the number stands behind, in brackets; nothing where they are a part of a sentence."""
    found = LAST_WORDS.search(text[-120:])
    words = found[1].split() if found and len(text) <= 120 else []
    return " ".join(words) if 0 < len(words) <= MOST_BEFORE else ""


def _below(text: str, layout: Layout, line: Line, start: int, end: int, next_start: int) -> str:
    """The next line, of a number that stands alone on its own, as in what is copied from a table."""
    if not ALONE.fullmatch(text[line.start : start]) or not ALONE.fullmatch(text[end : line.end]):
        return ""
    below = layout.next_line(line)
    if below is None or below.cells or next_start < below.end:
        return ""
    return text[below.start : min(below.end, below.start + LONGEST)].strip()

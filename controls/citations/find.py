"""Finding the numbers of requirements in a text."""

import re
from collections.abc import Iterator

from controls.citations.citation import OTHER, Citation
from controls.citations.context import Belongs, Context
from controls.citations.layout import Layout
from controls.citations.names import ANNEX, LAW
from controls.citations.numbers import Written, numbers_in
from controls.citations.said import said_of
from controls.citations.titles import items

CONNECTED = re.compile(r"[\s,;/&+\u2010-\u2015-]*(?:(?:and|or|to|through)\s*)?")
CLAUSE_BEFORE = re.compile(r"(?:clauses?|sub-?clauses?|cl\.?)[\s:]*\Z", re.IGNORECASE)
OF_SOMETHING_ELSE = re.compile(
    r"[\s,]*(?:\([a-z]\)\s*)?of\s+(?:the|this|that|our|your|its|these|any|each)\s+(?!standard\b|ISO\b|AI management)\w",
    re.IGNORECASE,
)
CELL_OF_NUMBERS = re.compile(r"[\s\d.,;/&()|*`A-Za-z-]{0,60}")
OWN_ANNEX = re.compile(r"(?<![\w.])A\.1(?:\.\d|\b)")


def find_citations(text: str, framework: str = "") -> list[Citation]:
    """The numbers in ``text`` that are, or claim to be, of requirements, in order.

    ``framework``: the key of the catalogue that is meant where the text does not say. Linear in the text's length.
    """
    text = text.replace("\u00a0", " ")
    written = numbers_in(text)
    if not written:
        return []
    layout = Layout(text)
    context = Context(text, layout, framework)
    own_annex = OWN_ANNEX.search(text) is not None
    found = []
    for group in _connected(text, written):
        belongs = context.belongs(group[0].family, group[0].start, group[-1].end)
        if group[0].is_bare and not _is_clause(context, group, belongs):
            continue
        for index, each in enumerate(group):
            frameworks = _frameworks(each, belongs, own_annex)
            if not frameworks or (each.is_bare and not group[0].is_bare):
                continue
            found.append((each, belongs, frameworks, index > 0))
    return list(_citations(context, found))


def _connected(text: str, written: list[Written]) -> Iterator[list[Written]]:
    """Numbers of one family that follow each other with nothing but commas and the like between."""
    group: list[Written] = []
    for each in written:
        gap = text[group[-1].end : each.start] if group else ""
        if group and (each.family != group[0].family or len(gap) > 12 or "\n" in gap or not CONNECTED.fullmatch(gap)):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _is_clause(context: Context, group: list[Written], belongs: Belongs) -> bool:
    """Whether mere numbers are those of clauses: introduced as such, or in a place where nothing else stands."""
    if belongs.frameworks != ("iso42001",) or not belongs.is_near:
        return False
    text, start, end = context.text, group[0].start, group[-1].end
    if OF_SOMETHING_ELSE.match(text, end):
        return False
    if CLAUSE_BEFORE.search(text[max(0, start - 14) : start]) or context.introduces("iso42001", start):
        return True
    line = context.layout.line_at(start)
    if context.heads_column("iso42001", start):
        first, last = line.cell_span(line.cell(start))
        return CELL_OF_NUMBERS.fullmatch(text[first:last]) is not None
    first, _last = context.layout.span(start)
    return context.framework == "iso42001" and not text[first:start].strip(" \t*#-•|")


def _frameworks(each: Written, belongs: Belongs, own_annex: bool) -> tuple[str, ...]:
    """The catalogues that the number may belong to; none where it is no number of a requirement."""
    if each.family not in (ANNEX, LAW):
        return () if each.needs_name and not belongs.is_named else belongs.frameworks
    if belongs.frameworks == (OTHER,) or (each.is_loose and not belongs.is_near):
        return ()
    return _laws(each, belongs) if each.family == LAW else _standards(each, belongs, own_annex)


def _laws(each: Written, belongs: Belongs) -> tuple[str, ...]:
    """An article of who knows which law is one of ours only if our catalogue has it."""
    if not belongs.is_named:
        return tuple(key for key in belongs.frameworks if each.code in items(key))
    if each.code.startswith("Annex") and belongs.frameworks != ("eu-ai-act",):
        return ()
    return belongs.frameworks


def _standards(each: Written, belongs: Belongs, own_annex: bool) -> tuple[str, ...]:
    """Where no standard is named, a text with an A.1 counts its own annex; Annex B is one of ISO/IEC 42001 alone."""
    guidance = each.code.startswith("B.")
    if not belongs.is_named and (own_annex or (guidance and each.code.count(".") < 3)):
        return ()
    return tuple(key for key in belongs.frameworks if not guidance or key != "iso27001")


def _citations(context: Context, found: list[tuple[Written, Belongs, tuple[str, ...], bool]]) -> Iterator[Citation]:
    text, layout = context.text, context.layout
    for index, (each, belongs, frameworks, follows) in enumerate(found):
        next_start = found[index + 1][0].start if index + 1 < len(found) else len(text)
        said = ""
        if not follows or text[each.end : each.end + 2].strip().startswith(("(", "[")):
            first, last = context.from_name(each.family, each.start), context.past_name(each.family, each.end)
            said = said_of(text, layout, first, last, next_start)
        yield Citation(
            start=each.start,
            end=each.end,
            line=layout.line_at(each.start).number,
            written=text[each.start : each.end],
            code=each.code,
            frameworks=frameworks,
            said=said,
            is_usual=each.is_usual,
            is_near=belongs.is_near,
            edition=belongs.edition,
        )

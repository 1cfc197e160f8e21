"""Formatted text as HTML: every tag is written here, every letter is escaped, so nothing else can appear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from grc.formatted.reading import GAP, is_safe, plain, tokens_of

TAGS = {
    "paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "blockquote": "blockquote",
    "table": "table", "thead": "thead", "tbody": "tbody", "tr": "tr", "th": "th", "td": "td", "strong": "strong",
    "em": "em",
}  # fmt: skip
HIGHEST = 3
"""The page has its own first and second level of headings."""
CONTENTS_FROM = 4
"""So many headings ask for a table of contents."""

LINK = 'rel="noopener noreferrer"'


@dataclass(frozen=True)
class Shown:
    """``contents``: (anchor, words, level 1 to 3) of each heading, empty for a short text."""

    html: SafeString
    contents: Sequence[tuple[str, str, int]]


def shown(text: str, anchor: str = "part") -> Shown:
    """``text`` for a page. ``anchor`` begins the ids of its headings (letters only)."""
    tokens = tokens_of(text)
    if not tokens and text.strip():
        return Shown(_typed(text), ())
    contents: list[tuple[str, str, int]] = []
    html = "".join(_blocks(tokens, contents, anchor, _levels(tokens)))
    return Shown(mark_safe(html), contents if len(contents) >= CONTENTS_FROM else ())


def _levels(tokens: Sequence[Token]) -> dict[str, str]:
    """The levels that the text uses, brought below the page's own without a step left out."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    return {tag: f"h{min(HIGHEST + at, 6)}" for at, tag in enumerate(used)}


def _blocks(
    tokens: Sequence[Token], contents: list[tuple[str, str, int]], anchor: str, levels: dict[str, str]
) -> Iterator[str]:
    for at, token in enumerate(tokens):
        name, _under, end = token.type.rpartition("_")
        if token.type == "inline":
            yield "".join(_inline(token.children or ()))
        elif name == "heading":
            tag = levels[token.tag]
            if end == "open":
                place = f"{anchor}-{len(contents) + 1}"
                contents.append((place, plain(tokens[at + 1]), min(int(token.tag[1]), 3)))
                yield f'<{tag} id="{place}">'
            else:
                yield f"</{tag}>"
        elif name in TAGS and not (token.hidden and name == "paragraph"):
            yield _block(name, token, opens=end == "open")


def _block(name: str, token: Token, *, opens: bool) -> str:
    tag = TAGS[name]
    if name == "table":
        # a table that is wider than the page is scrolled, also by keyboard
        return '<div class="table-responsive" tabindex="0"><table class="table">' if opens else "</table></div>"
    if not opens:
        return f"</{tag}>"
    start = token.attrGet("start")
    if name == "ordered_list" and isinstance(start, int) and 1 < start < 1_000_000:
        return f'<ol start="{start}">'
    return '<th scope="col">' if name == "th" else f"<{tag}>"


def _inline(children: Sequence[Token]) -> Iterator[str]:
    leads: list[bool] = []
    for child in children:
        name, _under, end = child.type.rpartition("_")
        if child.type in {"softbreak", "hardbreak"}:
            yield "<br>"
        elif name == "link" and end == "open":
            href = str(child.attrGet("href") or "")
            leads.append(is_safe(href))
            yield f'<a href="{escape(href)}" {LINK}>' if leads[-1] else ""
        elif name == "link":
            yield "</a>" if leads.pop() else ""
        elif name in {"strong", "em"}:
            yield f"<{name}>" if end == "open" else f"</{name}>"
        else:
            yield _words(child.content)


def _words(text: str) -> str:
    """Escaped, with missing facts marked."""
    parts, at = [], 0
    for found in GAP.finditer(text):
        parts += [escape(text[at : found.start()]), f"<mark>{escape(found[0])}</mark>"]
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def _typed(text: str) -> SafeString:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return mark_safe("".join(f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in paragraphs))

"""What of Markdown is understood: headings, bold, italic, lists, tables, quotes, links. Nothing else has a meaning.

Raw HTML, images, code and references are plain letters here, so nothing has to be taken out again afterwards.
"""

import re
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES = {"http", "https", "mailto"}
MOST = 50_000
"""Characters that are read as formatted text; what is longer is shown as it was typed."""

DEEPEST = 24
RULES = ("heading", "list", "table", "blockquote", "emphasis", "link", "newline", "escape")
GAP = re.compile(r"\[say [^\[\]\n]{1,300}\]", re.IGNORECASE)
"""A fact that is missing, as starter texts write it: “[say who approves it]”."""


def is_safe(href: str) -> bool:
    """Whether a link may lead there: to an address of the web or of mail, whole and without anything hidden in it."""
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in href):
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.path if parts.scheme.lower() == "mailto" else parts.netloc)


class Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (the library's own name for it)
        return is_safe(url)


@cache
def _parser() -> MarkdownIt:
    return Parser("zero", {"html": False, "breaks": True, "maxNesting": DEEPEST}).enable(list(RULES))


def tokens_of(text: str) -> Sequence[Token]:
    """The tokens of ``text``; none where it is too long to be read as more than letters."""
    return _parser().parse(text) if len(text) <= MOST else []


def gaps_of(text: str) -> list[str]:
    """The missing facts of ``text``, each once, in order: what to say, without the brackets."""
    return list(dict.fromkeys(found[0][1:-1] for found in GAP.finditer(text)))


def plain(token: Token) -> str:
    """The words of an inline token; a link is followed by where it leads."""
    parts: list[str] = []
    href = ""
    for child in token.children or ():
        if child.type in {"text", "text_special"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            href = str(child.attrGet("href") or "")
        elif child.type == "link_close" and href and href not in "".join(parts):
            parts.append(f" ({href.removeprefix('mailto:')})")
    return "".join(parts)

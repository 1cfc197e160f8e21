"""Formatted text as blocks of a document: the same tokens as on the page."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from grc.formatted.reading import plain, tokens_of
from grc.reports.document import Block, Heading, Items, Note, Paragraph, Table

BULLETS = ("•", "–", "·")


def blocks_of(text: str, *, level: int = 2, listed: bool = True) -> Iterator[Block]:
    """``level``: of the text's highest headings; ``listed``: whether they have a place in the document's contents."""
    tokens = tokens_of(text)
    if not tokens:
        yield Paragraph(text)
    at = 0
    while at < len(tokens):
        token, end = tokens[at], _end(tokens, at)
        inside = tokens[at + 1 : end]
        if token.type == "heading_open":
            yield Heading(plain(inside[0]), min(level + int(token.tag[1]) - 1, 3), listed)
        elif token.type == "paragraph_open":
            yield Paragraph(plain(inside[0]))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield Items(list(_items(tokens[at : end + 1])))
        elif token.type == "blockquote_open":
            yield Note("\n".join(plain(one) for one in inside if one.type == "inline"))
        elif token.type == "table_open":
            yield _table(inside)
        at = end + 1


def words_of(text: str) -> str:
    """The text without its marks, for a cell of a table: its parts in lines."""
    lines: list[str] = []
    for block in blocks_of(text):
        match block:
            case Items(items):
                lines += [f"{mark} {words}".strip() for _depth, mark, words in items]
            case Table(headings, rows):
                lines += [" · ".join(cell for cell in row if cell) for row in (headings, *rows)]
            case Heading(words) | Paragraph(words) | Note(words):
                lines.append(words)
    return "\n".join(lines)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where what opens at ``at`` closes."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _items(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """(depth, mark, words) of every entry; a second paragraph of an entry has no mark."""
    numbers: list[int | None] = []
    mark = ""
    for token in tokens:
        if token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            mark = BULLETS[min(len(numbers), len(BULLETS)) - 1] if number is None else f"{number}."
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            yield len(numbers) - 1, mark, plain(token)
            mark = ""


def _table(inside: Sequence[Token]) -> Table:
    rows: list[list[str]] = []
    for token in inside:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(plain(token))
    return Table(rows[0], rows[1:])

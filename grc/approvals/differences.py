"""What a version changes against the one in force: fields word by word, rows of children, links, the register's own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from grc.approvals.words import Piece, compare, folded, marked

KNOWN = {"format", "register", "kind", "reference", "title", "archived", "sections", "related", "links"}
"""Parts of ``grc.actions.versions.snapshot`` that are compared by name; every other is compared as plain data."""

Row = list[str]


@dataclass(frozen=True)
class FieldDifference:
    heading: str
    pieces: list[Piece]

    @property
    def html(self) -> SafeString:
        return marked(self.pieces)


@dataclass(frozen=True)
class RowDifference:
    """``kind`` is added, removed or changed; a cell is (before, after), the same twice where it stays."""

    kind: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class TableDifference:
    title: str
    headings: list[str]
    rows: list[RowDifference]


@dataclass
class Differences:
    """``unchanged``: how many fields say what they said before."""

    fields: list[FieldDifference] = field(default_factory=list)
    tables: list[TableDifference] = field(default_factory=list)
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.fields or self.tables)


def differences(before: dict[str, Any], after: dict[str, Any]) -> Differences:
    """What differs between two version bodies (``grc.actions.versions.snapshot``), in the order of ``after``."""
    found = Differences()
    old, new = _facts(before), _facts(after)
    for name in dict.fromkeys([*new, *old]):
        heading, text = new.get(name) or (old[name][0], "")
        _note(found, heading, old.get(name, ("", ""))[1], text)
    if before.get("archived") != after.get("archived"):
        _note(found, _("Archived"), _yes(before.get("archived")), _yes(after.get("archived")))
    for title, was, now in _tables(before, after):
        rows = list(_row_differences(was[1], now[1]))
        if rows:
            found.tables.append(TableDifference(title, now[0] or was[0], rows))
    for name in sorted({*before, *after} - KNOWN):
        if not (_is_table(before.get(name)) or _is_table(after.get(name))):
            old_text, new_text = _plain(before.get(name)), _plain(after.get(name))
            _note(found, _capital(name), old_text, new_text)
    return found


@dataclass(frozen=True)
class Extra:
    """A part of a version beyond fields, children and links: a table where ``headings`` are, otherwise text."""

    title: str
    headings: Row
    rows: list[Row]
    text: str


def extras_of(body: dict[str, Any]) -> list[Extra]:
    """Everything but the attachments, which are shown with their downloads."""
    found = []
    for name in sorted(set(body) - KNOWN - {"attachments"}):
        if _is_table(body[name]):
            names = list(dict.fromkeys(key for row in body[name] for key in row))
            headings, rows = _listed(body[name], names)
            found.append(Extra(_capital(name), headings, rows, ""))
        elif body[name]:
            found.append(Extra(_capital(name), [], [], _plain(body[name])))
    return found


def _note(found: Differences, heading: str, before: str, after: str) -> None:
    if before == after:
        found.unchanged += 1
    else:
        found.fields.append(FieldDifference(heading, folded(compare(before, after))))


def _facts(body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        fact["name"]: (fact["heading"], fact["text"])
        for section in body.get("sections", ())
        for fact in section["facts"]
    }


Table = tuple[Row, list[Row]]


def _tables(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Table, Table]]:
    """Title, then (headings, rows) of both sides: children, links, and the register's own lists of like things."""
    empty: Table = ([], [])
    old = {table["title"]: (table["headings"], table["rows"]) for table in before.get("related", ())}
    new = {table["title"]: (table["headings"], table["rows"]) for table in after.get("related", ())}
    for title in dict.fromkeys([*new, *old]):
        yield title, old.get(title, empty), new.get(title, empty)
    yield _("Linked records"), _links(before), _links(after)
    for name in sorted({*before, *after} - KNOWN):
        if _is_table(before.get(name)) or _is_table(after.get(name)):
            names = list(dict.fromkeys(key for body in (after, before) for row in body.get(name) or () for key in row))
            yield _capital(name), _listed(before.get(name), names), _listed(after.get(name), names)


def _links(body: dict[str, Any]) -> Table:
    rows = [[link["reference"], link["title"]] for link in body.get("links", ())]
    return [_("Reference"), _("Title")], rows


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _listed(rows: Any, names: list[str]) -> Table:
    return [_capital(name) for name in names], [[_plain(row.get(name)) for name in names] for row in rows or ()]


def _row_differences(before: list[Row], after: list[Row]) -> Iterator[RowDifference]:
    """Rows are the same thing where their first cell is; what has no first cell of its own came or went."""
    old, new = _named(before), _named(after)
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            kind, row = ("added", now or []) if was is None else ("removed", was)
            yield RowDifference(kind, [(text, text) for text in row])
        elif was != now:
            yield RowDifference("changed", list(zip(was, now, strict=False)))


def _named(rows: list[Row]) -> dict[tuple[str, int], Row]:
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        number = 0
        while (row[0] if row else "", number) in found:
            number += 1
        found[row[0] if row else "", number] = row
    return found


def _plain(value: Any, indent: str = "") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, dict):
        lines = [f"{indent}{_capital(str(key))}: {_plain(item, indent + '  ').lstrip()}" for key, item in value.items()]
        return "\n".join(lines)
    if isinstance(value, list):
        return "\n".join(f"{indent}{_plain(item, indent + '  ').lstrip()}" for item in value)
    return f"{indent}{value}"


def _yes(value: Any) -> str:
    return _("Yes") if value else _("No")


def _capital(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]

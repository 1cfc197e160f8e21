"""What a version of a record says, as a document: from its bytes alone, whatever the record says today."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from grc.formatted.paper import blocks_of
from grc.models.version import Version
from grc.registers.register import registers
from grc.reports.document import Block, Document, Facts, Heading, Note, Paragraph, Table

KNOWN = {"format", "register", "kind", "reference", "title", "archived", "sections", "related", "links"}
SHORT = 200
FORMATTED = "markdown"  # how a version names a text that is formatted


def document_of_version(version: Version) -> Document:
    """The document of a version: cover, sections, children, links, and the register's own part."""
    body = json.loads(bytes(version.body))
    return document_of_snapshot(
        body,
        organisation=version.organisation.name,
        version=str(version.number),
        sha256=version.sha256,
        made_at=version.made_at,
    )


def document_of_snapshot(body: dict[str, Any], *, organisation: str, **more: Any) -> Document:
    """The document of ``grc.actions.versions.snapshot``; ``more`` goes to ``Document`` as it is."""
    return Document(
        title=body["title"] or body["reference"],
        subtitle=_capital(body["kind"]),
        organisation=organisation,
        reference=body["reference"],
        blocks=list(_blocks(body)),
        **more,
    )


def _blocks(body: dict[str, Any]) -> Iterator[Block]:
    if body.get("archived"):
        yield Note(_("This record was archived when the version was made."), "yellow")
    for section in body["sections"]:
        facts = [fact for fact in section["facts"] if fact["text"] or fact["name"] != "tags"]
        if facts:
            yield Heading(section["title"])
            yield from _facts(facts)
    for title, blocks in parts_of(body):
        yield Heading(title)
        yield from blocks


def parts_of(body: dict[str, Any]) -> Iterator[tuple[str, list[Block]]]:
    """What a snapshot holds beyond its own fields, as (title, blocks): children, links, the register's own parts."""
    for related in body["related"]:
        rows = related["rows"]
        yield related["title"], [Table(related["headings"], rows) if rows else Paragraph(_("None."))]
    if body["links"]:
        rows = [[link["reference"], link["title"]] for link in body["links"]]
        yield _("Linked records"), [Table([_("Reference"), _("Title")], rows)]
    own = registers.by_slug(body["register"]).on_paper(body)
    yield from ((str(title), list(blocks)) for title, blocks in own or ())
    for name in sorted(set(body) - KNOWN if own is None else {"attachments"} & set(body)):
        yield _capital(name.replace("_", " ")), list(plain_blocks(body[name]))


def _facts(facts: list[dict[str, str]]) -> Iterator[Block]:
    """Short facts side by side; a long text under a heading of its own, where it can be read."""
    short: list[tuple[str, str]] = []
    for fact in facts:
        if fact.get("format") == FORMATTED:
            if short:
                yield Facts(short)
                short = []
            yield from blocks_of(fact["text"])
            continue
        if len(fact["text"]) <= SHORT and "\n" not in fact["text"]:
            short.append((fact["heading"], fact["text"]))
            continue
        if short:
            yield Facts(short)
            short = []
        yield Heading(fact["heading"], 2)
        yield Paragraph(fact["text"])
    if short:
        yield Facts(short)


def plain_blocks(value: Any) -> Iterator[Block]:
    """Plain JSON as blocks: rows of like objects become a table, an object facts, anything else text."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        names = list(dict.fromkeys(name for row in value for name in row))
        headings = [_capital(name.replace("_", " ")) for name in names]
        yield Table(headings, [[_text(row.get(name)) for name in names] for row in value])
    elif isinstance(value, dict):
        yield Facts([(_capital(name.replace("_", " ")), _text(item)) for name, item in value.items()])
    else:
        yield Paragraph(_text(value) or _("None."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    if isinstance(value, dict):
        said = ((_capital(name.replace("_", " ")), _text(item)) for name, item in value.items())
        return "; ".join(f"{name}: {text}" for name, text in said if text)
    return str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Freezing a record as it stands: canonical bytes with its children and links."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import translation

from grc.access.actor import Actor
from grc.models.link import Link
from grc.models.record import Record, RecordKey
from grc.models.teamwork import Attachment
from grc.models.version import Version
from grc.registers.cells import cells
from grc.registers.register import Register, registers

FORMAT = 1


def canonical(value: Any) -> bytes:
    """Canonical JSON: UTF-8, sorted keys, no white space, no floats. Raises ``ValueError`` for a float."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@transaction.atomic
def make_version(*, record: Record, by: Actor) -> Version:
    """The version of ``record`` as it stands now; the latest one where nothing changed since."""
    key = RecordKey.unscoped.select_for_update().get(pk=record.pk)
    with translation.override("en-gb"):  # the same record gives the same bytes, whoever asks
        body = canonical(snapshot(record))
    digest = hashlib.sha256(body).hexdigest()
    latest = Version.unscoped.filter(key=key).order_by("-number").first()
    if latest is not None and latest.sha256 == digest:
        return latest
    return Version.unscoped.create(
        organisation=record.organisation,
        key=key,
        number=latest.number + 1 if latest else 1,
        body=body,
        sha256=digest,
        made_by=by.person,
    )


def snapshot(record: Record) -> dict[str, Any]:
    """A record as plain data, readable without the database: sections, children, links, and the register's own part."""
    register = registers.of(type(record))
    return {
        "format": FORMAT,
        "register": register.slug,
        "kind": str(register.name),
        "reference": record.reference,
        "title": record.title,
        "archived": record.archived_at is not None,
        "sections": [
            {"title": str(section.title), "facts": _facts(register, record, section.fields)}
            for section in register.sections
        ],
        "related": [_related(register, record, related) for related in register.related if related.in_version],
        "links": _links(record),
        **_attachments(record),
        **register.snapshot(record),
    }


def _facts(register: Register, record: Record, names: tuple[str, ...]) -> list[dict[str, str]]:
    frozen = [name for name in names if name not in register.outside_version]
    return [
        {"name": c.name, "heading": c.heading, "text": c.text, **({"format": "markdown"} if c.formatted else {})}
        for c in cells(register, record, frozen)
    ]


def _related(register: Register, record: Record, related: Any) -> dict[str, Any]:
    other = registers.by_slug(related.register)
    rows = other.model.objects.within(record.organisation).filter(**{related.field: record.pk}, archived_at=None)
    rows = rows.select_related("organisation", *other.foreign(related.columns)).order_by("pk")
    return {
        "title": str(related.title),
        "headings": [other.heading(name) for name in related.columns],
        "rows": [[c.text for c in cells(other, row, related.columns)] for row in rows],
    }


def _links(record: Record) -> list[dict[str, str]]:
    running = Link.objects.within(record.organisation).filter(archived_at=None)
    ends = [link.target for link in running.filter(source=record.pk).select_related("target")]
    ends += [link.source for link in running.filter(target=record.pk).select_related("source")]
    return [{"reference": key.reference, "title": key.title} for key in sorted(ends, key=lambda key: key.reference)]


def _attachments(record: Record) -> dict[str, list[dict[str, Any]]]:
    """The files that hang on the record, by hash: who signs a version signs what is attached to it, too."""
    hanging = Attachment.objects.within(record.organisation).filter(about=record.pk, removed_at=None)
    files = [attachment.file for attachment in hanging.select_related("file").order_by("pk")]
    listed = [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in files]
    return {"attachments": listed} if listed else {}


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("A version holds no floats: they have more than one text.")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)

"""How a value of a record is shown: one answer for lists, pages, history and export."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.utils.translation import gettext as _

from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.registers.register import Register, registers


@dataclass(frozen=True)
class Cell:
    """``text`` for people; ``value`` for export (typed); ``url`` where it leads; ``tone`` the colour of a badge.

    ``gloss``: a word beside the text, on pages only. ``links``: several words, each with where it leads, shown instead
    of ``text``. ``formatted``: the text is written in the house's part of Markdown.
    """

    name: str
    heading: str
    text: str
    value: Any
    url: str = ""
    tone: str = ""
    long: bool = False
    instant: dt.datetime | None = None
    links: tuple[tuple[str, str], ...] = ()
    formatted: bool = False
    gloss: str = ""


def cell(register: Register, record: Any, name: str) -> Cell:
    """The cell of field ``name``. The caller has fetched the organisation and related rows (``Register.foreign``)."""
    field = register.field(name)
    raw = getattr(record, name)
    heading = register.heading(name)
    if isinstance(raw, Record):
        url = registers.of(type(raw)).detail_url(record.organisation.slug, raw.reference)
        return Cell(name, heading, str(raw), raw.reference, url=url)
    if isinstance(raw, RecordKey):
        url = registers.by_slug(raw.register).detail_url(record.organisation.slug, raw.reference)
        return Cell(name, heading, str(raw), raw.reference, url=url)
    if isinstance(raw, Person):
        return Cell(name, heading, str(raw), raw.email)
    if isinstance(raw, Model):
        return Cell(name, heading, str(raw), str(raw))
    if isinstance(raw, dt.datetime):
        return Cell(name, heading, raw.isoformat(), raw, instant=raw)
    text = _text(raw, record, name, field)
    url = record.get_absolute_url() if name == "reference" and isinstance(record, Record) else ""
    return Cell(
        name,
        heading,
        text,
        raw if isinstance(raw, int | dt.date) and not isinstance(raw, bool) and not field.choices else text,
        url=url,
        tone=register.tone(name, raw, record),
        gloss=str(register.gloss(name, raw, record)),
        long=field.get_internal_type() == "TextField",
        formatted=name in register.formatted,
        links=_links(register, record, name, raw) if isinstance(raw, list) and isinstance(record, Record) else (),
    )


def cells(register: Register, record: Model, names: tuple[str, ...] | list[str]) -> list[Cell]:
    return [cell(register, record, name) for name in names]


def _links(register: Register, record: Record, name: str, values: list[str]) -> tuple[tuple[str, str], ...]:
    """Each tag, and each value that has words of its own, with the list of the records that have it."""
    words = dict.fromkeys(values, "") if name == "tags" else dict(register.values_of(name, record.organisation))
    if not values or not words:
        return ()
    url, param = register.list_url(record.organisation.slug), "tag" if name == "tags" else name
    return tuple((str(words.get(value) or value), f"{url}?{urlencode({param: value})}") for value in values)


def _text(raw: Any, record: Model, name: str, field: Any) -> str:
    if raw is None or raw == "":
        return ""
    if isinstance(raw, bool):
        return _("Yes") if raw else _("No")
    if isinstance(raw, list):
        choices = dict(getattr(field.base_field, "choices", None) or ()) if hasattr(field, "base_field") else {}
        return ", ".join(str(choices.get(item, item)) for item in raw)
    if getattr(field, "choices", None):
        return str(getattr(record, f"get_{name}_display")())
    if isinstance(raw, dt.date):
        return raw.isoformat()
    return str(raw)

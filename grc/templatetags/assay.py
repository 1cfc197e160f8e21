"""What templates say often: icons, dates in the reader's zone, states, fields, sorting, a record's addresses."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea
from django.forms.widgets import Input
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc import formats
from grc.formatted.page import shown
from grc.models.record import Record
from grc.registers.cells import Cell
from grc.registers.query import Choice, ListQuery
from grc.registers.register import Register, registers

register = template.Library()

TONES = {"red", "orange", "yellow", "green", "teal", "blue", "azure", "purple", "secondary"}
SOON = 14
"""Days before a due date from which on it is shown as near."""


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A Tabler outline icon (``deploy/local/icons.txt`` lists them), silent for screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#icon-{}"></use></svg>',
        f" {classes}" if classes else "",
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def moment(value: dt.datetime | None) -> SafeString | str:
    """``<time>`` in the reader's zone; its title names the zone's time to the second and UTC."""
    if value is None:
        return ""
    return _time(value, formats.moment(value))


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """``<time>`` as a distance from now, such as “3 hours ago” or “in 2 days”; the exact time is its title."""
    if value is None:
        return ""
    seconds = (timezone.now() - value).total_seconds()
    return _time(value, _distance(abs(int(seconds)), past=seconds >= 0))


@register.filter
def day(value: dt.date | None) -> SafeString | str:
    """``<time>`` of a date without an hour."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


@register.filter
def weekday(value: dt.date) -> str:
    """A date with its day of the week."""
    return formats.weekday(value)


@register.filter
def number(value: float | None) -> str:
    """A number with the reader's separators."""
    return "" if value is None or value == "" else formats.number(value)


@register.filter
def due(value: dt.date | None) -> SafeString | str:
    """A due date as people speak of it, with the colour of its urgency; the date itself is its title."""
    if value is None:
        return ""
    days = (value - timezone.localdate()).days
    if days < 0:
        text = ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    elif days == 0:
        text = _("today")
    elif days == 1:
        text = _("tomorrow")
    elif days <= SOON:
        text = _("in %(n)d days") % {"n": days}
    else:
        text = formats.day(value)
    tone = "due-over" if days < 0 else "due-soon" if days <= SOON else "due-later"
    return format_html(
        '<time class="due {}" datetime="{}" title="{}">{}</time>',
        tone,
        value.isoformat(),
        formats.weekday(value),
        text,
    )


@register.simple_tag
def state(text: str, tone: str = "") -> SafeString:
    """A state as word and colour. ``tone`` is one of ``TONES``; anything else is shown quietly."""
    return format_html('<span class="state state-{}">{}</span>', tone if tone in TONES else "secondary", text)


@register.inclusion_tag("components/cell.html")
def cell(cell: Cell, long: bool = False) -> dict[str, Any]:
    """A value of a record. ``long``: texts in full, with their line breaks; otherwise they are cut to a line."""
    return {"cell": cell, "kind": _kind(cell), "full": long}


@register.inclusion_tag("components/formatted.html")
def formatted(text: str, anchor: str = "part") -> dict[str, Any]:
    """A formatted text, with its contents where it is long."""
    return {"shown": shown(text, anchor)}


@register.inclusion_tag("components/fact.html")
def fact(name: str, value: Any, long: bool = False) -> dict[str, Any]:
    """A line of a list of facts (``dl``). ``long``: it takes the whole width."""
    return {"name": name, "value": value, "long": long}


def _kind(cell: Cell) -> str:
    if cell.instant is not None:
        return "instant"
    if not cell.text:
        return "empty"
    if isinstance(cell.value, dt.date):
        return "day"
    if isinstance(cell.value, Decimal) and cell.value == round(cell.value, 3):
        return "number"  # finer ones would be rounded, and are shown as they are
    if cell.url:
        return "link"
    if cell.tone:
        return "state"
    return "long" if cell.long else "text"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, their: Any = None) -> dict[str, Any]:
    """A form's field with label, help and errors, tied together for screen readers.

    ``their``: what stands in the record now, after somebody else saved it first.
    """
    widget = bound.field.widget
    if isinstance(widget, Input | Textarea) and not isinstance(widget, CheckboxInput | RadioSelect):
        widget.attrs.setdefault("class", "form-control")
    elif isinstance(widget, Select):
        widget.attrs.setdefault("class", "form-select")
    if str(widget.attrs.get("placeholder", "")).startswith(str(bound.label)):
        del widget.attrs["placeholder"]  # a label that fades while one types is no label
    return {"field": bound, "check": isinstance(widget, CheckboxInput), "their": their}


@register.filter
def named(cells: list[Cell] | None, name: str) -> Cell | None:
    """The cell of field ``name``, if there is one."""
    return next((found for found in cells or () if found.name == name), None)


@register.filter
def chosen(choices: list[Choice]) -> int:
    """How many of a filter's choices are chosen."""
    return sum(choice.chosen for choice in choices)


@register.filter
def elided(page: Page[Any]) -> Iterator[int | str]:
    """The numbers of the pages around ``page``, with gaps where they would be too many."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.simple_tag
def record_url(register: Register, what: str, record: Record) -> str:
    """The address of a record's page: ``detail``, ``edit``, ``history``, ``archive``, ``restore`` or ``link``."""
    return register.url(what, record)


@register.filter
def plural_of(slug: str) -> str:
    """The name of the register ``slug``, for several records."""
    return str(registers.by_slug(slug).plural)


@dataclass(frozen=True)
class Sorting:
    """How a column's heading sorts: ``aria`` for ``aria-sort`` (empty if not sorted), ``next`` for the link."""

    aria: str
    next: str


@register.simple_tag
def sorting(query: ListQuery, name: str) -> Sorting:
    if query.sort == name:
        return Sorting("ascending", f"-{name}")
    if query.sort == f"-{name}":
        return Sorting("descending", name)
    return Sorting("", name)


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str, value: str) -> str:
    """The address of this list without one value of the filter ``name``, and from its first page."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    params.setlist(name, [given for given in params.getlist(name) if given != value])
    params.pop("page", None)
    return f"?{params.urlencode()}" if params else request.path


def _time(value: dt.datetime, text: str) -> SafeString:
    utc = value.astimezone(dt.UTC)
    local = timezone.localtime(value)
    title = f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    if local.utcoffset():
        title = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()} · {title}"
    return format_html('<time datetime="{}" title="{}">{}</time>', utc.isoformat().replace("+00:00", "Z"), title, text)


def _distance(seconds: int, *, past: bool) -> str:
    if seconds < 60:
        return _("just now") if past else _("in a moment")
    if seconds < 3600:
        n = round(seconds / 60)
        text = ngettext("%(n)d minute", "%(n)d minutes", n)
    elif seconds < 86_400:
        n = round(seconds / 3600)
        text = ngettext("%(n)d hour", "%(n)d hours", n)
    else:
        n = round(seconds / 86_400)
        text = ngettext("%(n)d day", "%(n)d days", n)
    return (_("%s ago") if past else _("in %s")) % (text % {"n": n})

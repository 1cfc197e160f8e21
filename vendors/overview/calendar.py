"""The calendar of everything that expires: narrowed by kind and vendor, as months, a timeline, a table, a file."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.named import name_picture
from grc.pictures.timeline import Lane, Span, Timeline
from grc.registers.register import registers
from vendors.overview.dates import Block, Entry, Kind, blocks_of, shown
from vendors.overview.expiring import entries_of
from vendors.overview.ics import Event

FIRST = 25
"""So many entries of a month are shown until somebody asks for all of it."""
MOST = 1000
"""More of one month are not shown on a page; the file has all."""
LANE = 5
"""So many of each kind are drawn, the nearest first."""
SEARCH = 200


class BadFilter(ValueError):
    """An address asks for what there is not: ``name`` of the parameter, and a sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Narrowed:
    """What an address asks for: ``kinds`` (none: all), a part of a vendor's name or its reference, one block."""

    kinds: tuple[Kind, ...] = ()
    vendor: str = ""
    block: str = ""

    @classmethod
    def read(cls, params: QueryDict) -> "Narrowed":
        """Raises ``BadFilter``."""
        given = [value for value in params.getlist("kind") if value]
        unknown = [value for value in given if value not in Kind.values]
        if unknown:
            raise BadFilter("kind", _("“%(value)s” is not one of the choices.") % {"value": unknown[0][:80]})
        kinds = tuple(kind for kind in Kind if kind.value in given)
        return cls(kinds, params.get("vendor", "").strip()[:SEARCH], params.get("month", "")[:7])

    def keeps(self, entry: Entry) -> bool:
        text = self.vendor.casefold()
        named = not text or text in entry.vendor.casefold() or text == entry.vendor_reference.casefold()
        return (not self.kinds or entry.kind in self.kinds) and named

    def query(self, **more: str) -> str:
        """The same as the end of an address."""
        params = QueryDict(mutable=True)
        params.setlist("kind", [kind.value for kind in self.kinds])
        for name, value in {"vendor": self.vendor, **more}.items():
            if value:
                params[name] = value
        return f"?{params.urlencode()}" if params else ""


@dataclass
class Shown:
    """One block as a page shows it. ``more``: how many are left out; ``all_url`` leads to them."""

    title: str
    key: str
    count: int
    entries: Sequence[tuple[Entry, str]]
    more: int = 0
    all_url: str = ""


@dataclass
class Calendar:
    """All that an actor may see, narrowed. ``counts``: by kind, before it was narrowed by kind."""

    today: dt.date
    narrowed: Narrowed
    blocks: list[Block]
    counts: Counter[Kind] = field(default_factory=Counter)

    @property
    def late(self) -> list[Entry]:
        return self.blocks[0].entries

    @property
    def coming(self) -> list[Entry]:
        return shown(self.blocks[1:])


def calendar_of(actor: Actor, narrowed: Narrowed | None = None) -> Calendar:
    """What ``actor`` may see of it, today. The same number of queries, however much there is."""
    today, narrowed = timezone.localdate(), narrowed or Narrowed()
    anything = Narrowed(vendor=narrowed.vendor)
    blocks = blocks_of((entry for entry in entries_of(actor, today) if anything.keeps(entry)), today)
    counts = Counter(entry.kind for entry in shown(blocks))
    if narrowed.kinds:
        blocks = [Block(block.month, [one for one in block.entries if narrowed.keeps(one)]) for block in blocks]
    return Calendar(today, narrowed, blocks, counts)


def url_of(entry: Entry, actor: Actor) -> str:
    return registers.by_slug(entry.register).detail_url(actor.organisation.slug, entry.reference)


def blocks_shown(calendar: Calendar, actor: Actor) -> list[Shown]:
    """The blocks that hold something, each cut short; one alone as long as it is, where the address names it."""
    found = []
    for block in calendar.blocks:
        if not block.entries or calendar.narrowed.block not in ("", block.key):
            continue
        most = MOST if calendar.narrowed.block else FIRST
        title = formats.month(block.month) if block.month else _("Late")
        entries = [(entry, url_of(entry, actor)) for entry in block.entries[:most]]
        page = reverse("vendor-calendar", args=[actor.organisation.slug])
        all_url = f"{page}{calendar.narrowed.query(month=block.key)}"
        found.append(Shown(title, block.key, len(block.entries), entries, len(block.entries) - len(entries), all_url))
    return found


def timeline_of(calendar: Calendar, actor: Actor) -> Timeline:
    """The next days of every kind, and what is late."""
    by_kind: dict[Kind, list[Entry]] = {}
    for entry in (*calendar.late[-LANE * len(Kind) :], *calendar.coming):
        by_kind.setdefault(entry.kind, []).append(entry)
    lanes = [
        Lane(str(kind.label), [_span(entry, calendar.today, actor) for entry in by_kind[kind][:LANE]])
        for kind in Kind
        if kind in by_kind
    ]
    return Timeline(
        title=_("What comes next"),
        description=_("Of each kind the first %(n)d days, what is late in red. The list below has all.") % {"n": LANE},
        lanes=lanes,
        today=calendar.today,
        slug="vendor-calendar",
    )


def _span(entry: Entry, today: dt.date, actor: Actor) -> Span:
    days = (entry.on - today).days
    tone = "red" if entry.is_late(today) else "orange" if days <= 30 else "blue"
    name = f"{entry.vendor}: {entry.what}" if entry.vendor and entry.vendor not in entry.what else entry.what
    return Span.moment(name, entry.on, tone, url_of(entry, actor))


def table_of(calendar: Calendar) -> tuple[list[str], list[list[Any]]]:
    headings = [_("Day"), _("Late"), _("What happens"), _("Of what"), _("Vendor"), _("Reference"), _("Owner")]
    rows: list[list[Any]] = [
        [
            entry.on,
            _("Yes") if entry.is_late(calendar.today) else _("No"),
            str(entry.kind.label),
            entry.what,
            entry.vendor,
            entry.reference,
            entry.owner,
        ]
        for entry in shown(calendar.blocks)
    ]
    return headings, rows


def events_of(entries: Iterable[Entry], actor: Actor) -> list[Event]:
    """The entries as events of a calendar file, each with the address of its record."""
    base = settings.SITE_URL
    host = urlsplit(base).hostname or "assay"
    slug = actor.organisation.slug
    return [
        Event(
            uid=f"{entry.uid}.{slug}@{host}",
            on=entry.on,
            summary=": ".join(filter(None, (str(entry.kind.label), entry.vendor, entry.what))),
            description="\n".join(filter(None, (entry.reference, entry.owner and _("Owner: %s") % entry.owner))),
            url=f"{base}{url_of(entry, actor)}",
            category=str(entry.kind.label),
        )
        for entry in entries
    ]


def _drawn(actor: Actor) -> Timeline:
    return timeline_of(calendar_of(actor), actor)


name_picture("vendor-calendar", Permission.VENDORS_VIEW, _drawn)

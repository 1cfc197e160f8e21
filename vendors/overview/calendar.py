"""The calendar of everything that expires: narrowed by kind and vendor, as months, a timeline, a table, a file."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
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
from vendors.overview.dates import Block, Cell, Day, Entry, Kind, blocks_of, counted, foremost, shown
from vendors.overview.expiring import Counts, entries_of
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
        vendor = params.get("vendor", "").replace("\x00", "").strip()[:SEARCH]
        return cls(kinds, vendor, params.get("month", "")[:7])

    def keeps(self, day: Day) -> bool:
        """Whether it is of one of the kinds."""
        return not self.kinds or day.kind in self.kinds

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
    """All that an actor may see, narrowed: for a file, whose reader gets everything."""

    today: dt.date
    blocks: list[Block[Entry]]

    @property
    def late(self) -> list[Entry]:
        return self.blocks[0].entries

    @property
    def coming(self) -> list[Entry]:
        return shown(self.blocks[1:])


def calendar_of(actor: Actor, narrowed: Narrowed | None = None) -> Calendar:
    """What ``actor`` may see of it, today. The same number of queries, however much there is."""
    today, narrowed = timezone.localdate(), narrowed or Narrowed()
    entries = entries_of(actor, today, narrowed.vendor)
    return Calendar(today, blocks_of((entry for entry in entries if narrowed.keeps(entry)), today))


class Outline:
    """The same, counted: for a page, which names the first of everything. ``blocks`` hold cells."""

    def __init__(self, actor: Actor, narrowed: Narrowed | None = None) -> None:
        self.actor, self.narrowed = actor, narrowed or Narrowed()
        self.today = timezone.localdate()
        self._counts = Counts(actor, self.today, self.narrowed.vendor)

    @cached_property
    def _cells(self) -> list[Cell]:
        return shown(blocks_of(self._counts.cells, self.today))

    @cached_property
    def blocks(self) -> list[Block[Cell]]:
        return blocks_of((cell for cell in self._cells if self.narrowed.keeps(cell)), self.today)

    @cached_property
    def kinds(self) -> Counter[Kind]:
        """How many of each kind, before it was narrowed by kind."""
        found: Counter[Kind] = Counter()
        for cell in self._cells:
            found[cell.kind] += cell.count
        return found

    @property
    def late(self) -> list[Cell]:
        return self.blocks[0].entries

    @property
    def coming(self) -> list[Cell]:
        return shown(self.blocks[1:])

    def entries(self, wanted: Iterable[tuple[Sequence[Cell], int]]) -> list[list[Entry]]:
        """Of each of ``wanted``, cells in order, its first entries, so many at most. One query for each register."""
        return self._counts.entries(wanted)


def url_of(entry: Entry, actor: Actor) -> str:
    return registers.by_slug(entry.register).detail_url(actor.organisation.slug, entry.reference)


def page_of(outline: Outline) -> tuple[list[Shown], Timeline]:
    """What a page shows: the blocks that hold something, each cut short; one alone as long as it is, where the address
    names it; and the next days of every kind."""
    alone = outline.narrowed.block
    blocks = [block for block in outline.blocks if block.entries and alone in ("", block.key)]
    lanes = _lanes(outline)
    found = outline.entries([*((block.entries, MOST if alone else FIRST) for block in blocks), *lanes])
    drawn = _timeline(found[len(blocks) :], outline)
    return [_shown(block, entries, outline) for block, entries in zip(blocks, found, strict=False)], drawn


def timeline_of(outline: Outline) -> Timeline:
    """The next days of every kind, and what is late."""
    return _timeline(outline.entries(_lanes(outline)), outline)


def _shown(block: Block[Cell], entries: Sequence[Entry], outline: Outline) -> Shown:
    actor, count = outline.actor, counted(block.entries)
    page = reverse("vendor-calendar", args=[actor.organisation.slug])
    return Shown(
        title=formats.month(block.month) if block.month else _("Late"),
        key=block.key,
        count=count,
        entries=[(entry, url_of(entry, actor)) for entry in entries],
        more=count - len(entries),
        all_url=f"{page}{outline.narrowed.query(month=block.key)}",
    )


def _lanes(outline: Outline) -> list[tuple[list[Cell], int]]:
    """Of every kind the cells that hold what is drawn: what became late last, and what comes next."""
    by_kind: dict[Kind, list[Cell]] = {kind: [] for kind in Kind}
    for kind in Kind:
        late = foremost((cell for cell in reversed(outline.late) if cell.kind == kind), LANE)
        by_kind[kind] += reversed(late)
    for cell in outline.coming:
        by_kind[cell.kind].append(cell)
    return [(cells, LANE) for cells in by_kind.values() if cells]


def _timeline(lanes: Iterable[Sequence[Entry]], outline: Outline) -> Timeline:
    return Timeline(
        title=_("What comes next"),
        description=_("Of each kind the first %(n)d days, what is late in red. The list below has all.") % {"n": LANE},
        lanes=[
            Lane(str(entries[0].kind.label), [_span(entry, outline.today, outline.actor) for entry in entries])
            for entries in lanes
        ],
        today=outline.today,
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


name_picture("vendor-calendar", Permission.VENDORS_VIEW, lambda actor: timeline_of(Outline(actor)))

"""Everything about vendors that runs out or is due, as far as its reader may see it: all of it, or counted first.

An organisation may have twenty thousand agreements, of which a page shows some dozens. So a page lets the database
count records by their dates, works out once for each combination of dates what happens when, and then reads those
records alone that it names. Either way a fixed number of queries, however much there is.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from grc.access.actor import Actor
from vendors.overview.dates import Cell, Entry, Kind, foremost, window
from vendors.overview.evidence import expiring_evidence
from vendors.overview.sources import Source, sources_of

Dates = tuple[Any, ...]
At = tuple[Kind, dt.date]


def entries_of(actor: Actor, today: dt.date, vendor: str = "") -> list[Entry]:
    """Every entry that ``actor`` may see, from a year ago up to the end of the twelfth month, in no order.

    ``vendor``: of vendors of which it is a part of the name, or the reference.
    """
    found = [entry for source in sources_of(actor) for entry in _read(source, source.rows(actor, today, vendor), today)]
    return found + expiring_evidence(actor, today, vendor)


class Counts:
    """How many records have which day; ``entries`` names the first of some of them. ``vendor`` as in ``entries_of``."""

    def __init__(self, actor: Actor, today: dt.date, vendor: str = "") -> None:
        self.actor, self.today, self.vendor = actor, today, vendor

    @property
    def cells(self) -> list[Cell]:
        """In no order."""
        found: Counter[At] = Counter((entry.kind, entry.on) for entry in self._evidence)
        for at, groups in self._groups.items():
            found[at] += sum(count for _source, _dates, count in groups)
        return [Cell(kind, on, count) for (kind, on), count in found.items()]

    def entries(self, wanted: Iterable[tuple[Sequence[Cell], int]]) -> list[list[Entry]]:
        """Of each of ``wanted``, cells in order, its first entries, so many at most."""
        cut = [(foremost(cells, most), most) for cells, most in wanted]
        ats = {(cell.kind, cell.on) for cells, _most in cut for cell in cells}
        by_cell = self._read(ats, max((most for _cells, most in cut), default=0))
        return [[entry for cell in cells for entry in by_cell[cell.kind, cell.on]][:most] for cells, most in cut]

    @cached_property
    def _evidence(self) -> list[Entry]:
        return expiring_evidence(self.actor, self.today, self.vendor)

    @cached_property
    def _groups(self) -> dict[At, list[tuple[Source, Dates, int]]]:
        """By kind and day: which dates in which source lead to it, and how many records have them."""
        found: dict[At, list[tuple[Source, Dates, int]]] = defaultdict(list)
        for source in sources_of(self.actor):
            rows = source.rows(self.actor, self.today, self.vendor).order_by()
            for *dates, count in rows.values_list(*source.dates).annotate(n=Count("pk")):
                for at in _days(source, tuple(dates), self.today):
                    found[at].append((source, tuple(dates), count))
        return found

    def _read(self, ats: Collection[At], most: int) -> dict[At, list[Entry]]:
        """The first ``most`` entries of each, in the order of their references. One query for each source."""
        wanted: dict[int, tuple[Source, set[Dates]]] = {}
        for at in ats:
            for source, dates, _count in self._groups.get(at, ()):
                wanted.setdefault(id(source), (source, set()))[1].add(dates)
        found: dict[At, list[Entry]] = defaultdict(list)
        for source, groups in wanted.values():
            rows = source.rows(self.actor, self.today, self.vendor)
            place = Window(RowNumber(), partition_by=[F(name) for name in source.dates], order_by="reference")
            first = rows.filter(_with_dates(source, groups)).annotate(place=place).filter(place__lte=most)
            for entry in _read(source, rows.filter(pk__in=first.values("pk")), self.today):
                found[entry.kind, entry.on].append(entry)
        for entry in self._evidence:
            found[entry.kind, entry.on].append(entry)
        return defaultdict(list, {at: sorted(found[at], key=lambda one: one.order) for at in ats})


def _with_dates(source: Source, groups: Collection[Dates]) -> Q:
    """Rows whose dates stand in ``groups``, column by column: with several columns some more than asked for."""
    wanted = Q()
    for name, values in zip(source.dates, zip(*groups, strict=True), strict=True):
        known = set(values) - {None}
        wanted &= Q(**{f"{name}__in": known}) | (Q(**{name: None}) if None in values else Q())
    return wanted


def _read(source: Source, rows: Any, today: dt.date) -> Iterator[Entry]:
    cut = 4 + len(source.dates)
    for row in source.values(rows):
        reference, owner, vendor, vendor_reference = row[:4]
        for kind, on in _days(source, row[4:cut], today):
            what = source.what(*row[cut:])
            yield Entry(kind, on, what, source.register, reference, vendor, vendor_reference, owner or "")


def _days(source: Source, dates: Dates, today: dt.date) -> Iterator[At]:
    first, last = window(today)
    for kind, on in source.days(dates, today):
        if on is not None and first <= on <= last:
            yield kind, on

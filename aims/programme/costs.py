"""What the certificate costs over three years by the organisation's own figures, and what others claim beside it."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from aims.models import CostItem
from grc.access.actor import Actor
from grc.access.roles import Permission

YEARS = ("year_1", "year_2", "year_3")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Range:
    """What practitioners claim for a kind of cost, or for ``all``, in US dollars."""

    kind: str
    text: str
    low: int
    high: int


@dataclass(frozen=True)
class Orientation:
    note: str
    ranges: tuple[Range, ...]
    remarks: tuple[str, ...]

    def of(self, kind: str) -> list[Range]:
        return [one for one in self.ranges if one.kind == kind]


@dataclass(frozen=True)
class KindOfCost:
    """``items``: how many figures there are; without one, the sums say nothing."""

    kind: str
    name: str
    items: int
    years: tuple[Decimal, ...]
    claimed: list[Range]

    @property
    def total(self) -> Decimal:
        return sum(self.years, ZERO)


@dataclass(frozen=True)
class CostFrame:
    kinds: list[KindOfCost]

    @property
    def years(self) -> tuple[Decimal, ...]:
        return tuple(sum((kind.years[number] for kind in self.kinds), ZERO) for number in range(len(YEARS)))

    @property
    def total(self) -> Decimal:
        return sum(self.years, ZERO)

    @property
    def missing(self) -> list[KindOfCost]:
        return [kind for kind in self.kinds if not kind.items]


@cache
def orientation() -> Orientation:
    read = json.loads((Path(__file__).parent / "orientation.json").read_text())
    ranges = tuple(Range(one["kind"], one["text"], one["from"], one["to"]) for one in read["ranges"])
    return Orientation(read["note"], ranges, (read["surcharge"], read["contradiction"]))


def cost_frame(actor: Actor) -> CostFrame:
    """Every kind of cost, with the sum of its figures for each year. One query."""
    rows = CostItem.objects.permitted(actor, Permission.PROGRAMME_VIEW).filter(archived_at=None)
    sums = rows.values("kind").annotate(n=Count("pk"), **{f"sum_{year}": Sum(year) for year in YEARS}).order_by()
    by_kind: dict[str, dict[str, Any]] = {row["kind"]: row for row in sums}
    kinds = []
    for kind in CostItem.Kind:
        row = by_kind.get(kind.value, {})
        years = tuple(row.get(f"sum_{year}") or ZERO for year in YEARS)
        kinds.append(KindOfCost(kind.value, str(kind.label), row.get("n", 0), years, orientation().of(kind.value)))
    return CostFrame(kinds)


def headings() -> list[str]:
    return [_("Kind"), _("Figures"), _("Year 1"), _("Year 2"), _("Year 3"), _("Three years")]


def rows_of(frame: CostFrame) -> list[list[Any]]:
    """The frame as a table, with its totals in the last row."""
    rows: list[list[Any]] = [
        [kind.name, kind.items, *(kind.years if kind.items else ("", "", "")), kind.total if kind.items else ""]
        for kind in frame.kinds
    ]
    rows.append([_("All"), sum(kind.items for kind in frame.kinds), *frame.years, frame.total])
    return rows

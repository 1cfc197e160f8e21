"""On which days something of a vendor's runs out or is due: pure functions of rows, without the database.

Dates are whole days where the reader is; a day that is the last one on which something holds is late after it has
passed, the first one on which something no longer holds is late when it comes.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vendors.agreements.terms import months_after, term_of

MONTHS = 12
REPORT_MONTHS = 12
"""So long after the end of its period a report is taken as current (practice of those who read them)."""
LOOK_BACK = dt.timedelta(days=366)
"""What ran out longer ago is history, not work."""


class Kind(models.TextChoices):
    """What happens on a day, in the order of its weight."""

    OBJECT = "object", _("Objection to a vendor’s change")
    NOTICE = "notice", _("Last day for notice")
    AGREEMENT = "agreement", _("Agreement ends")
    RENEWAL = "renewal", _("Agreement renews")
    CERTIFICATE = "certificate", _("Certificate expires")
    REPORT = "report", _("Report gets too old")
    BRIDGE = "bridge", _("Bridge letter ends")
    FACT = "fact", _("Fact goes stale")
    REVIEW = "review", _("Review due")
    EXIT = "exit", _("Exit rehearsal due")
    FINDING = "finding", _("Finding to be closed")
    QUESTIONNAIRE = "questionnaire", _("Vendor’s link ends")
    EVIDENCE = "evidence", _("Evidence expires")
    CUSTOMER_OBJECTION = "customer-objection", _("Customers’ objections end")
    CHANGE = "change", _("Our change takes effect")
    COMMITMENT = "commitment", _("Customer’s contract ends")


FIRST_DAY_WITHOUT = (Kind.FACT, Kind.EVIDENCE)
"""Their day is the first on which they no longer hold; of the others it is the last one."""
NEVER_LATE = (Kind.RENEWAL, Kind.CHANGE, Kind.CUSTOMER_OBJECTION)
"""Days that pass by themselves, and leave nothing to be done for them."""


WEIGHT = {kind: at for at, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Day:
    """That something of one kind happens on one day."""

    kind: Kind
    on: dt.date

    @property
    def order(self) -> tuple[dt.date, int, str]:
        """By day, then by weight."""
        return self.on, WEIGHT[self.kind], ""

    def is_late(self, today: dt.date) -> bool:
        if self.kind in NEVER_LATE:
            return False
        return self.on <= today if self.kind in FIRST_DAY_WITHOUT else self.on < today


@dataclass(frozen=True)
class Cell(Day):
    """How many records have that day, without saying which."""

    count: int


@dataclass(frozen=True)
class Entry(Day):
    """One day of the calendar. ``register`` and ``reference`` name the record behind it; ``owner`` may be empty."""

    what: str
    register: str
    reference: str
    vendor: str = ""
    vendor_reference: str = ""
    owner: str = ""

    @property
    def order(self) -> tuple[dt.date, int, str]:
        return self.on, WEIGHT[self.kind], self.reference

    @property
    def uid(self) -> str:
        """The same whenever it is written, also after its day was moved."""
        return f"{self.reference}-{self.kind.value}"


D = TypeVar("D", bound=Day)


@dataclass
class Block(Generic[D]):
    """The days of one month; ``month`` None: what is late. ``key`` stands in addresses."""

    month: dt.date | None
    entries: list[D] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.month:%Y-%m}" if self.month else "late"


class Binding(NamedTuple):
    """What an agreement's days follow from; from when it binds plays no part in them."""

    ends_on: dt.date | None
    ended_on: dt.date | None
    renewal: str
    renewal_months: int | None
    notice_days: int | None
    effective_on: dt.date | None = None
    signed_on: dt.date | None = None


def agreement_days(row: Binding, today: dt.date) -> Iterator[tuple[Kind, dt.date]]:
    """When it ends, or renews by itself, and the last day to say that it shall not."""
    term = term_of(row, today)  # type: ignore[arg-type]  # the values of its fields, without the record
    if term.notice_by is not None:
        yield Kind.NOTICE, term.notice_by
    if term.term_ends_on is not None:
        yield Kind.RENEWAL, term.term_ends_on
    elif term.ends_on is not None and (row.ended_on is None or row.ended_on >= today):
        yield Kind.AGREEMENT, term.ends_on


def window(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day that a calendar of ``today`` holds: what is late, this month and eleven more."""
    end = months_after(today.replace(day=1), MONTHS) - dt.timedelta(days=1)
    return today - LOOK_BACK, end


def blocks_of(days: Iterable[D], today: dt.date) -> list[Block[D]]:
    """Late first, then twelve months, this one included; months without a day too. Days are in order."""
    first = today.replace(day=1)
    late: Block[D] = Block(None)
    months: dict[dt.date, Block[D]] = {month: Block(month) for month in (months_after(first, n) for n in range(MONTHS))}
    for day in sorted(days, key=lambda one: one.order):
        if day.is_late(today):
            late.entries.append(day)
        elif day.on >= today and (block := months.get(day.on.replace(day=1))):
            block.entries.append(day)
    return [late, *months.values()]


def shown(blocks: Sequence[Block[D]]) -> list[D]:
    """All days of the blocks, in their order."""
    return [day for block in blocks for day in block.entries]


def counted(cells: Iterable[Cell]) -> int:
    return sum(cell.count for cell in cells)


def foremost(cells: Iterable[Cell], most: int) -> list[Cell]:
    """So many of the cells, in their order, as it takes to hold ``most`` records."""
    found, held = [], 0
    for cell in cells:
        if held >= most:
            break
        found.append(cell)
        held += cell.count
    return found

"""What somebody should see to about vendors: how many, why it matters, the first by name, and where all of them are."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from vendors.agreements.counting import covered
from vendors.agreements.due import STOPPED
from vendors.agreements.filters import WANTED
from vendors.agreements.needing import needing_dpa
from vendors.models import (
    ExitPlan,
    Offering,
    SubprocessorNotice,
    Vendor,
    VendorFinding,
    VendorIncident,
    VendorNotice,
)
from vendors.overview.calendar import Narrowed, Outline, url_of
from vendors.overview.dates import Cell, Entry, Kind, counted
from vendors.overview.lacks import IN_USE, lacking
from vendors.shadow.findings import shadow_of

P = Permission
NAMED = 5
AHEAD = dt.timedelta(days=90)
Text = str | Promise


@dataclass(frozen=True)
class Sort:
    """A kind of thing to see to: its words, why it matters, how it looks."""

    text: Text
    why: Text
    icon: str
    tone: str


LATE = Sort(
    gettext_lazy("Days that have passed"),
    gettext_lazy("Reviews, certificates, agreements and rehearsals that are overdue."),
    "calendar",
    "red",
)
STALE = Sort(
    gettext_lazy("Stale facts"),
    gettext_lazy("No answer and no statement may cite them until somebody has looked again."),
    "bulb",
    "orange",
)
ENDING = Sort(
    gettext_lazy("Agreements that end, or whose last day for notice comes, within 90 days"),
    gettext_lazy("After its last day for notice an agreement renews by itself."),
    "file-text",
    "yellow",
)
NO_DPA = Sort(
    gettext_lazy("Offerings that need a DPA and have none that counts"),
    gettext_lazy("Personal data may reach them, or they process for you: GDPR Art. 28(3)."),
    "file-text",
    "red",
)
NOTICES = Sort(
    gettext_lazy("Changes announced by vendors, to be decided"),
    gettext_lazy("Whoever does not object in time has usually agreed."),
    "mailbox",
    "orange",
)
OBJECTIONS = Sort(
    gettext_lazy("Customers’ objections to be settled"),
    gettext_lazy("The change stays held back until they are."),
    "message-question",
    "red",
)
INCIDENTS = Sort(
    gettext_lazy("Open incidents at vendors"),
    gettext_lazy("Clocks towards customers may be running."),
    "flame",
    "orange",
)
FINDINGS = Sort(
    gettext_lazy("Open findings of high severity"), gettext_lazy("Reviews brought them up."), "alert-octagon", "orange"
)
SHADOW = Sort(
    gettext_lazy("Models called that nothing approved covers"),
    gettext_lazy("Signed decision records show it: approve the use, end it, or accept it for a while."),
    "eye",
    "red",
)
UNTRIED = Sort(
    gettext_lazy("Exit plans never rehearsed"), gettext_lazy("Nobody knows whether they work."), "door-exit", "yellow"
)
NO_EXIT = Sort(
    gettext_lazy("High or critical vendors without an exit plan"),
    gettext_lazy("What takes their place has to be known before it is needed."),
    "door-exit",
    "orange",
)
NO_AGREEMENT = Sort(
    gettext_lazy("Vendors without any agreement"), gettext_lazy("Nothing here says what binds them."), "truck", "yellow"
)
UNDECIDED = Sort(
    gettext_lazy("Vendors whose criticality nobody has judged"),
    gettext_lazy("What must be shown about a vendor follows from it."),
    "truck",
    "yellow",
)


@dataclass(frozen=True)
class Attention:
    """``named``: the first of them, in words with their address; ``more``: how many are left out."""

    sort: Sort
    count: int
    url: str
    named: Sequence[tuple[str, str]] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.named) if self.named else 0


def attention_for(actor: Actor, outline: Outline, following: int = 0) -> tuple[list[Attention], list[Entry]]:
    """Everything of which there is at least one, the most urgent first; and so many of the ``following`` days.

    A fixed number of queries.
    """
    order = ("red", "orange", "yellow")
    dated, coming = _of_days(actor, outline, following)
    found = [one for one in (*dated, *_all(actor, outline.today)) if one.count]
    return sorted(found, key=lambda one: order.index(one.sort.tone)), coming


def _of_days(actor: Actor, outline: Outline, following: int) -> tuple[list[Attention], list[Entry]]:
    """What the calendar says, read from it at once."""
    page = reverse("vendor-calendar", args=[actor.organisation.slug])
    late = [cell for cell in outline.late if cell.kind != Kind.FACT]
    stale = [cell for cell in outline.late if cell.kind == Kind.FACT]
    until, ends = outline.today + AHEAD, (Kind.NOTICE, Kind.AGREEMENT)
    ending = [cell for cell in outline.coming if cell.kind in ends and cell.on <= until]
    others = tuple(dict.fromkeys(cell.kind for cell in late))
    sorts: tuple[tuple[Sort, list[Cell], str], ...] = (
        (LATE, late, Narrowed(others).query(month="late")),
        (STALE, stale, Narrowed((Kind.FACT,)).query(month="late")),
        (ENDING, ending, Narrowed(ends).query()),
    )
    *named, coming = outline.entries([*((cells, NAMED) for _s, cells, _q in sorts), (outline.coming, following)])
    found = [
        Attention(sort, counted(cells), f"{page}{query}", [(_words(entry), url_of(entry, actor)) for entry in entries])
        for (sort, cells, query), entries in zip(sorts, named, strict=True)
    ]
    return found, coming


def _words(entry: Entry) -> str:
    return f"{entry.reference} {entry.vendor or entry.what}"


def _all(actor: Actor, today: dt.date) -> Iterator[Attention]:
    yield _rows(NO_DPA, without_dpa(actor, today), f"{_list(actor, 'offerings')}?dpa={WANTED}")
    if actor.can(P.CUSTOMERS_VIEW):
        yield _rows(
            OBJECTIONS, _objections(actor), f"{_list(actor, 'subprocessor-notices')}?objected_on_from=2000-01-01"
        )
    yield _shadow(actor)
    yield from _registers(actor)
    yield from _lacking(actor)


def _shadow(actor: Actor) -> Attention:
    found, page = shadow_of(actor.organisation).findings, reverse("shadow-use", args=[actor.organisation.slug])
    named = [(f"{one.system.name if one.system else one.seen.system}: {one.seen.model}", page) for one in found[:NAMED]]
    return Attention(SHADOW, len(found), page, named)


def _registers(actor: Actor) -> Iterator[Attention]:
    sorts: tuple[tuple[Sort, Any, str, dict[str, Any], str], ...] = (
        (NOTICES, VendorNotice, "vendor-notices", {"decision": "open"}, "?decision=open"),
        (INCIDENTS, VendorIncident, "vendor-incidents", {"state": "open"}, "?state=open"),
        (FINDINGS, VendorFinding, "vendor-findings", {"severity": "high", "done_on": None}, "?severity=high&done_on=-"),
        (UNTRIED, ExitPlan, "exit-plans", {"rehearsal": "never"}, "?rehearsal=never"),
    )
    for sort, model, slug, wanted, query in sorts:
        rows = model.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None, **wanted)
        yield _rows(sort, rows.select_related("vendor"), f"{_list(actor, slug)}{query}")


def _lacking(actor: Actor) -> Iterator[Attention]:
    """What vendors in use lack: all of it in one query."""
    undecided = Q(criticality=Vendor.Criticality.UNDECIDED)
    lists = (
        (NO_EXIT, lacking("exit"), "?lacks=exit"),
        (NO_AGREEMENT, lacking("agreement"), "?lacks=agreement"),
        (UNDECIDED, undecided, "?criticality=undecided"),
    )
    rows = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(IN_USE)
    counts = rows.aggregate(**{f"n{at}": Count("pk", filter=lack) for at, (_s, lack, _q) in enumerate(lists)})
    for at, (sort, _lack, query) in enumerate(lists):
        yield Attention(sort, counts[f"n{at}"], f"{_list(actor, 'vendors')}{query}")


def without_dpa(actor: Actor, today: dt.date) -> Any:
    """Offerings in use or asked for that need a DPA, and that none covers."""
    rows = Offering.objects.permitted(actor, P.VENDORS_VIEW).filter(needing_dpa(actor.organisation), archived_at=None)
    return rows.exclude(state__in=STOPPED).exclude(covered(actor.organisation, today))


def _objections(actor: Actor) -> Any:
    rows = SubprocessorNotice.objects.permitted(actor, P.CUSTOMERS_VIEW).filter(archived_at=None, answered_on=None)
    return rows.exclude(objected_on=None).select_related("change")


def _rows(sort: Sort, rows: Any, url: str) -> Attention:
    return Attention(sort, rows.count(), url, _named(rows.order_by("pk")[:NAMED]))


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(str(row), row.get_absolute_url()) for row in rows]


def _list(actor: Actor, slug: str) -> str:
    return registers.by_slug(slug).list_url(actor.organisation.slug)

"""What the register lacks, and where it is filled in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.models.record import Record
from grc.registers.register import registers
from vendors.dora.holdings import Holdings, code_of
from vendors.models import Vendor

NAMED = 5
Text = str | Promise


@dataclass(frozen=True)
class Gap:
    """``column``: which column stays empty; ``url``: a list of all that lack it, empty where no list can show them."""

    text: Text
    column: str
    records: Sequence[Record]
    url: str = ""

    @property
    def count(self) -> int:
        return len(self.records)

    @property
    def named(self) -> list[tuple[str, str]]:
        return [(str(record), record.get_absolute_url()) for record in self.records[:NAMED]]

    @property
    def more(self) -> int:
        return max(self.count - NAMED, 0)


def gaps_of(held: Holdings, actor: Actor) -> list[Gap]:
    """Everything of which there is at least one."""
    return [gap for gap in (*_of_vendors(held, actor), *_of_others(held)) if gap.records]


def _of_vendors(held: Holdings, actor: Actor) -> Iterator[Gap]:
    url = registers.of(Vendor).list_url(actor.organisation.slug)
    sorts: tuple[tuple[Text, str, Callable[[Vendor], bool], str], ...] = (
        (_("Providers without identifier"), "B_05.01.0010", lambda v: not v.identifier.strip(), "?lacks=identifier"),
        (
            _("Identifiers that are neither LEI nor EUID"),
            "B_05.01.0020",
            lambda v: bool(v.identifier.strip()) and not code_of(v)[1],
            "",
        ),
        (_("Providers without contracting entity"), "B_05.01.0050", lambda v: not v.legal_name, "?lacks=entity"),
        (_("Providers without country"), "B_05.01.0080", lambda v: not v.country, "?lacks=country"),
        (
            _("Providers without an agreement in force or to come"),
            "B_02.01.0010",
            lambda v: not held.agreements[v.pk],
            "",
        ),
        (_("Providers for which no function is named"), "B_06.01.0030", lambda v: not v.functions, "?lacks=functions"),
        (
            _("Providers whose criticality nobody has judged"),
            "B_07.01",
            lambda v: v.criticality == Vendor.Criticality.UNDECIDED,
            "?criticality=undecided&ended_on=-",
        ),
    )
    for text, column, lacks, query in sorts:
        yield Gap(text, column, [v for v in held.vendors if lacks(v)], f"{url}{query}" if query else "")
    bare = [vendor for vendor in held.weighty if not held.exits[vendor.pk]]
    yield Gap(_("High or critical providers without an exit plan"), "B_07.01.0080", bare, f"{url}?lacks=exit")


def _of_others(held: Holdings) -> Iterator[Gap]:
    agreements = [one for vendor in held.vendors for one in held.agreements[vendor.pk]]
    undated = [one for one in agreements if held.terms[one.pk].begins_on is None]
    yield Gap(_("Agreements without a first day"), "B_02.02.0070", undated)
    yield Gap(_("Agreements without notice in days"), "B_02.02.0100", [a for a in agreements if a.notice_days is None])
    offerings = [one for vendor in held.vendors for one in held.offerings[vendor.pk]]
    yield Gap(_("Offerings without a route"), "B_05.02", [one for one in offerings if not held.routes[one.pk]])
    routes: list[Any] = [route for one in offerings for route in held.routes[one.pk]]
    yield Gap(_("Routes without country"), "B_02.02.0160", [route for route in routes if not route.country])

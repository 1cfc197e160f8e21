"""Vendors at large: what needs attention, how many of which kind, on whom much depends, what comes next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.chart import Chart
from grc.registers.register import registers
from vendors.models import Offering, Vendor
from vendors.overview.attention import Attention, attention_for
from vendors.overview.calendar import Outline, url_of
from vendors.overview.concentration import countries_of, country_chart, dependence_chart, dependences_of
from vendors.overview.dates import Entry
from vendors.overview.lacks import IN_USE

P = Permission
NEXT = 8


@dataclass(frozen=True)
class Tally:
    """How many there are of one kind; the address lists them."""

    label: str
    count: int
    url: str
    tone: str = ""


@dataclass
class Overview:
    attention: list[Attention]
    criticality: list[Tally]
    states: list[Tally]
    dependence: Chart | None
    countries: Chart | None
    next: list[tuple[Entry, str]] = field(default_factory=list)

    @property
    def vendors(self) -> int:
        return sum(tally.count for tally in self.criticality)

    @property
    def offerings(self) -> int:
        return sum(tally.count for tally in self.states)


def overview_of(actor: Actor) -> Overview:
    """What ``actor`` may see of it, today. The same number of queries, however many vendors there are."""
    dependences, countries = dependences_of(actor), countries_of(actor)
    attention, following = attention_for(actor, Outline(actor), NEXT)
    return Overview(
        attention=attention,
        criticality=_criticality(actor),
        states=_states(actor),
        dependence=dependence_chart(dependences) if dependences else None,
        countries=country_chart(countries) if countries else None,
        next=[(entry, url_of(entry, actor)) for entry in following],
    )


def _criticality(actor: Actor) -> list[Tally]:
    rows = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(IN_USE).order_by().values_list("criticality")
    return _tallies(actor, "vendors", "criticality", list(reversed(Vendor.Criticality)), rows, "&ended_on=-")


def _states(actor: Actor) -> list[Tally]:
    rows = Offering.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None).order_by().values_list("state")
    return _tallies(actor, "offerings", "state", list(Offering.State), rows)


def _tallies(actor: Actor, slug: str, name: str, choices: Sequence[Any], rows: Any, also: str = "") -> list[Tally]:
    register, counts = registers.by_slug(slug), Counter(dict(rows.annotate(n=Count("pk"))))
    url = register.list_url(actor.organisation.slug)
    return [
        Tally(str(one.label), counts[one.value], f"{url}?{name}={one.value}{also}", register.tone(name, one.value))
        for one in choices
    ]

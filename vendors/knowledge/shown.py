"""What stands on the pages of vendors, offerings and facts: facts by topic, what is held, who cites it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.knowledge.coverage import Coverage, coverages_of
from vendors.knowledge.freshness import Freshness, freshness_of
from vendors.knowledge.holding import Held, held_of
from vendors.models import Assurance, Offering, ReviewAnswer, Vendor, VendorFact

P, Topic = Permission, VendorFact.Topic
ASKED = (Topic.TRAINING, Topic.RETENTION, Topic.RESIDENCY, Topic.NOTICE, Topic.SUBPROCESSORS, Topic.DPA)
"""What should be known of everything that is used."""

MOST = 200


@dataclass(frozen=True)
class FactRow:
    fact: VendorFact
    freshness: Freshness


@dataclass(frozen=True)
class FactGroup:
    """Facts that hold alike: of the offering at large, of one plan, or of one route."""

    title: str
    note: str | Promise
    rows: list[FactRow]


@dataclass(frozen=True)
class FactsOfOffering:
    """``missing``: topics that should be known, and are not."""

    groups: list[FactGroup]
    missing: list[tuple[str, str]]

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def not_citable(self) -> int:
        return sum(not row.freshness.citable for group in self.groups for row in group.rows)


def facts_of(offering: Offering, actor: Actor, today: dt.date) -> FactsOfOffering:
    """What is known of ``offering``, plans and routes apart. One query."""
    rows: Any = VendorFact.objects.permitted(actor, P.VENDORS_VIEW).filter(offering=offering, archived_at=None)
    rows = rows.select_related("offering", "plan", "route__plan", "organisation").order_by("pk")[:MOST]
    order = {topic: number for number, topic in enumerate(Topic.values)}
    groups: dict[tuple[int, int], FactGroup] = {}
    for fact in sorted(rows, key=_place):
        group = groups.setdefault(_place(fact), FactGroup(*_heading(fact), []))
        group.rows.append(FactRow(fact, freshness_of(fact, today)))
    for group in groups.values():
        group.rows.sort(key=lambda row: order[row.fact.topic])
    known = {row.fact.topic for group in groups.values() for row in group.rows}
    missing = [(topic.value, str(topic.label)) for topic in ASKED if topic not in known]
    return FactsOfOffering(list(groups.values()), missing)


def _place(fact: VendorFact) -> tuple[int, int]:
    if fact.route_id is not None:
        return 2, fact.route_id
    return (1, fact.plan_id) if fact.plan_id is not None else (0, 0)


def _heading(fact: VendorFact) -> tuple[str, str]:
    if fact.route is not None:
        said = {"route": fact.route.name, "plan": fact.route.plan.name}
        return _("Route: %(route)s") % said, _("On this route of %(plan)s alone.") % said
    if fact.plan is not None:
        note = "" if fact.plan.allowed else _("Nobody may use this plan.")
        return _("Plan: %(plan)s (%(tier)s)") % {"plan": fact.plan.name, "tier": fact.plan.get_tier_display()}, note
    return _("Of the offering"), ""


@dataclass(frozen=True)
class HeldRow:
    """``offering``: for which alone; None: for all that the vendor supplies."""

    held: Held
    offering: Offering | None


def held_by(vendor: Vendor, actor: Actor, today: dt.date) -> list[HeldRow]:
    """Every certificate, report and claim of ``vendor``. One query."""
    rows: Any = Assurance.objects.permitted(actor, P.VENDORS_VIEW).filter(vendor=vendor, archived_at=None)
    rows = rows.select_related("offering__organisation", "organisation").order_by("standard", "pk")[:MOST]
    return [HeldRow(held_of(one, today), one.offering) for one in rows]


def verdicts_of(vendor: Vendor, actor: Actor, today: dt.date) -> Sequence[tuple[Offering, Coverage]]:
    """Of each offering that is not refused or over, whether what is held is enough. Three queries."""
    rows: Any = Offering.objects.permitted(actor, P.VENDORS_VIEW).filter(vendor=vendor, archived_at=None)
    rows = rows.exclude(state__in=(Offering.State.REFUSED, Offering.State.ENDED))
    offerings = list(rows.select_related("organisation").order_by("pk")[:MOST])
    covered = coverages_of(offerings, today)
    return [(offering, covered[offering.pk]) for offering in offerings]


def cited_by(fact: VendorFact, actor: Actor) -> Iterable[ReviewAnswer]:
    """The answers in reviews that cite ``fact``, as far as ``actor`` may see them."""
    rows: Any = ReviewAnswer.objects.permitted(actor, P.VENDORS_VIEW).filter(fact=fact, archived_at=None)
    found: list[ReviewAnswer] = list(
        rows.select_related("review__vendor", "review__organisation", "organisation").order_by("-pk")[:MOST]
    )
    return found

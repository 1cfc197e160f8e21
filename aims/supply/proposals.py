"""Risks that the vendor register proposes: nothing is a risk before a person makes it one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from aims.models import AISystem, Risk
from aims.supply.chain import Flag, Hop, hops_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link
from grc.models.record import Record
from vendors.models import ExitPlan, Offering, Vendor
from vendors.shadow.findings import shadow_of

P = Permission
NEEDED = (Vendor.Criticality.HIGH, Vendor.Criticality.CRITICAL)
"""From which criticality on a vendor without an exit plan is a risk."""


@dataclass(frozen=True)
class Proposal:
    """``about``: the record that it follows from, with which the risk will be linked; ``risk``: made of it already."""

    key: str
    name: str
    event: str
    about: Record
    system: AISystem | None = None
    risk: Risk | None = None


def proposals_of(actor: Actor) -> list[Proposal]:
    """What ``actor`` may see of it; empty for who may not see vendors. A fixed number of queries."""
    if not actor.can(P.VENDORS_VIEW):
        return []
    found = [*_without_exit(actor), *_of_hops(actor), *_shadow(actor)]
    made = _made(actor, found)
    return [
        Proposal(one.key, one.name, one.event, one.about, one.system, made.get((one.about.pk, one.name[:200])))
        for one in found
    ]


def _without_exit(actor: Actor) -> Iterator[Proposal]:
    planned = ExitPlan.objects.within(actor.organisation).filter(archived_at=None)
    rows = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(
        archived_at=None, ended_on=None, criticality__in=NEEDED
    )
    for vendor in rows.exclude(pk__in=planned.values("vendor")).select_related("key").order_by("reference"):
        words = {"vendor": vendor.name, "reference": vendor.reference}
        yield Proposal(
            f"exit:{vendor.reference}",
            _("%(vendor)s fails or changes its terms, and there is no way out") % words,
            _("%(reference)s is of high criticality and has no exit plan.") % words,
            vendor,
        )


def _of_hops(actor: Actor) -> Iterator[Proposal]:
    """Each once for a system and an offering, by however many routes."""
    found: dict[str, Proposal] = {}
    for hop in hops_of(actor):
        for proposal in (*_without_dpa(hop), *_disallowed(hop)):
            found.setdefault(proposal.key, proposal)
    yield from found.values()


def _without_dpa(hop: Hop) -> Iterator[Proposal]:
    if Flag.NO_DPA in hop.flags:
        words = _words(hop)
        yield Proposal(
            f"dpa:{hop.system.reference}:{hop.offering.reference}",
            _("Personal data of %(system)s reaches %(offering)s without a contract") % words,
            " ".join([_("%(reference)s receives personal data.") % words, *hop.cover.gaps]),
            hop.offering,
            hop.system,
        )


def _disallowed(hop: Hop) -> Iterator[Proposal]:
    if Flag.DATA in hop.flags:
        words = _words(hop) | {"data": ", ".join(hop.extra), "use": hop.use.reference, "route": hop.route.name}
        yield Proposal(
            f"data:{hop.system.reference}:{hop.offering.reference}",
            _("%(system)s sends data to %(offering)s that may not go there") % words,
            _("%(use)s by the route %(route)s: %(data)s.") % words,
            hop.offering,
            hop.system,
        )


def _words(hop: Hop) -> dict[str, str]:
    return {"system": hop.system.name, "offering": hop.offering.name, "reference": hop.offering.reference}


def _shadow(actor: Actor) -> Iterator[Proposal]:
    found = shadow_of(actor.organisation).findings
    keys = {one.system.key.pk for one in found if one.system}
    rows: Any = AISystem.objects.permitted(actor, P.SYSTEMS_VIEW).filter(pk__in=keys).select_related("key")
    systems = {system.pk: system for system in rows}
    for one in found:
        system = systems.get(one.system.key.pk) if one.system else None
        about: Offering | AISystem | None = system or one.offering
        if about is None:
            continue  # a system that is not registered: register it first
        words = {"system": one.system.name if one.system else one.seen.system, "model": one.seen.model}
        yield Proposal(
            f"shadow:{one.seen.system}:{one.seen.model}",
            _("%(system)s sends data to %(model)s, which nobody approved") % words,
            _("Decision records show it: %(why)s.") % {"why": one.why.label.lower()},
            about,
            system,
        )


def _made(actor: Actor, found: list[Proposal]) -> dict[tuple[int, str], Risk]:
    """Risks that are linked with what they were made of, by that and their name."""
    keys = {one.about.pk for one in found}
    links = Link.objects.within(actor.organisation).filter(archived_at=None, source__register="risks", target__in=keys)
    pairs = list(links.values_list("source_id", "target_id"))
    names = {one.name[:200] for one in found}
    rows: Any = Risk.objects.permitted(actor, P.RISKS_VIEW).filter(
        Q(pk__in=[risk for risk, _about in pairs]), archived_at=None, name__in=names
    )
    risks = {risk.pk: risk for risk in rows.select_related("organisation")}
    return {(about, risks[key].name): risks[key] for key, about in pairs if key in risks}

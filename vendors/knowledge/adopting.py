"""Known providers are taken over from the library: vendor, offering, facts with their sources, claims of assurance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.actions.records import create_record
from vendors.knowledge.library import Claim, KnownFact, Provider, library
from vendors.models import Assurance, Offering, Vendor, VendorFact, VendorPlan

P = Permission


class NoSuchProvider(ValueError):
    """There is no such provider in the library, or none was named; ``str()`` says which."""


@dataclass(frozen=True)
class Adopted:
    """What came of one provider: its offering, and how many facts and claims were added to what was there."""

    offering: Offering
    facts: int
    claims: int


@transaction.atomic
def adopt_providers(*, keys: Sequence[str], by: Actor) -> list[Adopted]:
    """Take these providers over, all of them or none. What is there already stays: only what is missing is added.

    Raises ``NoSuchProvider``, ``Denied``.
    """
    require(by, P.VENDORS_EDIT)
    if not keys:
        raise NoSuchProvider(_("Choose at least one provider."))
    return [_adopt(_provider(key), by) for key in dict.fromkeys(keys)]


def providers_used(by: Actor) -> dict[str, Offering]:
    """The offerings that hold facts of the library, by the key of the provider. One query."""
    rows: Any = VendorFact.objects.permitted(by, P.VENDORS_VIEW).filter(archived_at=None, offering__archived_at=None)
    rows = rows.exclude(starter="").select_related("offering__organisation").order_by("pk")
    return {fact.starter.partition("/")[0]: fact.offering for fact in rows}


def _provider(key: str) -> Provider:
    try:
        return library().providers[key]
    except KeyError:
        raise NoSuchProvider(_("There is no provider “%(key)s” in the library.") % {"key": key[:40]}) from None


def _adopt(provider: Provider, by: Actor) -> Adopted:
    offering = _offering(provider, _vendor(provider, by), by)
    facts = _missing_facts(provider, offering, by)
    create_records(records=facts, by=by, reason=_("from the library of known providers"))
    claims = _missing_claims(provider, offering, by)
    create_records(records=claims, by=by, reason=_("from the library of known providers"))
    return Adopted(offering, len(facts), len(claims))


def _vendor(provider: Provider, by: Actor) -> Vendor:
    rows: Any = Vendor.objects.within(by.organisation).filter(archived_at=None)
    found: Vendor | None = rows.filter(name__iexact=provider.vendor["name"]).select_related("organisation").first()
    return found or create_record(record=Vendor(**provider.vendor), by=by, reason=_("known provider"))


def _offering(provider: Provider, vendor: Vendor, by: Actor) -> Offering:
    rows: Any = Offering.objects.within(by.organisation).filter(vendor=vendor, archived_at=None)
    found: Offering | None = rows.filter(name__iexact=provider.offering["name"]).select_related("organisation").first()
    made = Offering(vendor=vendor, **provider.offering)
    return found or create_record(record=made, by=by, reason=_("known provider"))


def _missing_facts(provider: Provider, offering: Offering, by: Actor) -> list[VendorFact]:
    rows: Any = VendorFact.objects.within(by.organisation).filter(offering=offering, archived_at=None)
    begun = set(rows.values_list("starter", flat=True))
    taken = set(rows.filter(route=None).exclude(topic="other").values_list("plan", "topic"))
    found = []
    for known in provider.facts:
        if f"{provider.key}/{known.key}" in begun:
            continue
        plan = _free_plan(provider, offering, by) if known.tier else None
        if (plan and plan.pk, known.topic) not in taken:
            found.append(_fact(provider, known, offering, plan))
    return found


def _free_plan(provider: Provider, offering: Offering, by: Actor) -> VendorPlan:
    """The one free plan that is there, or a new one that nobody may use."""
    rows: Any = VendorPlan.objects.within(by.organisation).filter(offering=offering, archived_at=None, tier="free")
    found = list(rows.select_related("organisation").order_by("pk")[:2])
    called = [plan for plan in found if plan.name == provider.free_plan]
    if called or len(found) == 1:
        return (called or found)[0]
    plan = VendorPlan(offering=offering, name=provider.free_plan, tier=VendorPlan.Tier.FREE, allowed=False)
    return create_record(record=plan, by=by, reason=_("known provider"))


def _fact(provider: Provider, known: KnownFact, offering: Offering, plan: VendorPlan | None) -> VendorFact:
    return VendorFact(
        organisation=offering.organisation,
        offering=offering,
        plan=plan,
        topic=known.topic,
        says=known.says,
        days=known.days,
        source="\n".join(known.source),
        verified_on=known.verified_on,
        good_for_days=library().good_for_days,
        confidence=known.confidence,
        conflict=known.conflict,
        starter=f"{provider.key}/{known.key}",
    )


def _missing_claims(provider: Provider, offering: Offering, by: Actor) -> list[Assurance]:
    rows: Any = Assurance.objects.within(by.organisation).filter(vendor=offering.vendor_id, archived_at=None)
    rows = rows.filter(Q(offering=None) | Q(offering=offering))
    there = set(rows.values_list("standard", flat=True))
    return [_claim(claim, offering) for claim in provider.claims if claim.standard not in there]


def _claim(claim: Claim, offering: Offering) -> Assurance:
    said = {"scope": claim.scope, "source": claim.source}
    return Assurance(
        organisation=offering.organisation,
        vendor=offering.vendor,
        offering=offering,
        standard=claim.standard,
        status=Assurance.Status.CLAIMED,
        scope=_("%(scope)s. Nobody here has seen it. Source: %(source)s.") % said,
    )

"""What AI systems tell the overview of vendors: which of them use whom."""

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from aims.models.supply import SystemUse
from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.overview.concentration import systems_by_vendor

P = Permission


@systems_by_vendor.add()
def systems_in_use(actor: Actor) -> dict[int, set[str]]:
    """By vendor: the systems that use it now, directly or through another one, which counts as well. One query."""
    if not actor.can(P.SYSTEMS_VIEW):
        return {}
    rows = SystemUse.objects.permitted(actor, P.VENDORS_VIEW).filter(
        Q(until=None) | Q(until__gte=timezone.localdate()), archived_at=None, system__archived_at=None
    )
    found: dict[int, set[str]] = defaultdict(set)
    for name, maker, carrier in rows.values_list(
        "system__name", "route__plan__offering__vendor_id", "route__through_id"
    ):
        for vendor in {maker, carrier} - {None}:
            found[vendor].add(name)
    return found

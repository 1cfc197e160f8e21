"""Components that name a supplier in words: which of these are no registered vendor, or have no use of its routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from aims.models import AISystem, Component
from aims.supply.chain import Hop
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from vendors.models import Vendor

P = Permission


@dataclass(frozen=True)
class Untied:
    """A component's supplier in its own words, and what would tie it; ``url`` is empty for who may not."""

    component: Component
    supplier: str
    label: str
    url: str


def untied_of(system: AISystem, hops: list[Hop], actor: Actor) -> Iterator[Untied]:
    """A supplier is tied where the system uses a vendor or an offering of that name."""
    rows = Component.objects.permitted(actor, P.SYSTEMS_VIEW).filter(system=system.pk, archived_at=None)
    named = rows.exclude(supplier="").select_related("organisation").order_by("reference")
    used = {name for hop in hops for name in (hop.vendor.name, hop.offering.name)}
    used |= {hop.route.through.name for hop in hops if hop.route.through}
    open_ones = [one for one in named if not any(is_called(name, one.supplier) for name in used)]
    if not open_ones:
        return
    vendors = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None).order_by("reference")
    known = list(vendors.values_list("name", flat=True))
    may, slug = allows(actor, P.VENDORS_EDIT), actor.organisation.slug
    for one in open_ones:
        if any(is_called(name, one.supplier) for name in known):
            label, url = _("Say by which route"), f"{reverse('uses-new', args=[slug])}?system={system.reference}"
        else:
            label = _("Register the vendor")
            url = f"{reverse('vendors-new', args=[slug])}?kind={_kind(one)}"
        yield Untied(one, one.supplier, label, url if may else "")


def is_called(name: str, supplier: str) -> bool:
    """Whether ``supplier``, as somebody typed it, is the vendor of this name: all words of the one in the other."""
    ours, theirs = _words(name), _words(supplier)
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _kind(component: Component) -> str:
    kinds = {"model": Vendor.Kind.MODEL, "dataset": Vendor.Kind.DATA, "store": Vendor.Kind.TOOL}
    return kinds.get(component.kind, Vendor.Kind.TOOL).value

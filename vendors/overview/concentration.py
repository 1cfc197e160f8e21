"""On whom much depends: by vendor how many functions and AI systems, by country how many vendors."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.chart import Chart, Series
from grc.pictures.named import name_picture
from grc.registries import Registry
from vendors.models import Vendor
from vendors.overview.lacks import IN_USE, country_name

VIEW = Permission.VENDORS_VIEW
TOP = 10

systems_by_vendor: Registry[Callable[[Actor], Mapping[int, Collection[str]]]] = Registry()
"""By a vendor's key: the names of the AI systems that use it and that the actor may see. Upper layers know them."""


@dataclass(frozen=True)
class Dependence:
    """What depends on one vendor, by its name."""

    vendor: str
    functions: tuple[str, ...]
    systems: tuple[str, ...]

    @property
    def weight(self) -> int:
        return len(self.functions) + len(self.systems)


def functions_in(text: str) -> tuple[str, ...]:
    """The functions that a vendor's field names, each once, as they are written first."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]", text):
        if name := " ".join(part.split()):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def dependences_of(actor: Actor) -> list[Dependence]:
    """Vendors on which something depends, the most first. One query, and those of whoever knows the systems."""
    used: dict[int, set[str]] = defaultdict(set)
    for known in systems_by_vendor:
        for vendor, names in known(actor).items():
            used[vendor] |= set(names)
    rows = _in_use(actor).filter(~Q(functions="") | Q(pk__in=list(used)))
    found = [
        Dependence(name, functions_in(functions), tuple(sorted(used.get(pk, ()))))
        for pk, name, functions in rows.values_list("pk", "name", "functions")
    ]
    found = [one for one in found if one.weight]
    return sorted(found, key=lambda one: (-one.weight, one.vendor))


def dependence_chart(found: Iterable[Dependence]) -> Chart:
    top = list(found)[:TOP]
    return Chart(
        title=_("What depends on whom"),
        description=_("Business functions and AI systems by vendor; the %(n)d on which most depends.") % {"n": TOP},
        labels=[one.vendor for one in top],
        series=[
            Series(_("Functions"), [len(one.functions) for one in top], "blue"),
            Series(_("AI systems"), [len(one.systems) for one in top], "purple"),
        ],
        kind="stacked",
        first=_("Vendor"),
        slug="vendor-dependence",
    )


def countries_of(actor: Actor) -> list[tuple[str, str, int]]:
    """(code, name, vendors in use), the most first; an empty code for those that name no country."""
    counts = _in_use(actor).order_by().values_list("country").annotate(n=Count("pk"))
    named = [(code, country_name(code) if code else _("Not known"), count) for code, count in counts]
    return sorted(named, key=lambda one: (-one[2], one[1]))


def country_chart(found: Collection[tuple[str, str, int]]) -> Chart:
    top = list(found)[:TOP]
    return Chart(
        title=_("Where vendors sit"),
        description=_("Vendors by the country of the entity that signs."),
        labels=[name for _code, name, _count in top],
        series=[Series(_("Vendors"), [count for _code, _name, count in top], "blue")],
        first=_("Country"),
        slug="vendor-countries",
    )


def _in_use(actor: Actor) -> Any:
    return Vendor.objects.permitted(actor, VIEW).filter(IN_USE)


name_picture("vendor-dependence", VIEW, lambda actor: dependence_chart(dependences_of(actor)))
name_picture("vendor-countries", VIEW, lambda actor: country_chart(countries_of(actor)))

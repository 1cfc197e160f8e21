"""The catalogues that come with Assay: which are in use, and taking one over."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from controls.actions.frameworks import NotAdoptable, adopt_framework
from controls.catalogues.shipped import KEYS, Catalogue, catalogue
from controls.models import Framework, Mapping, Requirement
from controls.outline import holds_others
from controls.views.base import ControlsView
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission

P = Permission


@dataclass(frozen=True)
class Offer:
    """A catalogue, how many of its lines are to be met (of each kind too), and the framework that was made of it.

    ``earlier``: it was made of other bytes than are shipped now.
    """

    catalogue: Catalogue
    count: int
    kinds: list[tuple[str, int]]
    framework: Framework | None
    earlier: bool

    @property
    def kind(self) -> str:
        return str(Framework.Kind(self.catalogue.facts["kind"]).label)


def offers(actor: Actor) -> list[Offer]:
    """Every shipped catalogue, in its order. One query."""
    rows = Framework.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(archived_at=None, catalogue__in=KEYS)
    used = {row.catalogue: row for row in rows.order_by("pk")}
    found = []
    for key in KEYS:
        shipped, framework = catalogue(key), used.get(key)
        kinds = _to_be_met(shipped)
        earlier = framework is not None and framework.sha256 != shipped.sha256
        found.append(Offer(shipped, kinds.total(), named(kinds), framework, earlier))
    return found


def _to_be_met(shipped: Catalogue) -> "Counter[str]":
    above = {item.parent for item in shipped.items}
    met = (item for item in shipped.items if not holds_others(item.kind, item.code in above, bool(item.parent)))
    return Counter(item.kind for item in met)


def named(kinds: "Counter[str]") -> list[tuple[str, int]]:
    """How many there are of each kind, where there is more than one kind; the most first."""
    if len(kinds) < 2:
        return []
    return [(str(Requirement.Kind(kind).label), count) for kind, count in kinds.most_common()]


class CataloguesPage(ControlsView):
    sees, name = (P.FRAMEWORKS_VIEW,), "framework-catalogues"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.FRAMEWORKS_EDIT)
        try:
            framework = adopt_framework(key=request.POST.get("catalogue", ""), by=self.actor)
        except NotAdoptable as error:
            return self._page(status=422, refused=str(error))
        messages.success(request, taken_over(framework))
        return redirect(framework.get_absolute_url())

    def _page(self, status: int = 200, refused: str = "") -> HttpResponse:
        shown = offers(self.actor)
        return self.show(
            "controls/catalogues.html",
            status=status,
            offers=shown,
            used=sum(offer.framework is not None for offer in shown),
            refused=refused,
            can_edit=self.actor.can(P.FRAMEWORKS_EDIT),
        )


def taken_over(framework: Framework) -> str:
    """What came with a framework, in a sentence."""
    organisation = framework.organisation
    lines = Requirement.objects.within(organisation).filter(framework=framework).count()
    rows = Mapping.objects.within(organisation).filter(archived_at=None)
    mappings = rows.filter(source__framework=framework).count() + rows.filter(target__framework=framework).count()
    said = ngettext("%(name)s is in use, with %(n)d line.", "%(name)s is in use, with %(n)d lines.", lines)
    text = said % {"name": framework.short, "n": lines}
    if mappings:
        also = ngettext(
            "%(n)d mapping to your other frameworks is proposed.",
            "%(n)d mappings to your other frameworks are proposed.",
            mappings,
        )
        text = f"{text} {also % {'n': mappings}}"
    return text

"""Beginning a statement: which frameworks have controls and no statement yet."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from aims.models import SoA
from aims.soa.actions import NotBegun, begin_soa
from controls.catalogues.shipped import KEYS, Catalogue, catalogue
from controls.models import Framework, Requirement
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.registers.pages import RegisterPage

CONTROL = Requirement.Kind.CONTROL


@dataclass(frozen=True)
class Offer:
    """A framework in use, with how many controls it has, and the statement that there is for it."""

    framework: Framework
    controls: int
    soa: SoA | None


def offers_for(actor: Actor) -> list[Offer]:
    """Frameworks in use that have controls."""
    controls = Count("requirements", filter=Q(requirements__kind=CONTROL, requirements__archived_at=None))
    rows = Framework.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(archived_at=None)
    begun = {
        soa.framework_id: soa for soa in SoA.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(archived_at=None)
    }
    counted: Any = rows.annotate(controls=controls).filter(controls__gt=0).order_by("pk")
    return [Offer(row, row.controls, begun.get(row.pk)) for row in counted]


def not_in_use(actor: Actor) -> list[Catalogue]:
    """Catalogues with controls that come with Assay and were not taken over yet."""
    rows = Framework.objects.within(actor.organisation).filter(archived_at=None).exclude(catalogue="")
    used = set(rows.values_list("catalogue", flat=True))
    shipped = [catalogue(key) for key in KEYS if key not in used]
    return [one for one in shipped if any(item.kind == CONTROL for item in one.items)]


class BeginPage(RegisterPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.CONTROLS_EDIT)
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.CONTROLS_EDIT)
        wanted = request.POST.get("framework", "")
        framework = next((one.framework for one in offers_for(self.actor) if one.framework.reference == wanted), None)
        if framework is None:
            return self._page(422, _("Choose one of the frameworks below."))
        try:
            soa = begin_soa(framework=framework, by=self.actor)
        except NotBegun as error:
            return self._page(422, str(error))
        messages.success(request, _("%(reference)s is begun.") % {"reference": soa.reference})
        return redirect("soa-work", self.actor.organisation.slug, soa.reference)

    def _page(self, status: int = 200, refused: str = "") -> HttpResponse:
        offers = offers_for(self.actor)
        return self.show(
            "aims/soa/begin.html",
            status=status,
            offers=offers,
            next_offer=next((offer for offer in offers if offer.soa is None), None),
            missing=not_in_use(self.actor),
            can_adopt=self.actor.can(Permission.FRAMEWORKS_EDIT),
            refused=refused,
        )

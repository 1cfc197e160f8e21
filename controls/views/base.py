"""What these pages and these parts of the API have in common: who may see them, and which frameworks are in use."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from controls.models import Control, Framework, Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.registers.query import BadQuery
from grc.views.gated import GatedPage

ISO_42001 = "iso42001"


class ControlsView(GatedPage):
    """A page of this part, which says what it could not read in its address."""

    name: ClassVar[str]
    """The address that one goes back to from a request that could not be read."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadQuery as error:
            kwargs.pop("organisation", None)
            return self.show("controls/bad_query.html", status=400, error=error, back=self.back(**kwargs))

    def back(self, **kwargs: object) -> str:
        return self.url(self.name, *kwargs.values())


class ControlsAPI(OrganisationMixin, APIView):
    """The same for the API."""

    sees: ClassVar[tuple[Permission, ...]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not all(self.actor.can(permission) for permission in self.sees):
            raise Http404


def frameworks_in_use(actor: Actor) -> list[Framework]:
    """ISO/IEC 42001 first, the others in the order in which they came."""
    rows = Framework.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(archived_at=None).order_by("pk")
    return sorted(rows, key=lambda framework: framework.catalogue != ISO_42001)


def framework_called(reference: str, actor: Actor) -> Framework:
    """A framework that the actor may see, archived or not. Raises ``Http404``."""
    rows: QuerySet[Framework] = Framework.objects.permitted(actor, Permission.FRAMEWORKS_VIEW)
    return get_object_or_404(rows.select_related("key"), reference=reference)


def requirement_called(reference: str, actor: Actor) -> Requirement:
    """The same for a requirement."""
    rows: QuerySet[Requirement] = Requirement.objects.permitted(actor, Permission.FRAMEWORKS_VIEW)
    return get_object_or_404(rows.select_related("key", "framework"), reference=reference)


def control_called(reference: str, actor: Actor) -> Control:
    """The same for a control."""
    rows: QuerySet[Control] = Control.objects.permitted(actor, Permission.CONTROLS_VIEW)
    return get_object_or_404(rows.select_related("key"), reference=reference)


def chosen_framework(given: str, frameworks: list[Framework]) -> Framework:
    """The one that is asked for by reference, or the first. Raises ``BadQuery``."""
    if not given:
        return frameworks[0]
    found = next((framework for framework in frameworks if framework.reference == given), None)
    if found is None:
        raise BadQuery("framework", _("There is no framework “%(reference)s” in use here.") % {"reference": given[:40]})
    return found


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where a form said that one came from, if that is a page of ours."""
    given = request.POST.get("back", "")
    if given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    return otherwise

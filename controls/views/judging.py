"""Confirming and rejecting mappings, one or several at once, and back to where one came from."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.actions.mappings import NotJudged, judge_mappings
from controls.models import Mapping
from controls.views.base import ControlsView, way_back
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.query import BadQuery

P = Permission
Standing = Mapping.Standing
MOST = 500
"""Mappings that are judged at once."""


class JudgePage(ControlsView):
    """A rejection asks for its reason first, on a page of its own; everything else is done at once."""

    sees, name = (P.FRAMEWORKS_VIEW,), "framework-crosswalk"

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.FRAMEWORKS_EDIT)
        mappings = mappings_called(request.POST.getlist("mapping"), self.actor)
        standing = request.POST.get("standing", "")
        if mappings and standing == Standing.REJECTED and "remarks" not in request.POST:
            return self._ask(mappings, standing)
        remarks = request.POST.get("remarks", "")
        try:
            judge_mappings(mappings=mappings, standing=standing, remarks=remarks, by=self.actor)
        except NotJudged as error:
            if error.field != "remarks":
                raise BadQuery(error.field, str(error)) from None
            return self._ask(mappings, standing, status=422, error=str(error))
        except StaleRecord as error:
            return self._ask(mappings, standing, status=409, error=str(error))
        messages.success(request, judged(len(mappings), standing))
        return redirect(way_back(request, self.url(self.name)))

    def _ask(self, mappings: Sequence[Mapping], standing: str, status: int = 200, error: str = "") -> HttpResponse:
        return self.show(
            "controls/judge.html",
            status=status,
            mappings=mappings,
            standing=standing,
            rejecting=standing == Standing.REJECTED,
            remarks=self.request.POST.get("remarks", ""),
            error=error,
            back=way_back(self.request, self.url(self.name)),
        )


def mappings_called(references: Sequence[str], actor: Actor) -> list[Mapping]:
    """Those mappings in use, in the order of their references. Raises ``BadQuery`` for one that is not there."""
    asked = dict.fromkeys(references)
    if len(asked) > MOST:
        raise BadQuery("mapping", _("At most %(n)d mappings at once.") % {"n": MOST})
    storable = [one for one in asked if "\x00" not in one]
    rows = Mapping.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(archived_at=None, reference__in=storable)
    found = list(rows.select_related("key", "organisation", "source", "target").order_by("reference"))
    missing = next((one for one in asked if one not in {row.reference for row in found}), None)
    if missing is not None:
        raise BadQuery("mapping", _("There is no mapping “%(reference)s” in use here.") % {"reference": missing[:40]})
    return found


def judged(count: int, standing: str) -> str:
    """What was done, in a sentence."""
    if standing == Standing.CONFIRMED:
        text = ngettext("%(n)d mapping is confirmed.", "%(n)d mappings are confirmed.", count)
    elif standing == Standing.REJECTED:
        text = ngettext("%(n)d mapping is rejected.", "%(n)d mappings are rejected.", count)
    else:
        text = ngettext("%(n)d mapping is a proposal again.", "%(n)d mappings are proposals again.", count)
    return text % {"n": count}

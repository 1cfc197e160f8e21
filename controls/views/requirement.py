"""What a requirement's page shows beyond its facts, and beginning a control for it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from controls.actions.serving import add_control_for
from controls.actions.starters import NoSuchStarter, adopt_starters
from controls.counterparts import counterparts_of
from controls.models import Control, Requirement
from controls.outline import holds_others
from controls.serving import serving
from controls.standing import standing_of
from controls.starters.shipped import Starter
from controls.views.base import ControlsView, requirement_called
from controls.views.starters import begun, starters_for
from grc.access.actor import Actor
from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable
from grc.models.record import Record
from grc.registers.forms import RecordForm, form_of
from grc.registers.register import Register, registers
from grc.registries import Part, record_parts

P = Permission


def requirement_panels(requirement: Requirement, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """The controls that serve it, and what corresponds to it elsewhere."""
    panels: list[tuple[str, dict[str, Any]]] = []
    parts = Requirement.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(parent=requirement.pk, archived_at=None)
    children = list(parts.order_by("position", "pk").only("reference", "organisation", "code", "name"))
    if holds_others(requirement.kind, bool(children), requirement.parent_id is not None):
        panels.append(("controls/parts_panel.html", {"children": children}))
    elif actor.can(P.CONTROLS_VIEW):
        panels.append(("controls/serving_panel.html", _serving(requirement, actor)))
    found = counterparts_of(actor, [requirement.pk]).get(requirement.pk, [])
    mappings = {
        "requirement": requirement,
        "counterparts": found,
        "can_judge": actor.can(P.FRAMEWORKS_EDIT),
        "back": requirement.get_absolute_url(),
    }
    panels.append(("controls/mappings_panel.html", mappings))
    return panels


def _serving(requirement: Requirement, actor: Actor) -> dict[str, Any]:
    found = serving([requirement.pk], actor)[requirement.pk]
    return {
        "requirement": requirement,
        "serving": found,
        "standing": standing_of([one.facts for one in found]),
        "can_add": actor.can(P.CONTROLS_EDIT) and requirement.archived_at is None,
    }


@record_parts.add(order=5)
def mind(register: Register, record: Record, actor: Actor) -> Iterable[Part]:
    """What one must mind of a requirement stands above everything else on its page."""
    if isinstance(record, Requirement) and record.note:
        yield Part("controls/parts/mind.html", {"note": record.note}, "top")


class RequirementControlPage(ControlsView):
    """A control that is begun for a requirement: from a name and an objective, or from its starter."""

    sees, name = (P.FRAMEWORKS_VIEW,), "requirements-detail"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        requirement = self._requirement(reference)
        return self._page(requirement, control_form(None, self.actor))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        requirement = self._requirement(reference)
        if "starter" in request.POST:
            return self._adopt(requirement, request.POST["starter"])
        form = control_form(request.POST, self.actor)
        if not form.is_valid():
            return self._page(requirement, form, status=422)
        try:
            control = add_control_for(requirement=requirement, control=form.save(commit=False), by=self.actor)
        except NotLinkable as error:
            form.add_error(None, str(error))
            return self._page(requirement, form, status=422)
        messages.success(request, begun(1))
        return redirect(control.get_absolute_url())

    def _requirement(self, reference: str) -> Requirement:
        requirement = requirement_called(reference, self.actor)
        require(self.actor, P.CONTROLS_EDIT)
        refuse_archived(requirement)
        return requirement

    def _adopt(self, requirement: Requirement, key: str) -> HttpResponse:
        try:
            (control,) = adopt_starters(keys=[key], by=self.actor)
        except NoSuchStarter as error:
            form = control_form(None, self.actor)
            return self._page(requirement, form, status=422, refused=str(error))
        messages.success(self.request, begun(1))
        return redirect(control.get_absolute_url())

    def _page(self, requirement: Requirement, form: RecordForm, status: int = 200, refused: str = "") -> HttpResponse:
        return self.show(
            "controls/requirement_control.html",
            status=status,
            requirement=requirement,
            form=form,
            starters=_free(requirement, self.actor),
            refused=refused,
        )


def control_form(data: Any, actor: Actor) -> RecordForm:
    """A control's name and what it is for."""
    register = registers.of(Control)
    made = form_of(register, ("name", "objective"))
    return made(data, actor=actor, register=register)


def _free(requirement: Requirement, actor: Actor) -> list[Starter]:
    """The starters that serve it and that no control was begun from."""
    rows = Control.objects.within(actor.organisation).filter(archived_at=None)
    used = set(rows.exclude(starter="").values_list("starter", flat=True))
    return [one for one in starters_for(requirement) if one.key not in used]

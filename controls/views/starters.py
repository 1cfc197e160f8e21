"""The starters: first drafts of controls, by area, to be taken over many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from controls.actions.starters import NoSuchStarter, adopt_starters
from controls.catalogues.shipped import catalogue
from controls.models import Control, Framework, Requirement
from controls.starters.shipped import Starter, starters
from controls.views.base import ISO_42001, ControlsView
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission

P = Permission
Ends = dict[tuple[str, str], Requirement]


@dataclass(frozen=True)
class Serves:
    """What a starter serves: a number of a catalogue, and the requirement where its framework is in use."""

    label: str
    title: str
    requirement: Requirement | None


@dataclass(frozen=True)
class Offered:
    """A starter, and the control that was begun from it, if one is in use."""

    starter: Starter
    serves: list[Serves]
    control: Control | None


@dataclass
class Area:
    """``code`` and ``name``: of the catalogue's line above what these starters serve, or of the catalogue itself."""

    key: str
    code: str
    name: str
    offered: list[Offered] = field(default_factory=list)

    @property
    def free(self) -> int:
        return sum(one.control is None for one in self.offered)


def areas_of(actor: Actor) -> list[Area]:
    """Every starter, in the groups of the catalogue that it serves first. Two queries."""
    controls = Control.objects.permitted(actor, P.CONTROLS_VIEW).filter(archived_at=None).exclude(starter="")
    used = {control.starter: control for control in controls.order_by("-pk")}
    ends = requirements_in_use(actor)
    areas: dict[tuple[str, str], Area] = {}
    for starter in starters().values():
        area = _area_of(starter)
        found = areas.setdefault((area.key, area.code), area)
        found.offered.append(Offered(starter, _serves(starter, ends), used.get(starter.key)))
    return list(areas.values())


def requirements_in_use(actor: Actor) -> Ends:
    """The requirements of shipped catalogues, by catalogue and code."""
    rows = Requirement.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(
        framework__origin=Framework.Origin.SHIPPED, framework__archived_at=None, archived_at=None
    )
    rows = rows.select_related("framework").only("reference", "organisation", "code", "framework__catalogue")
    return {(row.framework.catalogue, row.code): row for row in rows}


def starters_for(requirement: Requirement) -> list[Starter]:
    """The starters that serve a requirement of a shipped catalogue."""
    served = (requirement.framework.catalogue, requirement.code)
    return [one for one in starters().values() if requirement.framework.is_shipped and served in one.serves]


def _area_of(starter: Starter) -> Area:
    key, code = starter.serves[0]
    shipped = catalogue(key)
    item = shipped.item(code)
    while item.parent:
        item = shipped.item(item.parent)
    return Area(key, "", str(shipped.facts["name"])) if item.code == code else Area(key, item.code, item.name)


def _serves(starter: Starter, ends: Ends) -> list[Serves]:
    found = []
    for key, code in starter.serves:
        shipped = catalogue(key)
        found.append(Serves(f"{shipped.short} {code}", shipped.item(code).name, ends.get((key, code))))
    return found


class StartersPage(ControlsView):
    sees, name = (P.CONTROLS_VIEW,), "control-starters"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.CONTROLS_EDIT)
        keys = request.POST.getlist("starter")
        try:
            controls = adopt_starters(keys=keys, by=self.actor)
        except NoSuchStarter as error:
            return self._page(status=422, refused=str(error), chosen=keys)
        messages.success(request, begun(len(controls)))
        return redirect(controls[0].get_absolute_url() if len(controls) == 1 else self.url("controls-list"))

    def _page(self, status: int = 200, refused: str = "", chosen: Sequence[str] = ()) -> HttpResponse:
        areas = areas_of(self.actor)
        offered = [one for area in areas for one in area.offered]
        served = {key for one in offered for key in one.starter.requirements}
        used = {row.catalogue for row in _frameworks(self.actor)}
        return self.show(
            "controls/starters.html",
            status=status,
            areas=areas,
            all=len(offered),
            used=sum(one.control is not None for one in offered),
            by_itself=sum(one.starter.by_itself for one in offered),
            missing=[catalogue(key) for key in sorted(served - used, key=lambda key: key != ISO_42001)],
            refused=refused,
            chosen=set(chosen),
            can_edit=self.actor.can(P.CONTROLS_EDIT),
            can_take_over=self.actor.can(P.FRAMEWORKS_EDIT),
        )


def begun(count: int) -> str:
    said = ngettext(
        "%(n)d control is planned. Say how it works here, and put it in operation.",
        "%(n)d controls are planned. Say in each how it works here, and put it in operation.",
        count,
    )
    return said % {"n": count}


def _frameworks(actor: Actor) -> Sequence[Framework]:
    rows = Framework.objects.permitted(actor, P.FRAMEWORKS_VIEW)
    return list(rows.filter(archived_at=None, origin=Framework.Origin.SHIPPED).only("catalogue", "organisation"))

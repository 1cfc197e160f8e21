"""How far a framework is covered, and what one control serves elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from controls.actions.serving import serve_requirement
from controls.coverage import TONES, Coverage, Covered, counts_of, covered, reach_of
from controls.models import Control, Framework, Requirement, requirements_of
from controls.outline import assessable, groups_of
from controls.views.base import ControlsView, control_called, framework_called
from grc.access.actor import Actor
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable
from grc.registers.query import BadQuery

P = Permission


@dataclass(frozen=True)
class Chapter:
    """``head``: the framework's line above these requirements, if it has one."""

    head: Requirement | None
    rows: list[Covered]


def coverage_panel(framework: Framework, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """How many of a framework's requirements are served, and in which way."""
    if not actor.can(P.CONTROLS_VIEW):
        return []
    lines = list(requirements_of(actor.organisation, framework).defer("text", "oscal"))
    counts = counts_of(covered(assessable(lines), framework, actor))
    context = {"framework": framework, "counts": _counts(counts), "all": sum(counts.values()), "lines": len(lines)}
    return [("controls/coverage_panel.html", context)]


class CoveragePage(ControlsView):
    sees, name = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW), "frameworks-coverage"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        framework = framework_called(reference, self.actor)
        way = request.GET.get("way", "")
        if way and way not in Coverage.values:
            raise BadQuery("way", _("There is no such choice."))
        lines = list(requirements_of(self.actor.organisation, framework).defer("text", "oscal"))
        rows = covered(assessable(lines), framework, self.actor)
        shown = {row.requirement.pk: row for row in rows if not way or row.coverage == way}
        groups = groups_of(lines, [row.requirement for row in shown.values()])
        return self.show(
            "controls/coverage.html",
            framework=framework,
            chapters=[Chapter(each.head, [shown[row.pk] for row in each.requirements]) for each in groups],
            counts=_counts(counts_of(rows)),
            all=len(rows),
            way=way,
            has_clauses=any(row.requirement.kind == Requirement.Kind.CLAUSE for row in rows),
        )


def _counts(counts: dict[Coverage, int]) -> list[tuple[Coverage, int, str]]:
    return [(way, count, TONES[way]) for way, count in counts.items()]


def elsewhere(control: Control, actor: Actor) -> dict[str, Any]:
    """The context of ``controls/elsewhere_panel.html``: by framework, what a control serves and would serve.

    ``frameworks``: a list of ``controls.coverage.Elsewhere``; ``can_link``: whether the actor may say that it serves.
    """
    return {
        "control": control,
        "frameworks": reach_of(control, actor) if actor.can(P.FRAMEWORKS_VIEW) else [],
        "can_link": control.archived_at is None
        and control.state != Control.State.RETIRED
        and allows(actor, P.CONTROLS_EDIT, control)
        and actor.can(P.LINKS_EDIT),
    }


class ServesPage(ControlsView):
    """“Serves this too”: a link from the control to the requirement that is named."""

    sees, name = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW), "controls-detail"

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        control = control_called(reference, self.actor)
        require(self.actor, P.CONTROLS_EDIT, control)
        requirement = named_requirement(request.POST.get("requirement", ""), self.actor)
        try:
            serve_requirement(control=control, requirement=requirement, by=self.actor)
        except NotLinkable as error:
            messages.error(request, str(error))
        else:
            text = _("%(control)s serves %(requirement)s.")
            messages.success(request, text % {"control": control.reference, "requirement": requirement.label})
        return redirect(f"{control.get_absolute_url()}#elsewhere")


def named_requirement(given: str, actor: Actor) -> Requirement:
    """The requirement in use that is called by this reference. Raises ``BadQuery``."""
    rows = Requirement.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(archived_at=None)
    found = rows.select_related("key").filter(reference=given.strip()[:40].replace("\x00", "")).first()
    if found is None:
        text = _("There is no requirement “%(reference)s” in use here.")
        raise BadQuery("requirement", text % {"reference": given[:40]})
    return found

"""What stands on the pages of risks and treatment plans beside their fields."""

from typing import Any

from django.utils import timezone

from aims.models import Risk, TreatmentPlan
from aims.risks.acceptance import acceptance_of
from aims.risks.library import starter_risks
from aims.risks.plan import live_plan
from aims.risks.treatments import is_late, treatment_panel
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission

Panels = list[tuple[str, dict[str, Any]]]


def risk_panels(risk: Risk, actor: Actor) -> Panels:
    """Its treatments; how its acceptance stands; which controls help, where it was begun from a starter."""
    panels: Panels = []
    accepted = acceptance_of(risk) if risk.acceptance != Risk.Acceptance.NONE else None
    if accepted is not None:
        context = {"risk": risk, "accepted": accepted, "sentence": accepted.sentence(risk)}
        panels.append(("aims/risks/acceptance_panel.html", context))
    starter = starter_risks().get(risk.starter)
    helpful = starter.controls if starter else []
    panel = treatment_panel(risk, actor)
    panels.append(("aims/risks/treatment_panel.html", {"treatments": panel, "helpful": helpful}))
    return panels


def plan_panels(record: TreatmentPlan, actor: Actor) -> Panels:
    """The plan as it stands at this moment, for who sees every risk."""
    if not allows(actor, Permission.RISKS_VIEW):
        return []
    plan, today = live_plan(record.organisation), timezone.localdate()
    late = {one.pk for one in plan.treatments if is_late(one, today)}
    return [("aims/risks/plan_panel.html", {"plan": plan, "late": late})]

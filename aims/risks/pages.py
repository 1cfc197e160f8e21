"""The risk picture: where the risks lie, before and after treatment, how they moved, and what is due when."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import Opportunity, Risk, RiskCriteria, Treatment
from aims.models.criteria import criteria_in_force
from aims.risks.actions import NotFinishable, NothingFollows, finish_treatment, follow_treatments
from aims.risks.pictures import heat_map, risks_over_time, top_risks, treatment_timeline
from aims.risks.reports import risk_report
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.register import registers
from grc.reports.answer import document_answer
from grc.views.gated import GatedPage

SHOWN = 8
"""Opportunities on the overview; the list has the others."""


class RiskPage(GatedPage):
    sees = (Permission.RISKS_VIEW,)


class RiskOverviewPage(RiskPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        register = registers.of(RiskCriteria)
        context = {
            "criteria": criteria_in_force(self.actor.organisation),
            "criteria_url": register.list_url(self.actor.organisation.slug),
            "inherent": heat_map(self.actor),
            "residual": heat_map(self.actor, residual=True),
            "highest": top_risks(self.actor),
            "over_time": risks_over_time(self.actor),
            "timeline": treatment_timeline(self.actor),
            "can_edit": allows(self.actor, register.edit),
            "opportunities": self._opportunities(),
            "opportunities_url": registers.of(Opportunity).list_url(self.actor.organisation.slug),
            "reopened": self._reopened(),
        }
        return render(request, "aims/risks/overview.html", context)

    def _opportunities(self) -> list[Any]:
        rows = Opportunity.objects.permitted(self.actor, registers.of(Opportunity).view).filter(archived_at=None)
        rows = rows.exclude(state__in=(Opportunity.State.REACHED, Opportunity.State.DROPPED))
        return list(rows.select_related("key", "organisation", "owner").order_by("due_on", "pk")[:SHOWN])

    def _reopened(self) -> int:
        rows = Risk.objects.permitted(self.actor, Permission.RISKS_VIEW).filter(archived_at=None)
        return rows.filter(acceptance=Risk.Acceptance.REOPENED).exclude(state=Risk.State.CLOSED).count()


class RiskReportPage(RiskPage):
    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        document = risk_report(self.actor, made_at=timezone.now())
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{document.title} ({kind})")
        return document_answer(document, kind=kind, name="risks")


def risk_called(reference: str, actor: Actor) -> Risk:
    """A risk that the actor may see. Raises ``Http404``."""
    rows = Risk.objects.permitted(actor, Permission.RISKS_VIEW).select_related("key", "organisation", "system", "owner")
    found: Risk = get_object_or_404(rows, reference=reference)
    return found


def treatment_called(reference: str, actor: Actor) -> Treatment:
    """The same for a treatment."""
    rows = Treatment.objects.permitted(actor, Permission.RISKS_VIEW)
    found: Treatment = get_object_or_404(rows.select_related("key", "organisation", "risk"), reference=reference)
    return found


class FinishTreatmentPage(RiskPage):
    """One click on the page of a risk: this is done."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        treatment = treatment_called(reference, self.actor)
        try:
            finish_treatment(treatment=treatment, by=self.actor)
        except NotFinishable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(what)s is done.") % {"what": treatment})
        return redirect(treatment.risk.get_absolute_url())


class FollowTreatmentsPage(RiskPage):
    """One click more: the risk’s state follows its treatments."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        risk = risk_called(reference, self.actor)
        try:
            follow_treatments(risk=risk, by=self.actor)
        except NothingFollows as error:
            messages.error(request, str(error))
        else:
            said = {"risk": risk.reference, "state": risk.get_state_display()}
            messages.success(request, _("%(risk)s: %(state)s.") % said)
        return redirect(risk.get_absolute_url())

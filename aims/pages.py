"""The risk picture: where the risks lie, before and after treatment, how they moved, and what is due when."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from aims.criteria import criteria_in_force
from aims.models import RiskCriteria
from aims.pictures import heat_map, risks_over_time, treatment_timeline
from aims.reports import risk_report
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.register import registers
from grc.reports.answer import document_answer
from grc.shell import current_actor


class RiskPage(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.RISKS_VIEW):
            raise Http404
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)


class RiskOverviewPage(RiskPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        register = registers.of(RiskCriteria)
        context = {
            "criteria": criteria_in_force(self.actor.organisation),
            "criteria_url": register.list_url(self.actor.organisation.slug),
            "inherent": heat_map(self.actor),
            "residual": heat_map(self.actor, residual=True),
            "over_time": risks_over_time(self.actor),
            "timeline": treatment_timeline(self.actor),
            "can_edit": allows(self.actor, register.edit),
        }
        return render(request, "aims/risk_overview.html", context)


class RiskReportPage(RiskPage):
    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        document = risk_report(self.actor, made_at=timezone.now())
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{document.title} ({kind})")
        return document_answer(document, kind=kind, name="risks")

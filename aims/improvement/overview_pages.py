"""The overview of nonconformities and what one takes away of it."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.improvement.overview import age_headings, overview_of
from aims.improvement.report import headings, report_of, table_of
from aims.models import Nonconformity
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import table_file
from grc.registers.register import registers
from grc.reports.answer import document_answer
from grc.views.gated import GatedPage


class OverviewPage(GatedPage):
    sees = (Permission.IMPROVEMENT_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        overview = overview_of(self.actor)
        register = registers.of(Nonconformity)
        context: dict[str, Any] = {
            "overview": overview,
            "headings": age_headings(),
            "majors": [row for row in overview.open if row.grade == Nonconformity.Grade.MAJOR],
            "list_url": register.list_url(self.actor.organisation.slug),
            "can_add": allows(self.actor, register.edit),
        }
        return self.show("aims/improvement/overview.html", **context)


class OverviewReportPage(GatedPage):
    sees = (Permission.IMPROVEMENT_VIEW,)

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        overview, name = overview_of(self.actor), _("Nonconformities")
        if kind == "xlsx":
            answer = table_file(headings(), table_of(overview), kind=kind, name="open-nonconformities", title=name)
        else:
            answer = document_answer(
                report_of(overview, self.actor, made_at=timezone.now()), kind=kind, name="nonconformities"
            )
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{name} ({kind})")
        return answer

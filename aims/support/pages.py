"""Pages of objectives, competence, resources and communication."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.models import AISystem, Component
from aims.support.actions import NotTakenOver, measure_objective, take_over_component, tell_today
from aims.support.communication import calendar_of
from aims.support.competence import Standing
from aims.support.forms import MeasureForm
from aims.support.matrix import matrix_table, read_matrix
from aims.support.objectives import overview_table, rows_of
from aims.support.resources import lines_of, short_of, systems_in_use
from grc import formats
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import PAGED_KINDS, table_file
from grc.registers.pages import RegisterPage
from grc.views.gated import GatedPage

P = Permission


class AIMSPage(GatedPage):
    sees: ClassVar[tuple[Permission, ...]] = (P.AIMS_VIEW,)


class TablePage(AIMSPage):
    """A page's table as a file: XLSX, CSV or PDF."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]

    def table(self) -> tuple[list[str], Sequence[Sequence[Any]]]:
        raise NotImplementedError

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        if kind not in PAGED_KINDS:
            raise Http404
        headings, rows = self.table()
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{self.title} ({kind}): {len(rows)}")
        organisation = self.actor.organisation.name
        return table_file(headings, rows, kind=kind, name=self.name, title=str(self.title), organisation=organisation)


class ObjectivesPage(AIMSPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(
            "aims/support/objectives.html", rows=rows_of(self.actor), can_add=allows(self.actor, P.AIMS_EDIT)
        )


class ObjectivesTablePage(TablePage):
    name, title = "objectives", gettext_lazy("Objectives")

    def table(self) -> tuple[list[str], Sequence[Sequence[Any]]]:
        return overview_table(rows_of(self.actor))


class MeasurePage(RegisterPage):
    """Today's value of an objective."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        objective = self.editable(reference)
        form = MeasureForm(request.POST)
        if form.is_valid():
            try:
                made = measure_objective(objective=objective, **form.cleaned_data, by=self.actor)
            except ValidationError as error:
                form.add_error(None, "; ".join(error.messages))
            else:
                messages.success(request, _("%(reference)s is noted.") % {"reference": made.reference})
                return redirect(objective.get_absolute_url())
        return self.show("aims/support/measure.html", status=422, record=objective, form=form)


class CompetencePage(AIMSPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        matrix = read_matrix(self.actor)
        return self.show(
            "aims/support/competence.html",
            matrix=matrix,
            gaps=matrix.gaps,
            counts=matrix.counts(),
            met=Standing.MET,
            can_edit=allows(self.actor, P.AIMS_EDIT),
        )


class CompetenceTablePage(TablePage):
    name, title = "competence", gettext_lazy("Competence")

    def table(self) -> tuple[list[str], Sequence[Sequence[Any]]]:
        return matrix_table(read_matrix(self.actor))


class ResourcesPage(AIMSPage):
    sees = (P.AIMS_VIEW, P.SYSTEMS_VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = lines_of(systems_in_use(self.actor), self.actor)
        return self.show(
            "aims/support/resources.html",
            lines=lines,
            kinds=[shelf.kind.label for shelf in lines[0].shelves] if lines else [],
            gaps=[(line.system, shelf) for line in lines for shelf in line.empty],
            short=short_of(self.actor),
        )


class TakeOverPage(GatedPage):
    """A component becomes a resource of its system."""

    sees = (P.SYSTEMS_VIEW, P.AIMS_VIEW)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        rows = Component.objects.permitted(self.actor, P.SYSTEMS_VIEW)
        component = get_object_or_404(rows.select_related("key", "system"), reference=reference)
        require(self.actor, P.AIMS_EDIT)
        try:
            made = take_over_component(component=component, by=self.actor)
        except NotTakenOver as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(reference)s is added.") % {"reference": made.reference})
        system: AISystem = component.system
        return redirect(f"{system.get_absolute_url()}#resources")


class CalendarPage(AIMSPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("aims/support/communication.html", months=calendar_of(self.actor))


class ToldPage(RegisterPage):
    """A line of the communication plan was done today. ``from`` says which page to go back to."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        line = tell_today(communication=self.editable(reference), by=self.actor)
        if line.next_on:
            said = {"reference": line.reference, "day": formats.day(line.next_on)}
            messages.success(request, _("%(reference)s was done today; it is due again on %(day)s.") % said)
        else:
            messages.success(request, _("%(reference)s was done today.") % {"reference": line.reference})
        if request.POST.get("from") == "calendar":
            return redirect("communications-calendar", self.actor.organisation.slug)
        return redirect(line.get_absolute_url())

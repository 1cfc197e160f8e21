"""The steps of a nonconformity and of an improvement on their pages: one verb each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.improvement.actions import (
    NotMovable,
    accept_improvement,
    check_effectiveness,
    close_nonconformity,
    finish_corrective_action,
    finish_improvement,
    make_nonconformity_of,
    reopen_nonconformity,
)
from aims.improvement.forms import CheckForm, FinishForm, ReopenForm, action_form
from aims.models import Nonconformity
from controls.models import TestRun
from grc.access.gate import Denied, require, require_reach
from grc.access.roles import Permission
from grc.actions.records import StaleRecord, create_record
from grc.registers.pages import RegisterPage
from grc.registers.steps import AskPage, StepForm
from grc.views.gated import GatedPage

P = Permission


class CheckPage(AskPage):
    form, refusals = CheckForm, (NotMovable,)
    heading = gettext_lazy("Check whether it is gone")
    lead = gettext_lazy("By somebody who keeps neither the nonconformity nor one of its corrective actions.")
    button = gettext_lazy("Keep the verdict")

    def allowed(self, reference: str) -> Any:
        record = self.record(reference)
        require_reach(self.actor, P.IMPROVEMENT_CHECK, record)
        return record

    def step(self, record: Any, values: dict[str, Any]) -> str:
        effective = values["verdict"] == Nonconformity.Verdict.GONE
        check_effectiveness(
            nonconformity=record, by=self.actor, effect=values["effect"], effective=effective, lock=values["lock"]
        )
        if effective:
            return _("Kept. With evidence of it here, it may be closed.")
        return _("Kept. It stays open: add another corrective action.")


class ReopenPage(AskPage):
    form, refusals = ReopenForm, (NotMovable,)
    heading = gettext_lazy("Reopen it")
    lead = gettext_lazy("It becomes editable again. What was said when it was closed stays in its history.")
    button = gettext_lazy("Reopen")

    def allowed(self, reference: str) -> Any:
        record = self.record(reference)
        require_reach(self.actor, P.IMPROVEMENT_EDIT, record)
        return record

    def step(self, record: Any, values: dict[str, Any]) -> str:
        reopen_nonconformity(nonconformity=record, by=self.actor, reason=values["reason"], lock=values["lock"])
        return _("%(reference)s is open again.") % {"reference": record.reference}


class FinishPage(AskPage):
    form, refusals = FinishForm, (NotMovable,)
    heading = gettext_lazy("It is done")
    lead = gettext_lazy("One sentence is enough, for whoever wonders next year whether it was worth it.")
    button = gettext_lazy("Done")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        finish_improvement(improvement=record, by=self.actor, result=values["result"])
        return _("%(reference)s is done.") % {"reference": record.reference}


class ClosePage(RegisterPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        require_reach(self.actor, P.IMPROVEMENT_EDIT, record)
        form = StepForm(request.POST)
        lock = form.cleaned_data["lock"] if form.is_valid() else record.lock
        try:
            close_nonconformity(nonconformity=record, by=self.actor, lock=lock)
        except (NotMovable, StaleRecord) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(reference)s is closed.") % {"reference": record.reference})
        return redirect(record.get_absolute_url())


class AddActionPage(RegisterPage):
    """A further corrective action, from the row below those that are there."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        if record.archived_at is not None:
            raise Denied(_("This record is archived. Restore it before you change it."))
        form = action_form(request.POST, record, self.actor)
        if not form.is_valid():
            words = {"heading": _("Add a corrective action"), "lead": "", "button": _("Add")}
            return self.show("registers/ask.html", status=422, record=record, form=form, **words)
        action = create_record(record=form.save(commit=False), by=self.actor)
        messages.success(request, _("%(reference)s is noted.") % {"reference": action.reference})
        return redirect(f"{record.get_absolute_url()}#corrective-actions")


class ActionDonePage(RegisterPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        action = self.editable(reference)
        finish_corrective_action(action=action, by=self.actor)
        messages.success(request, _("%(reference)s is done.") % {"reference": action.reference})
        if request.POST.get("from") == "nonconformity":
            return redirect(f"{action.nonconformity.get_absolute_url()}#corrective-actions")
        return redirect(action.get_absolute_url())


class AcceptPage(RegisterPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        improvement = self.editable(reference)
        try:
            accept_improvement(improvement=improvement, by=self.actor)
        except NotMovable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(reference)s is to be done.") % {"reference": improvement.reference})
        return redirect(improvement.get_absolute_url())


class MakeOfRunPage(GatedPage):
    """A nonconformity of a test run that failed."""

    sees = (P.CONTROLS_VIEW,)
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        require(self.actor, P.IMPROVEMENT_EDIT)
        rows = TestRun.objects.permitted(self.actor, P.CONTROLS_VIEW)
        run = get_object_or_404(rows.select_related("key", "organisation", "test__control"), reference=reference)
        try:
            made = make_nonconformity_of(run=run, by=self.actor)
        except NotMovable as error:
            messages.error(request, str(error))
            return redirect(run.get_absolute_url())
        messages.success(
            request, _("%(reference)s is made of it. Say what is put right first.") % {"reference": made.reference}
        )
        return redirect(made.get_absolute_url())

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
from aims.models import CorrectiveAction, Nonconformity
from controls.models import TestRun
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import create_record
from grc.registers.forms import RecordForm
from grc.registers.steps import AskPage, ButtonPage
from grc.views.gated import GatedPage

P = Permission


class CheckPage(AskPage):
    form, refusals = CheckForm, (NotMovable,)
    needs, thaws = P.IMPROVEMENT_CHECK, True
    heading = gettext_lazy("Check whether it is gone")
    lead = gettext_lazy("By somebody who keeps neither the nonconformity nor one of its corrective actions.")
    button = gettext_lazy("Keep the verdict")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        effective = values["verdict"] == Nonconformity.Verdict.GONE
        check_effectiveness(
            nonconformity=record, by=self.actor, effect=values["effect"], effective=effective, lock=values["lock"]
        )
        if effective:
            return _("Kept. With evidence of it here, it may be closed.")
        return _("Kept. It stays open: add another corrective action.")


class ReopenPage(AskPage):
    form, refusals, thaws = ReopenForm, (NotMovable,), True
    heading = gettext_lazy("Reopen it")
    lead = gettext_lazy("It becomes editable again. What was said when it was closed stays in its history.")
    button = gettext_lazy("Reopen")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        reopen_nonconformity(nonconformity=record, by=self.actor, reason=values["reason"], lock=values["lock"])
        return _("%(reference)s is open again.") % {"reference": record.reference}


class FinishPage(AskPage):
    form, refusals = FinishForm, (NotMovable,)
    heading = gettext_lazy("It is done")
    lead = gettext_lazy("One sentence is enough, for whoever wonders next year whether it was worth it.")
    button = gettext_lazy("Done")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        finish_improvement(improvement=record, by=self.actor, result=values["result"], lock=values["lock"])
        return _("%(reference)s is done.") % {"reference": record.reference}


class ClosePage(ButtonPage):
    refusals, thaws = (NotMovable,), True

    def step(self, record: Any) -> tuple[str, str]:
        close_nonconformity(nonconformity=record, by=self.actor, lock=self.lock_of(record))
        return _("%(reference)s is closed.") % {"reference": record.reference}, record.get_absolute_url()


class AddActionPage(AskPage):
    """A further corrective action, from the row below those that are there."""

    http_method_names = ["post", "options"]
    heading, button = gettext_lazy("Add a corrective action"), gettext_lazy("Add")

    def form_for(self, record: Any, data: Any = None) -> RecordForm:
        return action_form(data, record, self.actor)

    def step(self, record: Any, values: dict[str, Any]) -> str:
        said = {name: values[name] for name in ("name", "owner", "due_on")}
        action = create_record(record=CorrectiveAction(nonconformity=record, **said), by=self.actor)
        return _("%(reference)s is noted.") % {"reference": action.reference}

    def leads_to(self, record: Any) -> str:
        return f"{record.get_absolute_url()}#corrective-actions"


class ActionDonePage(ButtonPage):
    def step(self, record: Any) -> tuple[str, str]:
        finish_corrective_action(action=record, by=self.actor)
        case = self.request.POST.get("from") == "nonconformity"
        url = f"{record.nonconformity.get_absolute_url()}#corrective-actions" if case else record.get_absolute_url()
        return _("%(reference)s is done.") % {"reference": record.reference}, url


class AcceptPage(ButtonPage):
    refusals = (NotMovable,)

    def step(self, record: Any) -> tuple[str, str]:
        accept_improvement(improvement=record, by=self.actor)
        return _("%(reference)s is to be done.") % {"reference": record.reference}, record.get_absolute_url()


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

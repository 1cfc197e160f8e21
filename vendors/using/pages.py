"""Requesting an offering, stopping and resuming its use; rehearsals of exit plans; the end of an incident."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.gate import require
from grc.access.roles import Permission
from grc.registers.steps import AskPage, ButtonPage
from grc.views.gated import GatedPage
from vendors.using.actions import (
    NotMovable,
    end_offering,
    refuse_offering,
    request_offering,
    resume_offering,
    suspend_offering,
)
from vendors.using.exits import NotRehearsed, rehearse_exit
from vendors.using.forms import CloseForm, ReasonForm, RehearseForm, RequestForm, rehearsal_begins
from vendors.using.incidents import NotClosable, close_incident, make_finding_of


class RequestPage(GatedPage):
    """Ask for a vendor's offering: one short form."""

    sees = (Permission.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.VENDORS_EDIT)
        return self.show("vendors/using/request.html", form=RequestForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.VENDORS_EDIT)
        form = RequestForm(request.POST)
        if not form.is_valid():
            return self.show("vendors/using/request.html", status=422, form=form)
        try:
            offering = request_offering(wish=form.wish(), by=self.actor)
        except NotMovable as error:
            form.add_error("offering", str(error))
            return self.show("vendors/using/request.html", status=422, form=form)
        messages.success(
            request,
            _("%(reference)s is requested. Whoever keeps the vendors sees it now.") % {"reference": offering.reference},
        )
        return redirect(offering.get_absolute_url())


class SuspendPage(AskPage):
    form, refusals = ReasonForm, (NotMovable,)
    heading = gettext_lazy("Suspend its use")
    lead = gettext_lazy("Until it is resumed, its models count as not approved.")
    button = gettext_lazy("Suspend")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        suspend_offering(offering=record, by=self.actor, **values)
        return _("%(reference)s is suspended.") % {"reference": record.reference}


class ResumePage(AskPage):
    form, refusals = ReasonForm, (NotMovable,)
    heading = gettext_lazy("Take it up again")
    lead = gettext_lazy(
        "What was suspended is used as it was approved; what was refused or has ended is asked for anew."
    )
    button = gettext_lazy("Take it up again")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        resume_offering(offering=record, by=self.actor, **values)
        return _("%(reference)s: %(state)s.") % {"reference": record.reference, "state": record.get_state_display()}


class RefusePage(AskPage):
    form, refusals = ReasonForm, (NotMovable,)
    heading = gettext_lazy("Refuse its use")
    button = gettext_lazy("Refuse")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        refuse_offering(offering=record, by=self.actor, **values)
        return _("%(reference)s is refused.") % {"reference": record.reference}


class EndPage(AskPage):
    form, refusals = ReasonForm, (NotMovable,)
    heading = gettext_lazy("End its use")
    lead = gettext_lazy("Its history stays. Its models count as not approved from now on.")
    button = gettext_lazy("End its use")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        end_offering(offering=record, by=self.actor, **values)
        return _("%(reference)s is no longer used.") % {"reference": record.reference}


class RehearsePage(AskPage):
    form, refusals = RehearseForm, (NotRehearsed,)
    heading = gettext_lazy("It was rehearsed")
    lead = gettext_lazy("A plan that nobody has tried is a hope. One that failed is worth more than one never tried.")
    button = gettext_lazy("Keep it")

    def begun(self, record: Any) -> dict[str, Any]:
        return rehearsal_begins()

    def step(self, record: Any, values: dict[str, Any]) -> str:
        rehearse_exit(plan=record, by=self.actor, **values)
        return _("The rehearsal of %(reference)s is noted.") % {"reference": record.reference}


class CloseIncidentPage(AskPage):
    form, refusals = CloseForm, (NotClosable,)
    heading = gettext_lazy("Close the incident")
    button = gettext_lazy("Close it")

    def begun(self, record: Any) -> dict[str, Any]:
        return {"our_data": record.our_data, "impact": record.impact, "done": record.done}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        close_incident(incident=record, by=self.actor, **values)
        return _("%(reference)s is closed.") % {"reference": record.reference}


class IncidentFindingPage(ButtonPage):
    refusals = (NotClosable,)

    def step(self, record: Any) -> tuple[str, str]:
        made = make_finding_of(incident=record, by=self.actor)
        return _("%(reference)s is made of it.") % {"reference": made.reference}, made.get_absolute_url()

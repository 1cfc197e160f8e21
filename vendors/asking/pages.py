"""The steps of a questionnaire on its page inside: send, withdraw, take over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.gate import require_reach
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.pages import RegisterPage
from vendors.asking.actions import send_ask, take_over, withdraw_ask
from vendors.asking.links import NotAsked
from vendors.models import VendorAsk

P = Permission


class StepPage(RegisterPage):
    """One step, sent by a button; its page is the record's own."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        ask: VendorAsk = self.record(reference)
        require_reach(self.actor, P.VENDORS_EDIT, ask)
        try:
            messages.success(request, self.step(ask))
        except (NotAsked, StaleRecord) as error:
            messages.error(request, str(error))
        return redirect(ask.get_absolute_url())

    def step(self, ask: Any) -> str:
        """Take it, and say so."""
        raise NotImplementedError


class SendPage(StepPage):
    def step(self, ask: VendorAsk) -> str:
        again = ask.state == VendorAsk.State.SENT
        send_ask(ask=ask, by=self.actor)
        if again:
            return _("%(email)s gets a new link; the earlier one opens nothing any more.") % {"email": ask.email}
        return _("%(email)s gets the link.") % {"email": ask.email}


class WithdrawPage(StepPage):
    def step(self, ask: VendorAsk) -> str:
        withdraw_ask(ask=ask, by=self.actor)
        return _("Withdrawn: its link opens nothing any more.")


class TakeOverPage(StepPage):
    """``question``: one of the ten; without it all that you have not answered yourselves."""

    def step(self, ask: VendorAsk) -> str:
        given = self.request.POST.get("question", "")
        chosen = {int(given)} if given.isascii() and given.isdigit() and len(given) < 3 else None
        if given and chosen is None:
            raise NotAsked(_("There is no such question."))
        changed = take_over(ask=ask, by=self.actor, questions=chosen)
        if not changed:
            return _("Nothing changed: it stands in the review already.")
        return ngettext(
            "%(n)d answer is in the review now. Your verdict stays as it is.",
            "%(n)d answers are in the review now. Your verdicts stay as they are.",
            changed,
        ) % {"n": changed}

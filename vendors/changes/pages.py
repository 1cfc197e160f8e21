"""The steps of announced changes on their pages, and what customers were promised on one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc import formats
from grc.access.roles import Permission
from grc.registers.steps import AskPage, ButtonPage, StepPage
from grc.views.gated import GatedPage
from vendors.changes.actions import NotMovable, announce_change, list_existing, put_in_effect, withdraw_change
from vendors.changes.forms import AnnounceForm, DecideForm, ListForm, ObjectionForm, SettleForm, WithdrawForm
from vendors.changes.inbound import decide_notice
from vendors.changes.objections import record_objection, settle_objection
from vendors.changes.promises import read_promises

P = Permission


class ChangePage(StepPage):
    """What was announced is frozen, and still moves on."""

    refusals, thaws = (NotMovable,), True


class AnnouncePage(ChangePage, ButtonPage):
    """Tell everybody. A second click finds it announced, and says the same."""

    def step(self, record: Any) -> tuple[str, str]:
        form = AnnounceForm(self.request.POST)
        told_otherwise = form.is_valid() and form.cleaned_data["told_otherwise"]
        change = announce_change(change=record, by=self.actor, lock=self.lock_of(record), told_otherwise=told_otherwise)
        until = formats.day(change.object_until) if change.object_until else ""
        said = {"reference": change.reference, "day": until}
        words = _("%(reference)s is announced. Objections may come until %(day)s.")
        return words % said, record.get_absolute_url()


class InEffectPage(ChangePage, ButtonPage):
    def step(self, record: Any) -> tuple[str, str]:
        put_in_effect(change=record, by=self.actor)
        words = _("%(reference)s is in effect. Publish the list: it says something new.")
        return words % {"reference": record.reference}, record.get_absolute_url()


class WithdrawPage(ChangePage, AskPage):
    form = WithdrawForm
    heading = gettext_lazy("Withdraw this change")
    lead = gettext_lazy("It will not take place. Who was told of it is told this, too.")
    button = gettext_lazy("Withdraw it")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        withdraw_change(change=record, by=self.actor, reason=values["reason"], lock=values["lock"])
        return _("%(reference)s is withdrawn.") % {"reference": record.reference}


class PutOnListPage(ChangePage, AskPage):
    form = ListForm
    heading = gettext_lazy("Put on the list")
    lead = gettext_lazy("For a company that processed data already. Whatever is new has to be announced instead.")
    button = gettext_lazy("Put on the list")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        list_existing(subprocessor=record, by=self.actor, **values)
        return _("%(reference)s is on the list.") % {"reference": record.reference}


class ObjectionPage(ChangePage, AskPage):
    form = ObjectionForm
    heading = gettext_lazy("Record an objection")
    lead = gettext_lazy("The change does not take effect while an objection that came in time is not settled.")
    button = gettext_lazy("Record it")

    def begun(self, record: Any) -> dict[str, Any]:
        return ObjectionForm.usual()

    def step(self, record: Any, values: dict[str, Any]) -> str:
        notice = record_objection(notice=record, by=self.actor, **values)
        if notice.is_late:
            return _("The objection is recorded. It came after the last day.")
        return _("The objection is recorded. It came in time.")

    def leads_to(self, record: Any) -> str:
        address: str = record.change.get_absolute_url()
        return address


class SettlePage(ChangePage, AskPage):
    form = SettleForm
    heading = gettext_lazy("Settle the objection")
    lead = gettext_lazy("Say what you agreed on; it stays with the notice.")
    button = gettext_lazy("Settled")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        settle_objection(notice=record, by=self.actor, **values)
        return _("The objection is settled.")

    def leads_to(self, record: Any) -> str:
        address: str = record.change.get_absolute_url()
        return address


class DecidePage(ChangePage, AskPage):
    form = DecideForm
    heading = gettext_lazy("Accept it, or object")
    lead = gettext_lazy("Deciding here sends nothing: write to the vendor, then say what you wrote.")
    button = gettext_lazy("Keep the decision")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        notice = decide_notice(notice=record, by=self.actor, **values)
        said = {"reference": notice.reference, "decision": str(notice.get_decision_display()).lower()}
        return _("%(reference)s is %(decision)s.") % said


class PromisesPage(GatedPage):
    """All commitments in force together: which promise binds, what stands against one."""

    sees = (P.CUSTOMERS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("vendors/changes/promises.html", promises=read_promises(self.actor))

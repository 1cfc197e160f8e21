"""Looking again, as pages: at the source of a fact, at a certificate with its body."""

from copy import copy
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc import formats
from grc.registers.forms import RecordForm
from grc.registers.steps import AskPage
from vendors.knowledge.forms import ConfirmForm, verify_form
from vendors.knowledge.freshness import freshness_of
from vendors.knowledge.verifying import SAID, NotVerified, confirm_assurance, verify_fact


class VerifyFactPage(AskPage):
    template, refusals = "vendors/knowledge/verify.html", (NotVerified,)
    heading = gettext_lazy("What does the source say today?")
    lead = gettext_lazy(
        "Open it first. Name the page that you read: a page that sums up others is no source if you can open the "
        "vendor’s own."
    )
    button = gettext_lazy("I looked today")

    def form_for(self, record: Any, data: Any = None) -> RecordForm:
        typed = copy(record)  # the form writes into it what was typed
        if data is not None:
            typed.verified_on = timezone.localdate()  # what is validated is the fact as it will be
        return verify_form(data, typed, self.actor)

    def words(self, record: Any) -> dict[str, Any]:
        return super().words(record) | {"freshness": freshness_of(record, timezone.localdate())}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        said = {name: values[name] for name in SAID}
        lock, note = values["lock"] or 0, values["change_reason"]
        fact = verify_fact(fact=record, by=self.actor, lock=lock, note=note, **said)
        return _("%(reference)s is verified. It may be cited until it is stale on %(day)s.") % {
            "reference": fact.reference,
            "day": formats.day(fact.stale_on),
        }


class ConfirmAssurancePage(AskPage):
    form, refusals = ConfirmForm, (NotVerified,)
    heading = gettext_lazy("Confirmed with the body")
    button = gettext_lazy("Confirmed today")

    def begun(self, record: Any) -> dict[str, Any]:
        return {"confirmed_with": record.confirmed_with}

    def words(self, record: Any) -> dict[str, Any]:
        lead = _(
            "Ask %(body)s about number %(number)s, or look in its public register: holder, scope and expiry must be "
            "those recorded here."
        )
        return super().words(record) | {"lead": lead % {"body": record.body, "number": record.number}}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        confirm_assurance(assurance=record, by=self.actor, **values)
        return _("%(reference)s is confirmed today.") % {"reference": record.reference}

"""Looking again, as pages: at the source of a fact, at a certificate with its body."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.actions.records import StaleRecord
from grc.registers.pages import RegisterPage
from vendors.knowledge.forms import ConfirmForm, verify_form
from vendors.knowledge.freshness import freshness_of
from vendors.knowledge.verifying import SAID, NotVerified, confirm_assurance, verify_fact


class LookAgainPage(RegisterPage):
    """Asks what one found, and keeps it with today's date; what was typed is never lost."""

    template: str

    def form(self, record: Any, data: Any = None) -> Any:
        raise NotImplementedError

    def keep(self, record: Any, values: dict[str, Any]) -> str:
        """Keep it, and say so. Raises ``NotVerified``, ``StaleRecord``."""
        raise NotImplementedError

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        return self._ask(reference, self.form(record))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        form = self.form(record, request.POST)
        if not form.is_valid():
            return self._ask(reference, form, status=422)
        try:
            said = self.keep(record, form.cleaned_data)
        except NotVerified as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._ask(reference, form, status=422)
        except StaleRecord as error:
            form.add_error(None, str(error))
            form.data = {**request.POST.dict(), "lock": str(error.current.lock)}
            return self._ask(reference, form, status=409)
        messages.success(request, said)
        return redirect(record.get_absolute_url())

    def _ask(self, reference: str, form: Any, status: int = 200) -> HttpResponse:
        # the record as it stands: the form's own holds what was typed
        record = self.record(reference)
        return self.show(self.template, status=status, record=record, form=form, **self.more(record))

    def more(self, record: Any) -> dict[str, Any]:
        return {}


class VerifyFactPage(LookAgainPage):
    template = "vendors/knowledge/verify.html"

    def form(self, record: Any, data: Any = None) -> Any:
        if data is not None:
            record.verified_on = timezone.localdate()  # what is validated is the fact as it will be
        return verify_form(data, record, self.actor)

    def keep(self, record: Any, values: dict[str, Any]) -> str:
        said = {name: values[name] for name in SAID}
        lock, note = values["lock"] or 0, values["change_reason"]
        fact = verify_fact(fact=record, by=self.actor, lock=lock, note=note, **said)
        return _("%(reference)s is verified. It may be cited until it is stale on %(day)s.") % {
            "reference": fact.reference,
            "day": formats.day(fact.stale_on),
        }

    def more(self, record: Any) -> dict[str, Any]:
        return {"freshness": freshness_of(record, timezone.localdate())}


class ConfirmAssurancePage(LookAgainPage):
    template = "vendors/knowledge/confirm.html"

    def form(self, record: Any, data: Any = None) -> Any:
        return ConfirmForm(data, initial={"lock": record.lock, "confirmed_with": record.confirmed_with})

    def keep(self, record: Any, values: dict[str, Any]) -> str:
        confirm_assurance(assurance=record, by=self.actor, **values)
        return _("%(reference)s is confirmed today.") % {"reference": record.reference}

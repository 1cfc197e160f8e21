"""One step of one record: a page with what it asks, or a button that asks nothing."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from grc.actions.records import StaleRecord
from grc.registers.forms import LOCK_MOST
from grc.registers.pages import RegisterPage


class StepForm(forms.Form):
    """What a step asks; ``lock`` says which state of the record one saw."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LOCK_MOST)


class StepPage(RegisterPage):
    """``refusals``: exceptions with which the step says what is missing."""

    refusals: ClassVar[tuple[type[ValueError], ...]] = ()

    def allowed(self, reference: str) -> Any:
        """The record, for who may take the step. Raises ``Denied``."""
        return self.editable(reference)


class AskPage(StepPage):
    """Asks for one form and then takes a step; what was typed is never lost.

    The form is a ``StepForm``, or has its field ``lock``.
    """

    form: ClassVar[type[forms.Form]]
    heading: ClassVar[Promise | str]
    lead: ClassVar[Promise | str] = ""
    button: ClassVar[Promise | str]

    def begun(self, record: Any) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        """Take it, and say so."""
        raise NotImplementedError

    def leads_to(self, record: Any) -> str:
        """Where one goes then."""
        address: str = record.get_absolute_url()
        return address

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.allowed(reference)
        return self.ask(record, self.form(initial={"lock": record.lock, **self.begun(record)}))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.allowed(reference)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(record, form, status=422)
        try:
            said = self.step(record, form.cleaned_data)
        except self.refusals as error:
            form.add_error(None, str(error))
            return self.ask(record, form, status=422)
        except StaleRecord as error:
            form.add_error(None, str(error))
            form.data = {**request.POST.dict(), "lock": str(error.current.lock)}
            return self.ask(record, form, status=409)
        messages.success(request, said)
        return redirect(self.leads_to(record))

    def ask(self, record: Any, form: forms.Form, status: int = 200) -> HttpResponse:
        words = {"heading": self.heading, "lead": self.lead, "button": self.button}
        return self.show("registers/ask.html", status=status, record=record, form=form, **words)


class ButtonPage(StepPage):
    """A step that asks nothing; where it is not possible, the reason is shown on the record's page."""

    http_method_names = ["post", "options"]

    def step(self, record: Any) -> tuple[str, str]:
        """Take it. What to say, and where to go then."""
        raise NotImplementedError

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.allowed(reference)
        try:
            said, url = self.step(record)
        except StaleRecord as error:
            return self._refused(record, error)
        except self.refusals as error:
            return self._refused(record, error)
        messages.success(request, said)
        return redirect(url)

    def _refused(self, record: Any, error: Exception) -> HttpResponse:
        messages.error(self.request, str(error))
        return redirect(record.get_absolute_url())

"""One step of one record: a page with what it asks, or a button that asks nothing."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from grc.access.actor import Actor
from grc.access.gate import refuse_archived, require, require_reach
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.forms import LOCK_MOST, refuse_unstorable
from grc.registers.pages import RegisterPage
from grc.registers.register import Register


def text_field(label: Any, most: int, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    """So many characters ``most``; with one of ``rows``, a single line."""
    attrs: dict[str, Any] = {"class": "form-control"}
    widget = forms.Textarea(attrs=attrs | {"rows": rows}) if rows > 1 else forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, max_length=most, widget=widget, help_text=help_text, required=required,
        validators=[refuse_unstorable],
    )  # fmt: skip


def choice_field(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **more)


def date_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class StepForm(forms.Form):
    """What a step asks; ``lock`` says which state of the record one saw."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LOCK_MOST)


class Step:
    """What the page of a step and its address in the API have in common: who may take it, and what refuses it.

    ``refusals``: exceptions with which it says what is missing; one that has a ``field`` says it of that field.
    ``needs``: what one may do; without it, edit the register. ``thaws``: frozen records are moved, too, as the step
    itself decides.
    """

    actor: Actor
    register: Register
    refusals: ClassVar[tuple[type[ValueError], ...]] = ()
    needs: ClassVar[Permission | None] = None
    thaws: ClassVar[bool] = False

    def record(self, reference: str) -> Any:
        """The record, for who sees it. Raises ``Http404``."""
        raise NotImplementedError

    def allowed(self, reference: str) -> Any:
        """The record, for who may take the step. Raises ``Http404``, ``Denied``."""
        record = self.record(reference)
        demand = require_reach if self.thaws else require
        demand(self.actor, self.needs or self.register.edit, record)
        return record


class StepPage(RegisterPage, Step):
    """A step as a page."""


class AskPage(StepPage):
    """Asks for one form and then takes a step; what was typed is never lost.

    The form is a ``StepForm``, or has its field ``lock``.
    """

    template: ClassVar[str] = "registers/ask.html"
    form: ClassVar[type[forms.Form]]
    heading: ClassVar[Promise | str]
    lead: ClassVar[Promise | str] = ""
    button: ClassVar[Promise | str]

    def allowed(self, reference: str) -> Any:
        record = super().allowed(reference)
        refuse_archived(record)  # before anybody fills in a form for nothing
        return record

    def begun(self, record: Any) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def form_for(self, record: Any, data: Any = None) -> forms.BaseForm:
        """The form as it begins, or with what was typed; ``record`` stays as it is."""
        if data is None:
            return self.form(initial={"lock": record.lock, **self.begun(record)})
        return self.form(data)

    def words(self, record: Any) -> dict[str, Any]:
        """What the template says beside the form."""
        return {"heading": self.heading, "lead": self.lead, "button": self.button}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        """Take it, and say so."""
        raise NotImplementedError

    def leads_to(self, record: Any) -> str:
        """Where one goes then."""
        address: str = record.get_absolute_url()
        return address

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.allowed(reference)
        return self.ask(record, self.form_for(record))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.allowed(reference)
        form = self.form_for(record, request.POST)
        if not form.is_valid():
            return self.ask(record, form, status=422)
        try:
            said = self.step(record, form.cleaned_data)
        except self.refusals as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
            return self.ask(record, form, status=422)
        except StaleRecord as error:
            form.add_error(None, str(error))
            form.data = typed = request.POST.copy()
            typed["lock"] = str(error.current.lock)
            return self.ask(record, form, status=409)
        messages.success(request, said)
        return redirect(self.leads_to(record))

    def ask(self, record: Any, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        return self.show(self.template, status=status, record=record, form=form, **self.words(record))


class ButtonPage(StepPage):
    """A step that asks nothing; where it is not possible, the reason is shown on the record's page."""

    http_method_names = ["post", "options"]

    def step(self, record: Any) -> tuple[str, str]:
        """Take it. What to say, and where to go then."""
        raise NotImplementedError

    def lock_of(self, record: Any) -> int:
        """Which state of the record one saw with the button; where that was not sent, as it stands."""
        form = StepForm(self.request.POST)
        return form.cleaned_data["lock"] if form.is_valid() else record.lock

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

"""Answering a request for evidence: with an item that is there, or with a file that becomes one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.actions.items import add_file
from evidence.actions.requests import NotAnswerable, answer_request, send_back, withdraw_request
from evidence.models import EvidenceItem, EvidenceRequest
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.records import create_record
from grc.models.activity import ActivityEvent
from grc.registers.forms import KeyField
from grc.registers.pages import RegisterPage
from grc.uploads import FileRefused


class AnswerForm(forms.Form):
    """Either the reference of an item, or a file with what it is."""

    reference = KeyField(label=gettext_lazy("Evidence that is here"), required=False, max_length=24)
    file = forms.FileField(label=gettext_lazy("Or its file"), required=False)
    name = forms.CharField(label=gettext_lazy("What it is"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=EvidenceItem.Kind.choices, initial="record")
    dated_on = forms.DateField(
        label=gettext_lazy("Its own date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reference"]
        field.actor = actor

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("reference")) == bool(given.get("file")) and not self.errors:
            raise forms.ValidationError(_("Name evidence that is here, or choose a file: one of the two."))
        key = given.get("reference")
        if key is not None and key.register != "evidence":
            self.add_error("reference", _("%(reference)s is no evidence.") % {"reference": key.reference})
        return given


class AnswerPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        return self._form(record, AnswerForm(actor=self.actor, initial={"name": record.name}))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        form = AnswerForm(request.POST, request.FILES, actor=self.actor)
        if not form.is_valid():
            return self._form(record, form, status=422)
        try:
            item = self._answer(record, form.cleaned_data)
        except FileRefused as error:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, record=record.key, detail=str(error))
            form.add_error("file", str(error))
        except NotAnswerable as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Answered with %(reference)s.") % {"reference": item.reference})
            return redirect(record.get_absolute_url())
        return self._form(record, form, status=422)

    @transaction.atomic
    def _answer(self, record: EvidenceRequest, given: dict[str, Any]) -> EvidenceItem:
        if given.get("reference") is not None:
            rows = EvidenceItem.objects.permitted(self.actor, Permission.EVIDENCE_VIEW).select_related("key")
            item: EvidenceItem = rows.get(pk=given["reference"].pk)
        else:
            upload = given["file"]
            item = EvidenceItem(
                organisation=self.actor.organisation,
                name=given["name"] or record.name,
                kind=given["kind"],
                dated_on=given["dated_on"],
            )
            create_record(record=item, by=self.actor)
            add_file(item=item, upload=upload, name=upload.name or "", by=self.actor)
        answer_request(request=record, item=item, by=self.actor)
        return item

    def _form(self, record: EvidenceRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
        return self.show("evidence/answer_request.html", status=status, record=record, form=form)


class SendBackPage(RegisterPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        try:
            send_back(request=record, reason=request.POST.get("reason", "").replace("\x00", ""), by=self.actor)
        except NotAnswerable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The request is open again."))
        return redirect(record.get_absolute_url())


class WithdrawPage(RegisterPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        try:
            withdraw_request(request=record, by=self.actor)
        except NotAnswerable as error:
            messages.error(request, str(error))
        return redirect(record.get_absolute_url())

"""What the steps of announced changes ask."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.registers.forms import refuse_unstorable
from grc.registers.steps import StepForm
from vendors.models import VendorNotice

AT = "%Y-%m-%dT%H:%M"


def _text(label: object, help_text: object, most: int, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        max_length=most,
        validators=[refuse_unstorable],
        widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
    )


class AnnounceForm(StepForm):
    told_otherwise = forms.BooleanField(required=False)


class WithdrawForm(StepForm):
    reason = _text(_("Why is it withdrawn?"), _("Whoever was told of it reads this."), 300, 3)


class ListForm(StepForm):
    since = forms.DateField(
        label=_("Since when does it process customers’ data?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    reason = forms.CharField(
        label=_("How do you know that no notice is owed?"),
        help_text=_("Such as: named in annex III of every DPA since 2024."),
        max_length=100,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class ObjectionForm(StepForm):
    received_at = forms.DateTimeField(
        label=_("Received at"),
        help_text=_("In your own time zone; whether it is in time is judged in theirs."),
        input_formats=[AT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=AT, attrs={"type": "datetime-local", "class": "form-control"}),
    )
    objection = _text(_("What do they object to?"), _("In their words, as far as possible."), 4000)

    @classmethod
    def usual(cls) -> dict[str, object]:
        return {"received_at": timezone.localtime()}


class SettleForm(StepForm):
    answer = _text(_("How was it settled?"), _("What was agreed, with whom, and when."), 4000)


class DecideForm(StepForm):
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("", _("Choose…")),
            (VendorNotice.Decision.ACCEPTED, _("Accept it")),
            (VendorNotice.Decision.OBJECTED, _("Object to it")),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason = _text(_("Why?"), _("What you looked at. For an objection: what you wrote to the vendor."), 2000)


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=300,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

"""What the steps of announced changes ask."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.registers.forms import refuse_unstorable
from grc.registers.steps import StepForm, choice_field, date_field, text_field
from vendors.models import VendorNotice

AT = "%Y-%m-%dT%H:%M"


class AnnounceForm(StepForm):
    told_otherwise = forms.BooleanField(required=False)


class WithdrawForm(StepForm):
    reason = text_field(_("Why is it withdrawn?"), 300, help_text=_("Whoever was told of it reads this."))


class ListForm(StepForm):
    since = date_field(_("Since when does it process customers’ data?"))
    reason = text_field(
        _("How do you know that no notice is owed?"),
        100,
        rows=1,
        help_text=_("Such as: named in annex III of every DPA since 2024."),
    )


class ObjectionForm(StepForm):
    received_at = forms.DateTimeField(
        label=_("Received at"),
        help_text=_("In your own time zone; whether it is in time is judged in theirs."),
        input_formats=[AT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=AT, attrs={"type": "datetime-local", "class": "form-control"}),
    )
    objection = text_field(
        _("What do they object to?"), 4000, rows=4, help_text=_("In their words, as far as possible.")
    )

    @classmethod
    def usual(cls) -> dict[str, object]:
        return {"received_at": timezone.localtime()}


class SettleForm(StepForm):
    answer = text_field(_("How was it settled?"), 4000, rows=4, help_text=_("What was agreed, with whom, and when."))


class DecideForm(StepForm):
    decision = choice_field(
        _("What do you decide?"),
        [
            ("", _("Choose…")),
            (VendorNotice.Decision.ACCEPTED, _("Accept it")),
            (VendorNotice.Decision.OBJECTED, _("Object to it")),
        ],
    )
    reason = text_field(
        _("Why?"),
        2000,
        rows=4,
        help_text=_("What you looked at. For an objection: what you wrote to the vendor."),
    )


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=300,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

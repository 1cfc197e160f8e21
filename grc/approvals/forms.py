"""The shape of what is entered: sending, deciding, replacing the signing key. Actions judge what it means."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.approvals.deciding import meanings_of
from grc.models.approval import Approval
from grc.models.person import Person
from grc.models.record import Record
from grc.registers.forms import refuse_unstorable
from grc.registers.register import Register

DAYS_TO_DECIDE = 7


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows})


class SendForm(forms.Form):
    """``able``: who may approve; ``alone``: all of them wrote a part of it, so a safeguard is asked for."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    approvers = forms.ModelMultipleChoiceField(
        label=_("Who is to approve it?"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody whom you choose has to approve; one who sends it back ends the review."),
    )
    note = forms.CharField(
        label=_("What changed, and why?"),
        max_length=2000,
        widget=_area(4),
        validators=[refuse_unstorable],
        help_text=_("The first thing that an approver reads."),
    )
    due_on = forms.DateField(
        label=_("Decide by"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    safeguard = forms.CharField(
        label=_("What keeps it honest?"),
        max_length=1000,
        required=False,
        widget=_area(),
        validators=[refuse_unstorable],
        help_text=_(
            "Nobody else here may approve this, so its author has to. Say what stands in for a second pair of eyes, "
            "such as an outside reviewer or a later check. It is shown wherever this approval is."
        ),
    )

    def __init__(self, *args: Any, able: list[Person], alone: bool, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["approvers"]
        people.queryset = Person.objects.filter(pk__in=[person.pk for person in able]).order_by("name", "pk")
        self.initial.setdefault("lock", record.lock)
        self.initial.setdefault("due_on", timezone.localdate() + dt.timedelta(days=DAYS_TO_DECIDE))
        if alone:
            self.fields["safeguard"].required = True
        else:
            del self.fields["safeguard"]

    def chosen(self) -> set[str]:
        """Whose boxes are ticked, by public id."""
        value = self["approvers"].value() or []
        return {str(getattr(item, "public_id", item)) for item in value}


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[(Approval.Decision.APPROVED, _("I approve")), (Approval.Decision.REJECTED, _("I send it back"))],
        widget=forms.RadioSelect,
    )
    meaning = forms.ChoiceField(
        label=_("What your signature means"),
        required=False,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        max_length=2000,
        required=False,
        widget=_area(),
        validators=[refuse_unstorable],
        help_text=_("Needed if you send it back: what must change."),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
        validators=[refuse_unstorable],
        help_text=_("Asked once more, because this is a signature."),
    )

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meanings: Any = self.fields["meaning"]
        meanings.choices = list(zip(meanings_of(register), [str(text) for text in register.meanings], strict=True))
        if len(register.meanings) == 1:
            self.initial.setdefault("meaning", meanings.choices[0][0])


class KeyForm(forms.Form):
    certificate = forms.CharField(
        label=_("Certificate (PEM)"),
        max_length=60_000,
        widget=_area(6),
        validators=[refuse_unstorable],
        help_text=_("The signer’s first; certificates of its issuers may follow below it."),
    )
    private_key = forms.CharField(
        label=_("Private key (PEM)"),
        max_length=20_000,
        widget=_area(6),
        validators=[refuse_unstorable],
        help_text=_("RSA of 2048 bits or more, or ECDSA. Kept encrypted, and never shown again."),
    )
    passphrase = forms.CharField(
        label=_("Its passphrase"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "off"}),
        validators=[refuse_unstorable],
        help_text=_("If it has one. Used once, and not kept."),
    )

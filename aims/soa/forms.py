"""The shape of what is entered on a statement's pages; the actions judge what it means."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aims.models import SoADecision
from controls.models import Control
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.forms import refuse_unstorable

MOST_LOCK = 2**31 - 1
DECISIONS = [(value, label) for value, label in SoADecision.Applies.choices]


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows, **attrs})


def _text(name: str, **more: Any) -> forms.CharField:
    field: Any = SoADecision._meta.get_field(name)
    return forms.CharField(
        label=str(field.verbose_name).capitalize(),
        max_length=field.max_length,
        required=False,
        validators=[refuse_unstorable],
        **more,
    )


class DecisionForm(forms.Form):
    """One control. That a decision has its reason is the action's to say: it says so for every way in."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_LOCK)
    applies = forms.ChoiceField(
        label=_("Decision"), choices=DECISIONS, widget=forms.Select(attrs={"class": "form-select"})
    )
    reason = _text("reason", widget=_area(3), help_text=_("Why it is in, or why it can be left out."))
    status = forms.ChoiceField(
        label=_("Implementation"),
        choices=SoADecision.Status.choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    how = _text("how", widget=_area(2))


class ManyForm(forms.Form):
    """Several controls at once, with the same decision for the same reason."""

    applies = forms.ChoiceField(label=_("Decision"), choices=DECISIONS)
    reason = _text("reason")


class AddForm(forms.Form):
    """A control of the organisation's own."""

    control: Any = forms.ModelChoiceField(
        label=_("Our control"),
        queryset=None,  # what may be chosen depends on who asks
        to_field_name="reference",
        empty_label=_("Choose…"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason = _text("reason", widget=_area(2), help_text=_("Why it is necessary, although the framework has no such."))

    def __init__(self, *args: Any, actor: Actor, used: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Control.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(archived_at=None)
        rows = rows.exclude(state=Control.State.RETIRED).exclude(pk__in=used).order_by("reference")
        self.fields["control"].queryset = rows  # type: ignore[attr-defined]

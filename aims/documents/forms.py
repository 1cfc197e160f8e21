"""The form that asks people to read."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.documents.readers import people_who_read
from aims.models.support import READERS
from grc.access.actor import Actor
from grc.models.person import Person
from grc.registers.query import people_of


class AskForm(forms.Form):
    """Whom to ask, and until when."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=READERS, required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label=gettext_lazy("To be read by"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, actor: Actor, days: int = 14, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["people"].queryset = people_of(actor)  # type: ignore[attr-defined]
        self.fields["due_on"].initial = timezone.localdate() + dt.timedelta(days=days)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("roles") and not cleaned.get("people") and not self.errors:
            self.add_error("roles", _("Choose at least one role or person."))
        return cleaned

    def chosen(self) -> list[Person]:
        """Everybody who was chosen, once the form is valid."""
        roles = self.cleaned_data["roles"]
        found = people_who_read(self.actor.organisation, roles) if roles else []
        return list({person.pk: person for person in (*found, *self.cleaned_data["people"])}.values())

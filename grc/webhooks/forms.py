from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grc.models.activity import ActivityEvent
from grc.models.webhook import new_secret
from grc.registers.forms import RecordForm
from grc.registers.register import registers


def _verbs() -> list[tuple[str, str]]:
    return sorted(((value, str(label).capitalize()) for value, label in ActivityEvent.Verb.choices), key=lambda c: c[1])


class Choices(forms.CheckboxSelectMultiple):
    """Check boxes in columns."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "form-check-input"
        return option


class WebhookForm(RecordForm):
    """A new webhook comes with a secret, which is shown here and never again."""

    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("HTTPS; it answers 2xx to what it has taken."),
    )
    verbs = forms.MultipleChoiceField(
        label=_("What it hears of"),
        choices=_verbs,
        required=False,
        widget=Choices,
        help_text=_("Nothing chosen: everything."),
    )
    about = forms.MultipleChoiceField(
        label=_("Registers"),
        choices=lambda: [(register.slug, str(register.plural).capitalize()) for register in registers],
        required=False,
        widget=Choices,
        help_text=_("Nothing chosen: every register."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paused"].help_text = _("Nothing is sent; what waits leaves once it is no longer paused.")
        for name in ("verbs", "about"):
            self.fields[name].widget.attrs["class"] = "choices"
        self.initial["secret"] = ""  # what is stored is not shown, not even that
        if self.instance.pk is None:
            field = self.fields["secret"]
            field.widget = forms.TextInput(
                attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
            )
            self.initial["secret"] = new_secret()
            field.help_text = _("Copy it to the receiver now: it is stored encrypted and never shown again.")

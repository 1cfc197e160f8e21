from typing import ClassVar

from django import forms

from aims.models import Measurement
from grc.registers.forms import refuse_unstorable


class MeasureForm(forms.ModelForm):  # type: ignore[type-arg]
    """Today's value of an objective, in one line."""

    class Meta:
        model = Measurement
        fields = ("value", "note")
        widgets: ClassVar = {
            "value": forms.NumberInput(attrs={"class": "form-control", "step": "any", "autocomplete": "off"}),
            "note": forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("auto_id", "measure-%s")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["note"].validators.append(refuse_unstorable)

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.models.engagement import SHARED
from grc.registers.forms import RecordForm


class EngagementForm(RecordForm):
    """Once an engagement is open, what it shares and with whom is changed by its own actions only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("access_from", "access_until"):
            self.fields[name].widget = forms.DateTimeInput(
                attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"
            )
        if self.instance.scope_id is not None:
            for name in SHARED:
                self.fields[name].disabled = True
                self.fields[name].help_text = _(
                    "The engagement is open: end its access, or change its end, on its page."
                )

"""What the steps of an offering, an exit plan and an incident ask, and how one requests an offering."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.cadence import nth
from grc.registers.steps import StepForm, choice_field, date_field, text_field
from vendors.models import ExitPlan, Offering, Vendor, VendorIncident, VendorPlan
from vendors.models.vendor import DataClass
from vendors.using.actions import Wish

RESULTS = [choice for choice in ExitPlan.Result.choices if choice[0] != ExitPlan.Result.NEVER]
KNOWN = [choice for choice in VendorIncident.OurData.choices if choice[0] != VendorIncident.OurData.UNKNOWN]
MODELS_MOST = 40


class ReasonForm(StepForm):
    reason = text_field(_("Why?"), 300, rows=2, help_text=_("Shown on its page, and kept in the history."))


class RehearseForm(StepForm):
    on = date_field(_("When was it rehearsed?"))
    result = choice_field(_("Did it work?"), [("", _("Choose…")), *RESULTS])
    learned = text_field(_("What was learned?"), 2000, rows=4, required=False)
    next_on = date_field(_("Next rehearsal"), required=False)


class CloseForm(StepForm):
    our_data = choice_field(_("Was our data concerned?"), [("", _("Choose…")), *KNOWN])
    impact = text_field(_("What did it do to us?"), 2000, required=False)
    done = text_field(_("What was done?"), 4000, rows=4)


class RequestForm(forms.Form):
    """A vendor's offering, in the words of who needs it. The rest is added by who keeps the vendors."""

    vendor = text_field(_("Vendor"), 200, rows=1, help_text=_("The company, such as “Example AI”."))
    vendor_kind = choice_field(_("Kind of vendor"), Vendor.Kind.choices)
    offering = text_field(_("What of it"), 200, rows=1, help_text=_("The product, such as “Example API”."))
    kind = choice_field(_("Kind of offering"), Offering.Kind.choices)
    purpose = text_field(_("What you need it for"), 1500)
    system = text_field(_("For which AI system"), 200, rows=1, required=False, help_text=_("In your own words."))
    data = forms.MultipleChoiceField(  # type: ignore[assignment]
        label=_("Which data would go there"),
        choices=DataClass.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    models = text_field(
        _("Models"), 2000, rows=2, required=False, help_text=_("One a line, if you know: as its API names them.")
    )
    plan = text_field(_("Plan"), 120, rows=1, required=False, help_text=_("If you know, such as “Team”."))
    tier = choice_field(_("Tier"), VendorPlan.Tier.choices, initial=VendorPlan.Tier.BUSINESS)

    def clean_models(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["models"].splitlines() if line.strip()]
        if len(names) > MODELS_MOST or any(len(name) > 120 for name in names):
            raise forms.ValidationError(_("At most 40 models, each with 120 characters."))
        return list(dict.fromkeys(names))

    def wish(self) -> Wish:
        return Wish(**self.cleaned_data)


def rehearsal_begins() -> dict[str, Any]:
    """What the form of a rehearsal suggests: today, and again in a year."""
    today = timezone.localdate()
    return {"on": today, "next_on": nth(today, "yearly", 1)}

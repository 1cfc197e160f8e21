"""The form of a questionnaire: it knows whom one asks, and suggests two weeks."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.registers.forms import RecordForm
from vendors.asking.links import MOST_DAYS
from vendors.models import VendorReview

DAYS = 14


class AskForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            return
        if self.initial.get("expires_on") is None:
            self.initial["expires_on"] = timezone.localdate() + dt.timedelta(days=DAYS)
        review = self.initial.get("review")
        if isinstance(review, VendorReview):
            self.initial.setdefault("name", review.vendor.contact_name)
            self.initial.setdefault("email", review.vendor.contact_email)

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if day == self.instance.expires_on:
            return day
        if day < today:
            self.add_error("expires_on", _("This day has passed."))
        elif day > today + dt.timedelta(days=MOST_DAYS):
            self.add_error("expires_on", _("A link works for %(days)d days at most.") % {"days": MOST_DAYS})
        return day

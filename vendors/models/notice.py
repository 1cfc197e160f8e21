"""Changes that vendors announce to us, each with that vendor's own clock."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record
from vendors.clock import last_day
from vendors.models.agreement import MOST_DAYS, Agreement
from vendors.models.citable import citable
from vendors.models.fact import VendorFact
from vendors.models.vendor import Vendor


@dataclass(frozen=True)
class Days:
    """How many days there are to object, and the record that says so: None where the notice itself does."""

    number: int
    source: Record | None = None


class VendorNotice(Record):
    """A vendor announces a change. ``object_until`` is the last day on which we may object."""

    class Kind(models.TextChoices):
        SUBPROCESSOR = "subprocessor", _("New or changed subprocessor")
        TERMS = "terms", _("Changed terms")
        MODEL = "model", _("Model retired or replaced")
        PLACE = "place", _("Changed place of processing")
        OTHER = "other", _("Other")

    class Decision(models.TextChoices):
        OPEN = "open", _("To be decided")
        ACCEPTED = "accepted", _("Accepted")
        OBJECTED = "objected", _("Objected")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="notices", verbose_name=_("vendor"))
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("under the agreement"),
        help_text=_("Its days to object count, where none are given below."),
    )
    name = models.CharField(_("what changes"), max_length=200)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.SUBPROCESSOR)
    details = models.TextField(_("details"), max_length=4000, blank=True)
    received_on = models.DateField(_("received on"))
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    days = models.PositiveIntegerField(
        _("days to object"), null=True, blank=True, validators=[MaxValueValidator(MOST_DAYS)]
    )
    object_until = models.DateField(_("object until"), null=True, editable=False)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.OPEN)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("notice from a vendor")
        verbose_name_plural = _("notices from vendors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_notice_reference_once"),
            models.CheckConstraint(
                condition=Q(decision="open") | (~Q(reason="") & Q(decided_on__isnull=False)),
                name="vendor_notice_decided_is_whole",
                violation_error_message=_("A decision has its day and its reason."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        self.derive()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Until when we may object, by the days that count for it now; a decided one keeps the day that it had."""
        if self.decision == self.Decision.OPEN or self.object_until is None:
            self.object_until = self._last_day()

    def days_that_count(self) -> Days | None:
        """Its own, else its agreement's, else the shortest of its vendor's facts that may be cited today."""
        if self.days is not None:
            return Days(self.days)
        if self.agreement is not None and self.agreement.objection_days is not None:
            return Days(self.agreement.objection_days, self.agreement)
        facts = citable(self.organisation, timezone.localdate()).filter(
            offering__vendor=self.vendor_id, topic=VendorFact.Topic.NOTICE, days__isnull=False
        )
        fact = facts.select_related("organisation", "offering", "key").order_by("days", "pk").first()
        return Days(fact.days, fact) if fact else None

    def _last_day(self) -> dt.date | None:
        days = self.days_that_count()
        if days is None or not self.received_on:
            return None
        try:
            return last_day(self.received_on, days.number)
        except OverflowError:  # a number that its field refuses, or the end of all years
            return None

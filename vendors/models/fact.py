"""What is known of a vendor's offering, from where, and since when: facts go stale."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record
from vendors.models.vendor import Offering, Route, VendorPlan


class VendorFact(Record):
    """One fact about an offering, or about one plan or route of it, as a source had it on a day.

    ``stale_on`` is the first day on which it may not be cited any more: the database computes it, so that no way of
    saving leaves it wrong. Who may cite what: ``vendors.models.citable``.
    """

    class Topic(models.TextChoices):
        TRAINING = "training", _("Training on customers’ data")
        RETENTION = "retention", _("Retention")
        RESIDENCY = "residency", _("Where data is processed")
        NOTICE = "notice", _("Notice of new subprocessors")
        DPA = "dpa", _("Where its DPA stands")
        SUBPROCESSORS = "subprocessors", _("Where its subprocessors are listed")
        ROLE = "role", _("Its role")
        ISO42001 = "iso42001", _("ISO/IEC 42001")
        ISO27001 = "iso27001", _("ISO/IEC 27001")
        SOC2 = "soc2", _("SOC 2")
        OTHER = "other", _("Other")

    class Confidence(models.TextChoices):
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")
        UNVERIFIED = "unverified", _("Not verified")

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="facts", verbose_name=_("offering"))
    plan = models.ForeignKey(
        VendorPlan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="facts",
        verbose_name=_("for this plan alone"),
    )
    route = models.ForeignKey(
        Route,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="facts",
        verbose_name=_("for this route alone"),
    )
    topic = models.CharField(_("topic"), max_length=14, choices=Topic)
    says = models.TextField(_("what is known"), max_length=2000)
    days = models.PositiveIntegerField(
        _("in days"), null=True, blank=True, help_text=_("Where the fact is a number of days, such as 30.")
    )
    source = models.TextField(
        _("source"), max_length=2000, help_text=_("Address or document, with its own date; one a line.")
    )
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("When somebody last looked at the source. Empty: nobody knows; then it is not verified."),
    )
    good_for_days = models.PositiveSmallIntegerField(
        _("good for days"), default=180, validators=[MinValueValidator(1), MaxValueValidator(1830)]
    )
    stale_on = models.GeneratedField(
        verbose_name=_("stale from"),
        expression=F("verified_on") + F("good_for_days"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, default=Confidence.MEDIUM)
    conflict = models.TextField(
        _("what contradicts it"), max_length=2000, blank=True, help_text=_("Another source that says otherwise.")
    )
    starter = models.CharField(_("begun from"), max_length=80, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("vendor fact")
        verbose_name_plural = _("vendor facts")
        indexes = [models.Index(fields=["organisation", "stale_on"], name="vendor_fact_stale")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_fact_reference_once"),
            models.UniqueConstraint(
                fields=["offering", "plan", "route", "topic"],
                condition=Q(archived_at__isnull=True) & ~Q(topic="other"),
                nulls_distinct=False,
                name="vendor_fact_once",
                violation_error_message=_("There is a fact on this topic: change it, or archive it first."),
            ),
            models.CheckConstraint(
                condition=Q(good_for_days__gte=1),
                name="vendor_fact_good_for_a_day",
                violation_error_message=_("A fact is good for a day at least."),
            ),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=False) | Q(confidence="unverified"),
                name="vendor_fact_without_date_is_unverified",
                violation_error_message=_("Say when its source was looked at, or call it not verified."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.offering.name}: {self.get_topic_display()}"[:300]

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.verified_on is not None and self.verified_on > timezone.localdate():
            wrong["verified_on"] = _("This day is still to come.")
        plan, route = self.plan, self.route
        if plan is not None and plan.offering_id != self.offering_id:
            wrong["plan"] = _("This plan is of another offering.")
        if route is not None and route.plan.offering_id != self.offering_id:
            wrong["route"] = _("This route is of another offering.")
        elif route is not None and plan is not None and route.plan_id != plan.pk:
            wrong["route"] = _("This route is of another plan.")
        if wrong:
            raise ValidationError(wrong)

"""What happens when a vendor fails, and when one leaves it: incidents and exit plans."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record
from vendors.models.vendor import Offering, Vendor


class ExitPlan(Record):
    """How to go on without a vendor, and when that was last rehearsed."""

    class Result(models.TextChoices):
        NEVER = "never", _("Never rehearsed")
        WORKED = "worked", _("It worked")
        PARTLY = "partly", _("It worked in part")
        FAILED = "failed", _("It did not work")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="exit_plans", verbose_name=_("vendor"))
    offering = models.ForeignKey(
        Offering,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exit_plans",
        verbose_name=_("for this offering alone"),
    )
    name = models.CharField(_("plan"), max_length=200)
    triggers = models.TextField(_("when one leaves"), max_length=2000, blank=True)
    alternative = models.TextField(_("what takes its place"), max_length=2000)
    steps = models.TextField(_("what is done"), max_length=4000, blank=True)
    data_return = models.TextField(
        _("what becomes of the data"), max_length=2000, blank=True, help_text=_("Returned or deleted, and proven how.")
    )
    days_needed = models.PositiveSmallIntegerField(
        _("days that it takes"), null=True, blank=True, validators=[MaxValueValidator(3660)]
    )
    rehearsed_on = models.DateField(_("last rehearsed on"), null=True, blank=True)
    rehearsal = models.CharField(_("result"), max_length=8, choices=Result, default=Result.NEVER)
    rehearsal_note = models.TextField(_("what was learned"), max_length=2000, blank=True)
    review_on = models.DateField(_("next rehearsal"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("exit plan")
        verbose_name_plural = _("exit plans")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="exit_plan_reference_once"),
            models.CheckConstraint(
                condition=Q(rehearsal="never", rehearsed_on__isnull=True)
                | (~Q(rehearsal="never") & Q(rehearsed_on__isnull=False)),
                name="exit_plan_rehearsal_has_date",
                violation_error_message=_("A rehearsal has its day and its result."),
            ),
        ]


class VendorIncident(Record):
    """Something that went wrong at a vendor: when it was, when we were told, and whether in time."""

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    class OurData(models.TextChoices):
        UNKNOWN = "unknown", _("Not known yet")
        NO = "no", _("Not concerned")
        YES = "yes", _("Concerned")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("vendor"))
    offering = models.ForeignKey(
        Offering,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("offering"),
    )
    name = models.CharField(_("incident"), max_length=200)
    description = models.TextField(_("what happened"), max_length=4000, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.MEDIUM)
    our_data = models.CharField(_("our data"), max_length=8, choices=OurData, default=OurData.UNKNOWN)
    known_at = models.DateTimeField(_("the vendor knew of it"), null=True, blank=True)
    told_at = models.DateTimeField(_("we were told"), null=True, blank=True)
    impact = models.TextField(_("what it did to us"), max_length=2000, blank=True)
    done = models.TextField(_("what was done"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("vendor incident")
        verbose_name_plural = _("vendor incidents")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_incident_reference_once"),
            models.CheckConstraint(
                condition=Q(known_at__isnull=True) | Q(told_at__isnull=True) | Q(told_at__gte=F("known_at")),
                name="vendor_incident_told_after_known",
                violation_error_message=_("Nobody is told before it is known."),
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(closed_on__isnull=False) & ~Q(done="") & ~Q(our_data="unknown")),
                name="vendor_incident_closed_is_whole",
                violation_error_message=_(
                    "A closed incident has its day, what was done, and whether our data was concerned."
                ),
            ),
        ]

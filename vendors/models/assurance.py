"""Certificates and reports that a vendor holds, as far as somebody here has seen or confirmed them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceItem
from grc.models.record import Record
from vendors.models.vendor import Offering, Vendor


class Assurance(Record):
    """One certificate, report or claim. "Certified" asks for body, accreditation, number, scope and expiry."""

    class Standard(models.TextChoices):
        ISO42001 = "iso42001", _("ISO/IEC 42001")
        ISO27001 = "iso27001", _("ISO/IEC 27001")
        ISO27701 = "iso27701", _("ISO/IEC 27701")
        SOC2 = "soc2", _("SOC 2")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        CLAIMED = "claimed", _("Claimed, not seen")
        IN_PROGRESS = "in-progress", _("In progress")
        SELF = "self", _("Self-attested")
        CERTIFIED = "certified", _("Certified")
        REPORT = "report", _("Report seen")
        NONE = "none", _("Has none")

    class Opinion(models.TextChoices):
        UNQUALIFIED = "unqualified", _("Unqualified")
        QUALIFIED = "qualified", _("Qualified")
        ADVERSE = "adverse", _("Adverse")
        DISCLAIMER = "disclaimer", _("No opinion")

    class Criterion(models.TextChoices):
        SECURITY = "security", _("Security")
        AVAILABILITY = "availability", _("Availability")
        CONFIDENTIALITY = "confidentiality", _("Confidentiality")
        INTEGRITY = "integrity", _("Processing integrity")
        PRIVACY = "privacy", _("Privacy")

    class AIControls(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at")
        YES = "yes", _("Covered")
        PARTLY = "partly", _("Partly covered")
        NO = "no", _("Not covered")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="assurances", verbose_name=_("vendor"))
    offering = models.ForeignKey(
        Offering,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assurances",
        verbose_name=_("for this offering alone"),
    )
    standard = models.CharField(_("standard"), max_length=10, choices=Standard)
    name = models.CharField(_("called"), max_length=200, blank=True, help_text=_("Where it is another standard."))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.CLAIMED)
    file = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certificate or report"),
        help_text=_("Its item in the evidence library."),
    )
    scope = models.TextField(_("scope"), max_length=2000, blank=True, help_text=_("As the certificate words it."))
    body = models.CharField(_("certification body or auditor"), max_length=200, blank=True)
    accreditation = models.CharField(
        _("accredited by"), max_length=120, blank=True, help_text=_("Such as DAkkS, UKAS or ANAB.")
    )
    number = models.CharField(_("number"), max_length=80, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirmed_with = models.CharField(
        _("confirmed with"), max_length=300, blank=True, help_text=_("The body itself, or its public register.")
    )
    soc_type = models.PositiveSmallIntegerField(
        _("type"), choices=[(1, _("Type 1")), (2, _("Type 2"))], null=True, blank=True
    )
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to, or as of"), null=True, blank=True)
    bridge_until = models.DateField(
        _("bridge letter until"), null=True, blank=True, help_text=_("How far the vendor's own letter reaches on.")
    )
    opinion = models.CharField(_("opinion"), max_length=12, choices=Opinion, blank=True)
    criteria = ArrayField(
        models.CharField(max_length=16, choices=Criterion), verbose_name=_("criteria"), default=list, blank=True
    )
    ai_controls = models.CharField(_("AI controls"), max_length=8, choices=AIControls, default=AIControls.UNKNOWN)
    exceptions = models.TextField(_("exceptions"), max_length=4000, blank=True)
    carve_outs = models.TextField(
        _("carved out"), max_length=2000, blank=True, help_text=_("Subservice organisations that it does not cover.")
    )
    our_part = models.TextField(_("what we must do ourselves (CUECs)"), max_length=4000, blank=True)
    our_part_done = models.BooleanField(_("we do it"), default=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("assurance held")
        verbose_name_plural = _("assurances held")
        indexes = [models.Index(fields=["organisation", "expires_on"], name="assurance_expiry")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="assurance_reference_once"),
            models.CheckConstraint(
                condition=~Q(status="certified")
                | (~Q(body="") & ~Q(accreditation="") & ~Q(number="") & ~Q(scope="") & Q(expires_on__isnull=False)),
                name="assurance_certified_is_whole",
                violation_error_message=_("“Certified” needs body, accreditation, number, scope and expiry."),
            ),
            models.CheckConstraint(
                condition=~Q(status="certified") | ~Q(standard="soc2"),
                name="assurance_soc2_is_no_certificate",
                violation_error_message=_("SOC 2 is a report, not a certificate."),
            ),
            models.CheckConstraint(
                condition=~Q(status="report")
                | ~Q(standard="soc2")
                | (Q(soc_type__isnull=False) & Q(period_to__isnull=False) & ~Q(opinion="")),
                name="assurance_soc2_is_whole",
                violation_error_message=_("A SOC 2 report has its type, its period and the auditor’s opinion."),
            ),
            models.CheckConstraint(
                condition=~Q(soc_type=2) | Q(period_to__isnull=True) | Q(period_from__lte=F("period_to")),
                name="assurance_period_in_order",
                violation_error_message=_("The period must end after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | ~Q(confirmed_with=""),
                name="assurance_confirmed_says_with_whom",
                violation_error_message=_("Say with whom it was confirmed."),
            ),
            models.CheckConstraint(
                condition=~Q(standard="other") | ~Q(name=""),
                name="assurance_other_has_name",
                violation_error_message=_("Name the standard."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.vendor.name}: {self.name or self.get_standard_display()}"

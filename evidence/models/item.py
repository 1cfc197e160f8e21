"""The evidence library: what supports a claim, with the period that it covers and every version of its file."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.record import GatedManager, Record


class EvidenceItem(Record):
    """One piece of evidence. Its file may be replaced; every earlier version stays, by its SHA-256."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("Policy")
        PROCEDURE = "procedure", _("Procedure")
        RECORD = "record", _("Record")
        REPORT = "report", _("Report")
        CERTIFICATE = "certificate", _("Certificate")
        AGREEMENT = "agreement", _("Agreement")
        SCREENSHOT = "screenshot", _("Screenshot")
        OTHER = "other", _("Other")

    class Classification(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")
        RESTRICTED = "restricted", _("Restricted")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    description = models.TextField(
        _("what it shows"),
        max_length=4000,
        blank=True,
        help_text=_("What a reader can conclude from it, and what not."),
    )
    dated_on = models.DateField(
        _("its own date"), null=True, blank=True, help_text=_("The date on the document, not the day of the upload.")
    )
    period_from = models.DateField(_("covers from"), null=True, blank=True)
    period_to = models.DateField(_("covers until"), null=True, blank=True)
    expires_on = models.DateField(
        _("expires"), null=True, blank=True, help_text=_("From this day on it no longer supports anything.")
    )
    classification = models.CharField(
        _("classification"), max_length=12, choices=Classification, default=Classification.INTERNAL
    )
    retain_until = models.DateField(_("keep until"), null=True, blank=True)
    legal_hold = models.BooleanField(_("legal hold"), default=False, help_text=_("Nothing of it may be deleted."))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("evidence item")
        verbose_name_plural = _("evidence items")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="evidence_item_reference_once"),
            models.CheckConstraint(
                condition=models.Q(period_from__isnull=True)
                | models.Q(period_to__isnull=True)
                | models.Q(period_to__gte=models.F("period_from")),
                name="evidence_item_period_in_order",
                violation_error_message=_("The period must end after it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(dated_on__isnull=True)
                | models.Q(expires_on__gte=models.F("dated_on")),
                name="evidence_item_expires_after_its_date",
                violation_error_message=_("Evidence cannot expire before its own date."),
            ),
        ]


class ItemFile(models.Model):
    """One version of an item's file."""

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveIntegerField(_("version"))
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["ItemFile"]] = GatedManager()
    unscoped: ClassVar[models.Manager["ItemFile"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_file_number_once")]
        triggers = [pgtrigger.Protect(name="item_file_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

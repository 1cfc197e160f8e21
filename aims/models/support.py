"""Clause 7: documented information."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class Document(Record):
    """A document of the management system: what it says here, or in the file that hangs on it."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("Policy")
        PROCEDURE = "procedure", _("Procedure")
        PLAN = "plan", _("Plan")
        ROLE = "role", _("Role description")
        RECORD = "record", _("Record")
        EXTERNAL = "external", _("External document")

    name = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(_("text"), max_length=50_000, blank=True, help_text=_("Or attach the file to the record."))
    edition = models.CharField(_("version"), max_length=40, blank=True, help_text=_("As the document calls itself."))
    approved_on = models.DateField(_("approved outside of Assay on"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="document_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name", "edition"],
                condition=models.Q(archived_at__isnull=True),
                name="document_once",
                violation_error_message=_("There is a document with this title and version."),
            ),
        ]

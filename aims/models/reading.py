"""That a person was asked to read something, and has (7.3)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aims.models.competence import Campaign
from aims.models.support import Document
from grc.models.record import Record
from grc.models.version import Version


class Acknowledgement(Record):
    """Its owner was asked to read one version of a document, or a campaign, until a day; and has, once it is confirmed.

    Made and confirmed by ``aims.documents.actions`` alone.
    """

    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acknowledgements",
        verbose_name=_("document"),
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acknowledgements",
        verbose_name=_("campaign"),
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, editable=False, related_name="+")
    due_on = models.DateField(_("to be read by"))
    acknowledged_at = models.DateTimeField(_("read and understood"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        indexes = [models.Index(fields=["owner"], condition=Q(acknowledged_at=None), name="acknowledgement_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="acknowledgement_reference_once"),
            models.CheckConstraint(
                condition=Q(document__isnull=False, campaign__isnull=True)
                | Q(document__isnull=True, campaign__isnull=False),
                name="acknowledgement_of_one",
                violation_error_message=_("It is about a document, or about a campaign."),
            ),
            models.UniqueConstraint(
                fields=["document", "version", "owner"],
                condition=Q(document__isnull=False),
                name="acknowledgement_once_a_version",
            ),
            models.UniqueConstraint(
                fields=["campaign", "owner"],
                condition=Q(campaign__isnull=False),
                name="acknowledgement_once_a_campaign",
            ),
        ]

    @property
    def about(self) -> "Document | Campaign":
        """What is read; the constraint sees to it that there is one."""
        return self.document or self.campaign  # type: ignore[return-value]

    @property
    def title(self) -> str:
        return f"{self.about.name}: {self.owner or ''}"

    def frozen(self) -> str:
        if self.acknowledged_at is None:
            return ""
        return str(_("This was confirmed: it stays as it is."))

    def clean(self) -> None:
        super().clean()
        if self.pk is None:
            raise ValidationError(_("People are asked on the page of the document or the campaign."))
        before = Acknowledgement.objects.within(self.organisation).get(pk=self.pk)
        if before.owner_id != self.owner_id:
            raise ValidationError({"owner": _("Nobody reads for another. Ask the other person as well.")})

"""An outsider's audit: one AI system, its evidence, its decision records of a period, from a date to a date."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from aims.models import AISystem
from grc.models.record import Record
from grc.models.scope import Scope

SHARED = ("system", "records_from", "records_to", "auditor_email", "access_from", "access_until")
_SHARED_IS_FROZEN = _("The engagement is open: end its access, or change its end, on its page.")


class Engagement(Record):
    """What an external auditor was engaged for, and what they may see meanwhile."""

    class Kind(models.TextChoices):
        STAGE_1 = "stage-1", _("Stage 1")
        STAGE_2 = "stage-2", _("Stage 2")
        SURVEILLANCE = "surveillance", _("Surveillance")
        CUSTOMER = "customer", _("Customer's audit")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    body = models.CharField(_("auditing body"), max_length=200)
    auditor_name = models.CharField(_("auditor"), max_length=200)
    auditor_email = models.EmailField(_("auditor’s email"), help_text=_("They log in with this address."))
    system = models.ForeignKey(
        AISystem, on_delete=models.PROTECT, related_name="engagements", verbose_name=_("AI system")
    )
    records_from = models.DateField(_("decision records from"))
    records_to = models.DateField(_("decision records until"), help_text=_("This day included."))
    access_from = models.DateTimeField(_("login from"))
    access_until = models.DateTimeField(_("login until"))
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="engagement_reference_once"),
            models.CheckConstraint(
                condition=models.Q(records_to__gte=models.F("records_from")),
                name="engagement_records_in_order",
                violation_error_message=_("The period of the decision records must end after it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(access_until__gt=models.F("access_from")),
                name="engagement_access_in_order",
                violation_error_message=_("The login must end after it begins."),
            ),
        ]

    def clean(self) -> None:
        """What is shared, with whom and when is frozen in the scope: here it may not say something else."""
        super().clean()
        if self.scope_id is None:
            return
        before = Engagement.objects.within(self.organisation).get(pk=self.pk)
        changed = {n: _SHARED_IS_FROZEN for n in SHARED if getattr(before, n) != getattr(self, n)}
        if changed:
            raise ValidationError(changed)  # type: ignore[arg-type]

"""The organisation's own controls: what is done here, by whom, how often."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class Control(Record):
    """What this organisation does about requirements, which it is linked with, as with systems and evidence."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPERATING = "operating", _("In operation")
        RETIRED = "retired", _("No longer in use")

    class Frequency(models.TextChoices):
        CONTINUOUS = "continuous", _("Continuously")
        PER_EVENT = "per-event", _("At each event")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")
        MONTHLY = "monthly", _("Monthly")
        QUARTERLY = "quarterly", _("Quarterly")
        HALF_YEARLY = "half-yearly", _("Every half year")
        YEARLY = "yearly", _("Yearly")

    class Nature(models.TextChoices):
        MANUAL = "manual", _("By people")
        AUTOMATED = "automated", _("By software")
        BOTH = "both", _("By both")

    class Kind(models.TextChoices):
        PREVENTIVE = "preventive", _("Prevents")
        DETECTIVE = "detective", _("Detects")
        CORRECTIVE = "corrective", _("Corrects")

    name = models.CharField(_("control"), max_length=120)
    objective = models.TextField(_("what it is for"), max_length=2000)
    how = models.TextField(
        _("how it works here"),
        max_length=8000,
        blank=True,
        help_text=_("Who does what, when, with which record. An auditor compares this with what is done."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    operating_since = models.DateField(_("in operation since"), null=True, blank=True)
    frequency = models.CharField(_("how often"), max_length=12, choices=Frequency, default=Frequency.PER_EVENT)
    nature = models.CharField(_("done"), max_length=10, choices=Nature, default=Nature.MANUAL)
    kind = models.CharField(_("what it does"), max_length=10, choices=Kind, default=Kind.PREVENTIVE)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    starter = models.CharField(_("begun from"), max_length=40, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("control")
        verbose_name_plural = _("controls")
        indexes = [models.Index(fields=["organisation", "state"], name="control_state")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="control_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="control_once",
                violation_error_message=_("There is a control with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(state="operating") | (~Q(how="") & Q(operating_since__isnull=False)),
                name="control_operating_says_how",
                violation_error_message=_(
                    "A control in operation says how it works here, and since when: otherwise it is only a title."
                ),
            ),
        ]

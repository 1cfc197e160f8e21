"""Clauses 6.2 and 6.3: AI objectives with their measurements, and changes to the management system itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class Objective(Record):
    """What the organisation wants to reach with the management of AI, and how it will know (6.2)."""

    class State(models.TextChoices):
        OPEN = "open", _("Being worked on")
        REACHED = "reached", _("Reached")
        MISSED = "missed", _("Missed")
        DROPPED = "dropped", _("Dropped")

    class Better(models.TextChoices):
        MORE = "more", _("More is better")
        LESS = "less", _("Less is better")

    name = models.CharField(_("objective"), max_length=200)
    why = models.TextField(
        _("why"), max_length=2000, blank=True, help_text=_("Which line of the policy, risk or requirement it serves.")
    )
    measure = models.CharField(_("what is measured"), max_length=200, help_text=_("One number that one can look up."))
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    better = models.CharField(_("direction"), max_length=6, choices=Better, default=Better.MORE)
    baseline = models.DecimalField(_("where you start"), max_digits=14, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=4)
    due_on = models.DateField(_("by when"))
    plan = models.TextField(_("what will be done"), max_length=4000, blank=True)
    resources = models.CharField(_("what it takes"), max_length=300, blank=True)
    evaluated_by = models.CharField(_("how the result is judged"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="objective_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="objective_once",
                violation_error_message=_("There is an objective with this name."),
            ),
        ]


class Measurement(Record):
    """One value of an objective, on one day."""

    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="measurements", verbose_name=_("objective")
    )
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Where the number comes from."))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="measurement_reference_once"),
            models.UniqueConstraint(
                fields=["objective", "measured_on"],
                condition=Q(archived_at__isnull=True),
                name="measurement_once_a_day",
                violation_error_message=_("There is a value for this day."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.objective.name}, {self.measured_on.isoformat()}"


class PlannedChange(Record):
    """A change to the management system itself, planned before it is made (6.3). Changes to AI systems are clause 8."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        MADE = "made", _("Made")
        DROPPED = "dropped", _("Dropped")

    name = models.CharField(_("change"), max_length=200)
    purpose = models.TextField(_("why"), max_length=2000)
    consequences = models.TextField(_("what follows from it"), max_length=2000, blank=True)
    integrity = models.TextField(
        _("how the system stays whole meanwhile"),
        max_length=2000,
        blank=True,
        help_text=_("What must not fail while it is made."),
    )
    resources = models.CharField(_("what it takes"), max_length=300, blank=True)
    planned_on = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    made_on = models.DateField(_("made on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("change to the AIMS")
        verbose_name_plural = _("changes to the AIMS")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="planned_change_reference_once"),
            models.CheckConstraint(
                condition=~Q(state="made") | Q(made_on__isnull=False),
                name="planned_change_made_has_date",
                violation_error_message=_("Say when it was made."),
            ),
        ]

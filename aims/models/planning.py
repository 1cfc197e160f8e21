"""Clause 6: risks, and the criteria by which they are judged."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aims.models.operation import AISystem
from grc.models.record import Record

LEVELS = 5


def level(name: Any, **more: Any) -> Any:
    """A step on one of the two scales of the risk criteria, 1 to 5; empty: not judged yet."""
    bounds = [MinValueValidator(1), MaxValueValidator(LEVELS)]
    return models.PositiveSmallIntegerField(name, null=True, blank=True, validators=bounds, **more)


class RiskCriteria(Record):
    """How risks are judged here: what the steps of both scales mean, and from which score on something must be done.

    A score is likelihood times impact, 1 to 25. The criteria in force are those of the approved version.
    """

    name = models.CharField(_("name"), max_length=120)
    likelihood_scale = models.TextField(
        _("likelihood, from 1 to 5"), max_length=2000, help_text=_("A line each, from the least likely to the most.")
    )
    impact_scale = models.TextField(
        _("impact, from 1 to 5"),
        max_length=2000,
        help_text=_("A line each; say what it means for individuals, groups, society and the organisation."),
    )
    acceptable_to = models.PositiveSmallIntegerField(
        _("acceptable up to"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(25)],
        help_text=_("A score up to this may be accepted by the risk’s owner."),
    )
    high_from = models.PositiveSmallIntegerField(
        _("high from"),
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(25)],
        help_text=_("A score from here on must be treated, or accepted by top management."),
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("risk criteria")
        verbose_name_plural = _("risk criteria")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="risk_criteria_reference_once"),
            models.CheckConstraint(
                condition=Q(acceptable_to__lt=F("high_from")),
                name="risk_criteria_bands_in_order",
                violation_error_message=_("“Acceptable up to” must lie below “high from”."),
            ),
        ]

    def clean(self) -> None:
        for name in ("likelihood_scale", "impact_scale"):
            lines = [line for line in (getattr(self, name) or "").splitlines() if line.strip()]
            if len(lines) != LEVELS:
                raise ValidationError(
                    {name: _("Describe all five steps, a line each; there are %(n)d lines.") % {"n": len(lines)}}
                )


def _judged(*names: str) -> Q:
    # said twice, because a comparison with null is not false for a check but unknown, and unknown passes
    given = {f"{name}__isnull": False for name in names}
    return Q(**given, **{f"{name}__range": (1, LEVELS) for name in names})


class Risk(Record):
    """What may go wrong with an AI system, for whom, how bad it would be, and what is done about it."""

    class Treatment(models.TextChoices):
        UNDECIDED = "undecided", _("Not decided yet")
        AVOID = "avoid", _("Avoid")
        REDUCE = "reduce", _("Reduce")
        SHARE = "share", _("Share")
        ACCEPT = "accept", _("Accept")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TREATING = "treating", _("Being treated")
        TREATED = "treated", _("Treated")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("risk"), max_length=200)
    system = models.ForeignKey(
        AISystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risks",
        verbose_name=_("AI system"),
        help_text=_("Empty: the risk concerns the organisation as a whole."),
    )
    source = models.TextField(_("where it comes from"), max_length=2000, blank=True)
    event = models.TextField(_("what may happen"), max_length=2000)
    for_individuals = models.TextField(_("for individuals"), max_length=2000, blank=True)
    for_groups = models.TextField(_("for groups"), max_length=2000, blank=True)
    for_society = models.TextField(_("for society"), max_length=2000, blank=True)
    for_organisation = models.TextField(_("for the organisation"), max_length=2000, blank=True)
    likelihood = level(_("likelihood"), help_text=_("Without treatment, 1 to 5, as the risk criteria say."))
    impact = level(_("impact"), help_text=_("The worst of the consequences above, 1 to 5."))
    score = models.GeneratedField(
        verbose_name=_("score"),
        expression=F("likelihood") * F("impact"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    treatment = models.CharField(_("treatment"), max_length=10, choices=Treatment, default=Treatment.UNDECIDED)
    treatment_plan = models.TextField(_("what is done"), max_length=4000, blank=True)
    treat_by = models.DateField(_("to be done by"), null=True, blank=True)
    residual_likelihood = level(_("likelihood after treatment"))
    residual_impact = level(_("impact after treatment"))
    residual_score = models.GeneratedField(
        verbose_name=_("score after treatment"),
        expression=F("residual_likelihood") * F("residual_impact"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        indexes = [
            models.Index(fields=["organisation", "-score"], name="risk_score"),
            models.Index(fields=["organisation", "state", "review_on"], name="risk_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="risk_reference_once"),
            models.CheckConstraint(
                condition=Q(likelihood__isnull=True, impact__isnull=True) | _judged("likelihood", "impact"),
                name="risk_judged_whole",
                violation_error_message=_("Judge both likelihood and impact, 1 to 5, or neither yet."),
            ),
            models.CheckConstraint(
                condition=Q(residual_likelihood__isnull=True, residual_impact__isnull=True)
                | _judged("residual_likelihood", "residual_impact"),
                name="risk_residual_judged_whole",
                violation_error_message=_("Judge both likelihood and impact after treatment, or neither yet."),
            ),
            models.CheckConstraint(
                condition=Q(treatment__in=("undecided", "accept")) | ~Q(treatment_plan=""),
                name="risk_treatment_has_plan",
                violation_error_message=_("Say what is done to avoid, reduce or share the risk."),
            ),
        ]

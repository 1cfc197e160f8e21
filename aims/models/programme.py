"""The way to a certificate: the gap analysis, the plan that it fills, and what it costs."""

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from controls.models import Requirement
from grc.models.record import Record


class PlanStep(Record):
    """A step of the plan: what comes before it, how long it takes, and how it went."""

    class Phase(models.TextChoices):
        RUNTIME = "runtime", _("Runtime evidence")
        FOUNDATION = "foundation", _("Context, scope, policy")
        RISK = "risk", _("Risk and applicability")
        OPERATION = "operation", _("Controls and operation")
        EVALUATION = "evaluation", _("Internal audit and review")
        CERTIFICATION = "certification", _("Certification")
        EXTENSION = "extension", _("AI scope of an existing programme")
        OUTWARD = "outward", _("What buyers ask beside it")

    name = models.CharField(_("step"), max_length=200)
    phase = models.CharField(_("phase"), max_length=14, choices=Phase, default=Phase.OPERATION)
    description = models.TextField(_("what is done when it is done"), max_length=2000, blank=True)
    after = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("comes after"),
        default=list,
        blank=True,
        help_text=_("References of steps that must be finished before, with commas between them."),
    )
    starts_on = models.DateField(_("planned start"))
    days = models.PositiveSmallIntegerField(
        _("calendar days that it takes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    covers = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("covers"),
        default=list,
        blank=True,
        help_text=_(
            "Numbers of clauses and controls that it sees to, such as “4.3” or “A.6.2.4”, with commas between."
        ),
    )
    first_planned = models.DateField(_("end as first planned"), null=True, blank=True, editable=False)
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    done_on = models.DateField(_("finished on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("step")
        verbose_name_plural = _("steps of the plan")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="plan_step_reference_once"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(started_on__isnull=False, done_on__gte=F("started_on")),
                name="plan_step_done_after_begun",
                violation_error_message=_("A finished step was begun, on the same day or before."),
            ),
            models.CheckConstraint(
                condition=Q(days__range=(1, 1000)),
                name="plan_step_takes_time",
                violation_error_message=_("A step takes 1 to 1,000 days."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """The end as first planned is set once, and stays: slip is counted against it."""
        starts_on = models.DateField().to_python(self.starts_on)
        if self.first_planned is None and starts_on is not None and self.days:
            last = min(starts_on.toordinal() + int(self.days) - 1, dt.date.max.toordinal())
            self.first_planned = dt.date.fromordinal(last)

    def clean(self) -> None:
        """What comes before exists, is not the step itself, and does not come after it."""
        super().clean()
        self.derive()
        self.covers = list(dict.fromkeys(str(one).strip().upper() for one in self.covers or [] if str(one).strip()))
        self.after = sorted({str(one).strip().upper() for one in self.after or [] if str(one).strip()})
        if not self.after:
            return
        known: dict[str, list[str]] = dict(
            PlanStep.objects.within(self.organisation).filter(archived_at=None).values_list("reference", "after")
        )
        missing = [one for one in self.after if one not in known]
        if missing:
            said: dict[str, Any] = {"references": ", ".join(missing)}
            raise ValidationError({"after": ValidationError(_("There is no step %(references)s."), params=said)})
        if self.reference and self._leads_to(self.reference, known):
            raise ValidationError({"after": _("These steps would wait for each other.")})

    def _leads_to(self, reference: str, known: dict[str, list[str]]) -> bool:
        seen: set[str] = set()
        waiting = list(self.after)
        while waiting:
            one = waiting.pop()
            if one == reference:
                return True
            if one not in seen:
                seen.add(one)
                waiting += known.get(one, [])
        return False


class GapAnswer(Record):
    """How a clause or control stands today, and what is needed: one answer of the gap analysis."""

    class Standing(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at")
        NOTHING = "nothing", _("Nothing there")
        PARTLY = "partly", _("Begun")
        LARGELY = "largely", _("Nearly there")
        DONE = "done", _("Met")
        NOT_NEEDED = "not-needed", _("Not applicable")

    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, related_name="gap_answers", verbose_name=_("clause or control")
    )
    standing = models.CharField(_("how it stands"), max_length=10, choices=Standing, default=Standing.UNKNOWN)
    found = models.TextField(_("what there is"), max_length=2000, blank=True)
    needed = models.TextField(_("what is needed"), max_length=2000, blank=True)
    days = models.PositiveSmallIntegerField(_("effort in days"), null=True, blank=True)
    step = models.ForeignKey(
        PlanStep,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("step of the plan"),
    )
    looked_on = models.DateField(_("looked at on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("gap")
        verbose_name_plural = _("gap analysis")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="gap_answer_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "requirement"],
                condition=Q(archived_at__isnull=True),
                name="gap_answer_once",
                violation_error_message=_("This clause or control has its answer already."),
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=("nothing", "partly", "largely")) | ~Q(needed=""),
                name="gap_answer_says_what_is_needed",
                violation_error_message=_("Say what is needed to close the gap."),
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=("done", "not-needed")) | ~Q(found=""),
                name="gap_answer_met_says_by_what",
                violation_error_message=_("Say what is there that meets it, or why it is not applicable."),
            ),
        ]

    @property
    def title(self) -> str:
        return self.requirement.title


class CostItem(Record):
    """What the certificate costs over three years, by the organisation's own figures."""

    class Kind(models.TextChoices):
        BODY = "body", _("Certification body")
        PEOPLE = "people", _("Own people")
        ADVICE = "advice", _("Advice and training")
        TOOLS = "tools", _("Tools")
        OTHER = "other", _("Other")

    name = models.CharField(_("what for"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    year_1 = models.DecimalField(
        _("year 1"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    year_2 = models.DecimalField(
        _("year 2"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    year_3 = models.DecimalField(
        _("year 3"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    basis = models.CharField(_("where the figure comes from"), max_length=300, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="cost_item_reference_once"),
            models.CheckConstraint(
                condition=Q(year_1__gte=0, year_2__gte=0, year_3__gte=0),
                name="cost_item_not_below_nothing",
                violation_error_message=_("A cost is not below zero."),
            ),
        ]

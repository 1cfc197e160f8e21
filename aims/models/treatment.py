"""Clause 6.1: what is done about risks, opportunities, and what AI systems do to people."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aims.models.criteria import MOST_STEPS, level, refuse_unknown_steps
from aims.models.operation import AISystem
from aims.models.planning import Risk
from controls.models import Control
from grc.models.record import Record


class Treatment(Record):
    """One thing that is done about a risk: by whom (its owner), until when, by which control, at what cost (6.1.3)."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="treatments", verbose_name=_("risk"))
    name = models.CharField(_("what is done"), max_length=200)
    description = models.TextField(_("how"), max_length=4000, blank=True)
    control = models.ForeignKey(
        Control,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="treatments",
        verbose_name=_("control"),
        help_text=_("The control that it brings in or makes better."),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    cost = models.DecimalField(
        _("cost"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("In your own currency, for the first year."),
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="treatment_reference_once"),
            models.UniqueConstraint(
                fields=["risk", "name"],
                condition=Q(archived_at__isnull=True),
                name="treatment_once",
                violation_error_message=_("This risk has a treatment of this name."),
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="treatment_cost_not_below_nothing",
                violation_error_message=_("A cost is not below zero."),
            ),
        ]


class TreatmentPlan(Record):
    """What top management signs under 6.1.3: the treatments of every open risk, and the risks that remain.

    The plan has few words of its own. Its version holds every open risk with its treatments as they stood that day.
    """

    name = models.CharField(_("title"), max_length=200)
    summary = models.TextField(
        _("summary"), max_length=4000, blank=True, help_text=_("What top management should know before it signs.")
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("treatment plan")
        verbose_name_plural = _("treatment plans")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="treatment_plan_reference_once"),
        ]


class Opportunity(Record):
    """Something good that may be reached with AI or with its management, and what is done to reach it (6.1.1)."""

    class State(models.TextChoices):
        IDEA = "idea", _("Idea")
        PURSUED = "pursued", _("Being pursued")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Dropped")

    name = models.CharField(_("opportunity"), max_length=200)
    system = models.ForeignKey(
        AISystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name=_("AI system"),
    )
    benefit = models.TextField(_("what it would bring, and to whom"), max_length=2000)
    action = models.TextField(_("what is done to reach it"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IDEA)
    due_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="opportunity_reference_once"),
            models.CheckConstraint(
                condition=Q(state__in=("idea", "dropped")) | ~Q(action=""),
                name="opportunity_pursued_says_how",
                violation_error_message=_("Say what is done to reach it."),
            ),
        ]


class ImpactAssessment(Record):
    """What an AI system does to individuals, groups and society, through its life cycle (6.1.4, 8.4, A.5).

    A record of its own, beside the risk assessment. The headings follow ISO/IEC 42005's contents.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("Not concluded")
        GO = "go", _("May be used as it is")
        MEASURES = "measures", _("May be used with the measures below")
        STOP = "stop", _("May not be used")

    class Fria(models.TextChoices):
        """Fundamental rights impact assessment, Art. 27 of Regulation (EU) 2024/1689."""

        UNDECIDED = "undecided", _("Not decided")
        NO = "no", _("Not asked of us")
        YES = "yes", _("Asked of us as deployer")

    system = models.ForeignKey(
        AISystem, on_delete=models.PROTECT, related_name="impact_assessments", verbose_name=_("AI system")
    )
    name = models.CharField(_("title"), max_length=200)
    reason = models.CharField(
        _("why now"), max_length=300, blank=True, help_text=_("First use, yearly, or which change asked for it.")
    )
    intended = models.TextField(_("intended use"), max_length=4000)
    unintended = models.TextField(_("foreseeable misuse and unintended use"), max_length=4000, blank=True)
    data = models.TextField(_("data and its quality"), max_length=4000, blank=True)
    model = models.TextField(_("model and algorithm"), max_length=4000, blank=True)
    environment = models.TextField(_("where and how it is deployed"), max_length=4000, blank=True)
    affected = models.TextField(_("who is affected"), max_length=4000)
    benefits = models.TextField(_("benefits"), max_length=4000, blank=True)
    harms_individuals = models.TextField(_("harms to individuals"), max_length=4000, blank=True)
    harms_groups = models.TextField(_("harms to groups"), max_length=4000, blank=True)
    harms_society = models.TextField(_("harms to society"), max_length=4000, blank=True)
    failures = models.TextField(_("failures and misuse, and what then happens"), max_length=4000, blank=True)
    severity = level(_("severity"), help_text=_("Of the worst harm, as the risk criteria say for impact."))
    likelihood = level(_("likelihood"), help_text=_("Of that harm."))
    measures = models.TextField(_("measures"), max_length=4000, blank=True)
    outcome = models.CharField(_("conclusion"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    conclusion = models.TextField(_("reasons for the conclusion"), max_length=4000, blank=True)
    fria = models.CharField(_("fundamental rights assessment"), max_length=10, choices=Fria, default=Fria.UNDECIDED)
    fria_text = models.TextField(
        _("fundamental rights: process, period, people, harms, oversight, complaints"),
        max_length=8000,
        blank=True,
        help_text=_("The points of Art. 27(1) (a) to (f) of Regulation (EU) 2024/1689."),
    )
    keep_until = models.DateField(
        _("keep until"), null=True, blank=True, help_text=_("A.5.3 asks for a retention period of the results.")
    )
    repeat_on = models.DateField(_("repeat on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("impact assessment")
        verbose_name_plural = _("impact assessments")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="impact_assessment_reference_once"),
            models.CheckConstraint(
                condition=Q(outcome="open") | (~Q(conclusion="") & Q(keep_until__isnull=False)),
                name="impact_assessment_concluded_says_why",
                violation_error_message=_("A conclusion has its reasons, and a date until which it is kept."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="measures") | ~Q(measures=""),
                name="impact_assessment_names_measures",
                violation_error_message=_("Name the measures that the conclusion rests on."),
            ),
            models.CheckConstraint(
                condition=~Q(fria="yes") | Q(outcome="open") | ~Q(fria_text=""),
                name="impact_assessment_fria_is_written",
                violation_error_message=_("Write the fundamental rights assessment before you conclude."),
            ),
            models.CheckConstraint(
                condition=Q(severity__range=(1, MOST_STEPS), likelihood__range=(1, MOST_STEPS)),
                name="impact_assessment_steps_in_range",
                violation_error_message=_("Severity and likelihood are steps of their scales."),
            ),
        ]

    def clean(self) -> None:
        refuse_unknown_steps(self, likelihood=("likelihood",), impact=("severity",))

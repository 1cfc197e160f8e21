"""Clause 6: risks."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from aims.models.criteria import MOST_STEPS, level, refuse_unknown_steps
from aims.models.operation import AISystem
from aims.risk_catalogues import read_ids
from grc.models.record import Record


def _judged(*names: str) -> Q:
    # said twice, because a comparison with null is not false for a check but unknown, and unknown passes
    given = {f"{name}__isnull": False for name in names}
    return Q(**given, **{f"{name}__range": (1, MOST_STEPS) for name in names})


SUBJECTS = {
    "individuals": _("individuals"),
    "groups": _("groups"),
    "society": _("society"),
    "organisation": _("the organisation"),
}
"""For whom a risk has consequences: written down in ``for_individuals``, judged in ``individuals_impact`` and
``residual_individuals_impact``, and so on."""


def impacts_of(subjects: Iterable[str], *, residual: bool = False) -> tuple[str, ...]:
    """The fields in which a risk’s impact on ``subjects`` is judged, without or after treatment."""
    return tuple(f"{'residual_' if residual else ''}{subject}_impact" for subject in subjects)


def _worst_of(name: str, judgements: tuple[str, ...]) -> Q:
    # a worst without a judgement may stay; judgements without their worst may not, and null would be unknown
    none = Q(**{f"{one}__isnull": True for one in judgements})
    on_scale = {f"{one}__gte": 1 for one in judgements}
    return none | Q(**{f"{name}__isnull": False, name: Greatest(*judgements), **on_scale})


class Risk(Record):
    """What may go wrong with an AI system, for whom, how bad it would be, and what is done about it.

    Where the impact is judged for one of ``SUBJECTS`` at least, ``impact`` is the worst of these judgements.
    """

    class Treatment(models.TextChoices):
        UNDECIDED = "undecided", _("Not decided yet")
        AVOID = "avoid", _("Avoid")
        REDUCE = "reduce", _("Reduce")
        SHARE = "share", _("Share")
        ACCEPT = "accept", _("Accept")

    class Acceptance(models.TextChoices):
        """Kept by ``aims.risks.acceptance``: it follows from what was signed and from how the risk stands now."""

        NONE = "none", _("Not accepted")
        ACCEPTED = "accepted", _("Accepted")
        REOPENED = "reopened", _("Accepted once, changed since")

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
    individuals_impact = level(_("impact on individuals"))
    for_groups = models.TextField(_("for groups"), max_length=2000, blank=True)
    groups_impact = level(_("impact on groups"))
    for_society = models.TextField(_("for society"), max_length=2000, blank=True)
    society_impact = level(_("impact on society"))
    for_organisation = models.TextField(_("for the organisation"), max_length=2000, blank=True)
    organisation_impact = level(_("impact on the organisation"))
    catalogue_ids = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("in catalogues"),
        default=list,
        blank=True,
        help_text=_("Ids with commas between them, such as GAI-02, LLM01:2026, AML.T0051, MIT-5."),
    )
    number_elsewhere = models.CharField(
        _("number elsewhere"), max_length=60, blank=True, help_text=_("In the list that it came from.")
    )
    starter = models.CharField(max_length=40, blank=True, editable=False)
    likelihood = level(_("likelihood"), help_text=_("Without treatment, as the risk criteria say."))
    impact = level(_("impact"), help_text=_("The worst of those judged above; left empty, it is filled in from them."))
    score = models.GeneratedField(
        verbose_name=_("score"),
        expression=F("likelihood") * F("impact"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    treatment = models.CharField(_("treatment"), max_length=10, choices=Treatment, default=Treatment.UNDECIDED)
    treatment_plan = models.TextField(
        _("what is done"), max_length=4000, blank=True, help_text=_("May stay empty once the risk has treatments.")
    )
    treat_by = models.DateField(_("to be done by"), null=True, blank=True)
    residual_likelihood = level(_("likelihood after treatment"))
    residual_individuals_impact = level(_("impact on individuals after treatment"))
    residual_groups_impact = level(_("impact on groups after treatment"))
    residual_society_impact = level(_("impact on society after treatment"))
    residual_organisation_impact = level(_("impact on the organisation after treatment"))
    residual_impact = level(
        _("impact after treatment"),
        help_text=_("The worst of those judged above; left empty, it is filled in from them."),
    )
    residual_score = models.GeneratedField(
        verbose_name=_("score after treatment"),
        expression=F("residual_likelihood") * F("residual_impact"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    acceptance = models.CharField(
        _("acceptance"), max_length=8, choices=Acceptance, default=Acceptance.NONE, editable=False
    )

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
                violation_error_message=_("Judge both likelihood and impact, or neither yet."),
            ),
            models.CheckConstraint(
                condition=Q(residual_likelihood__isnull=True, residual_impact__isnull=True)
                | _judged("residual_likelihood", "residual_impact"),
                name="risk_residual_judged_whole",
                violation_error_message=_("Judge both likelihood and impact after treatment, or neither yet."),
            ),
            models.CheckConstraint(
                condition=_worst_of("impact", impacts_of(SUBJECTS)),
                name="risk_impact_is_the_worst",
                violation_error_message=_(
                    "The impact is the worst of those on individuals, groups, society and the organisation."
                ),
            ),
            models.CheckConstraint(
                condition=_worst_of("residual_impact", impacts_of(SUBJECTS, residual=True)),
                name="risk_residual_impact_is_the_worst",
                violation_error_message=_(
                    "The impact after treatment is the worst of those on individuals, groups, society and the "
                    "organisation."
                ),
            ),
            models.UniqueConstraint(
                fields=["organisation", "number_elsewhere"],
                condition=Q(archived_at__isnull=True) & ~Q(number_elsewhere=""),
                name="risk_number_elsewhere_once",
                violation_error_message=_("Another risk has this number elsewhere."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "system", "starter"],
                condition=Q(archived_at__isnull=True) & ~Q(starter=""),
                nulls_distinct=False,
                name="risk_starter_once",
                violation_error_message=_("There is a risk from this starter for this AI system."),
            ),
        ]

    DOES_SOMETHING = (Treatment.AVOID, Treatment.REDUCE, Treatment.SHARE)

    def clean(self) -> None:
        refuse_unknown_steps(
            self,
            likelihood=("likelihood", "residual_likelihood"),
            impact=("impact", "residual_impact", *impacts_of(SUBJECTS), *impacts_of(SUBJECTS, residual=True)),
        )
        self.derive()
        self._refuse_another_worst()
        self.catalogue_ids = read_ids(self.catalogue_ids or [])
        if self.treatment in self.DOES_SOMETHING and not self.treatment_plan and not self._has_treatments():
            sentence = _("Say what is done to avoid, reduce or share the risk, or add a treatment first.")
            raise ValidationError({"treatment_plan": sentence})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """An impact that is empty is the worst of what was judged for each of ``SUBJECTS``."""
        for name, worst in self._worst().items():
            if getattr(self, name) is None:
                setattr(self, name, worst)

    def _worst(self) -> dict[str, int]:
        """The worst judgement without and after treatment, by the field that has to say it; none where none is."""
        found = {}
        for name, residual in (("impact", False), ("residual_impact", True)):
            judged = [getattr(self, one) for one in impacts_of(SUBJECTS, residual=residual)]
            found[name] = max((one for one in judged if one is not None), default=None)
        return {name: worst for name, worst in found.items() if worst is not None}

    def _refuse_another_worst(self) -> None:
        # the constraint says the same of the row; here the field is named, and what it would have to be
        wrong = {}
        for name, worst in self._worst().items():
            if getattr(self, name) != worst:
                sentence = _(
                    "It is the worst of the impacts on individuals, groups, society and the organisation, which is "
                    "%(worst)s; left empty, it is filled in."
                )
                wrong[name] = sentence % {"worst": worst}
        if wrong:
            raise ValidationError(wrong)

    def _has_treatments(self) -> bool:
        treatments: Any = self.treatments if self.pk else None  # type: ignore[attr-defined]
        return treatments is not None and treatments.filter(archived_at=None).exists()

"""The risk criteria: their record, and those by which an organisation judges right now."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.models.approval import Review
from grc.models.organisation import Organisation
from grc.models.record import Record
from grc.models.version import Version

FEWEST_STEPS, MOST_STEPS = 3, 7
"""Of each scale: two steps judge nothing, and nobody tells eight apart."""

USUAL_STEPS = 5

BAND_TONES = {"low": "green", "medium": "yellow", "high": "red", "": ""}
BAND_NAMES = {"low": _("Acceptable"), "medium": _("Medium"), "high": _("High"), "": _("Not judged yet")}


def level(name: Any, **more: Any) -> Any:
    """A step on one of the two scales of the risk criteria; empty: not judged yet.

    The criteria in force say how many steps there are, see ``refuse_unknown_steps``; the database keeps to 1 to 7.
    """
    bounds = [MinValueValidator(1), MaxValueValidator(MOST_STEPS)]
    return models.PositiveSmallIntegerField(name, null=True, blank=True, validators=bounds, **more)


class RiskCriteria(Record):
    """How risks are judged here: what the steps of both scales mean, and from which score on something must be done.

    A score is likelihood times impact. The criteria in force are those of the approved version.
    """

    name = models.CharField(_("name"), max_length=120)
    likelihood_scale = models.TextField(
        _("steps of likelihood"),
        max_length=2000,
        help_text=_("Three to seven, a line each, from the least likely to the most."),
    )
    impact_scale = models.TextField(
        _("steps of impact"),
        max_length=2000,
        help_text=_(
            "Three to seven, a line each, from the least to the worst; say what it means for individuals, groups, "
            "society and the organisation."
        ),
    )
    acceptable_to = models.PositiveSmallIntegerField(
        _("acceptable up to"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_STEPS**2)],
        help_text=_("A score up to this may be accepted by the risk’s owner."),
    )
    high_from = models.PositiveSmallIntegerField(
        _("high from"),
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(MOST_STEPS**2)],
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
        wrong, highest = {}, 1
        for name in ("likelihood_scale", "impact_scale"):
            steps = len([line for line in (getattr(self, name) or "").splitlines() if line.strip()])
            highest *= steps
            if not FEWEST_STEPS <= steps <= MOST_STEPS:
                said = {"fewest": FEWEST_STEPS, "most": MOST_STEPS, "n": steps}
                wrong[name] = _("Describe %(fewest)d to %(most)d steps, a line each; there are %(n)d.") % said
        if not wrong and self.high_from is not None and self.high_from > highest:
            said = {"highest": highest}
            wrong["high_from"] = _("The highest score of these scales is %(highest)d: no risk would be high.") % said
        if wrong:
            raise ValidationError(wrong)


@dataclass(frozen=True)
class Criteria:
    """``likelihood`` and ``impact``: what the steps mean, lowest first. ``reference`` is empty for the usual ones.

    ``version``: the approved version that says so; None where nobody has approved any.
    """

    likelihood: tuple[str, ...]
    impact: tuple[str, ...]
    acceptable_to: int
    high_from: int
    reference: str = ""
    version: Version | None = None

    @property
    def highest(self) -> int:
        """The highest score that there is."""
        return len(self.likelihood) * len(self.impact)

    def band(self, score: int | None) -> str:
        """``low``, ``medium`` or ``high``; empty where nothing was judged."""
        if score is None:
            return ""
        return "low" if score <= self.acceptable_to else "high" if score >= self.high_from else "medium"

    def tone(self, score: int | None) -> str:
        """The colour of a score: green, yellow or red."""
        return BAND_TONES[self.band(score)]


def said_of(scale: tuple[str, ...], number: int) -> str:
    """A step as its line says it, without a number of its own; what lies outside of the scale has no words."""
    said = scale[number - 1] if 1 <= number <= len(scale) else ""
    return re.sub(rf"^{number}\b[.):]?\s*", "", said).strip()


def name_of(scale: tuple[str, ...], number: int) -> str:
    """The short name of a step: what stands before the first colon, dash or comma of its line."""
    return re.split(r"\s*(?:[:;,(]|\s[-–—]\s|\.\s)", said_of(scale, number))[0].strip()


def criteria_in_force(organisation: Organisation) -> Criteria:
    """The approved version; failing that the newest draft; failing that a plain scale of 1 to 5.

    Read once for an ``organisation`` object, so that a list of risks asks once.
    """
    if "_criteria" not in organisation.__dict__:
        organisation.__dict__["_criteria"] = _approved(organisation) or _draft(organisation) or _usual()
    found: Criteria = organisation.__dict__["_criteria"]
    return found


def _approved(organisation: Organisation) -> Criteria | None:
    reviews = Review.objects.within(organisation).filter(key__register="risk-criteria", state=Review.State.APPROVED)
    review = reviews.select_related("version", "key").order_by("-ended_at").first()
    if review is None:
        return None
    said = json.loads(bytes(review.version.body))
    facts = {fact["name"]: fact["text"] for section in said["sections"] for fact in section["facts"]}
    return Criteria(
        likelihood=_steps(facts["likelihood_scale"]),
        impact=_steps(facts["impact_scale"]),
        acceptable_to=int(facts["acceptable_to"]),
        high_from=int(facts["high_from"]),
        reference=review.key.reference,
        version=review.version,
    )


def _draft(organisation: Organisation) -> Criteria | None:
    row = RiskCriteria.objects.within(organisation).filter(archived_at=None).order_by("-updated_at").first()
    if row is None:
        return None
    likelihood, impact = _steps(row.likelihood_scale), _steps(row.impact_scale)
    return Criteria(likelihood, impact, row.acceptable_to, row.high_from, row.reference)


def _usual() -> Criteria:
    steps = tuple(str(number) for number in range(1, USUAL_STEPS + 1))
    return Criteria(steps, steps, 4, 12)


def _steps(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def refuse_unknown_steps(record: Record, *, likelihood: tuple[str, ...], impact: tuple[str, ...]) -> None:
    """Refuse what is no step of the criteria in force; the arguments name the fields. Raises ``ValidationError``."""
    criteria, wrong = criteria_in_force(record.organisation), {}
    for names, steps, scale in (
        (likelihood, len(criteria.likelihood), _("likelihood")),
        (impact, len(criteria.impact), _("impact")),
    ):
        for name in names:
            value = getattr(record, name)
            if value is not None and not 1 <= value <= steps:
                said = {"value": value, "scale": scale, "steps": steps}
                wrong[name] = (
                    _("%(value)s is no step of the scale of %(scale)s, which goes from 1 to %(steps)s.") % said
                )
    if wrong:
        raise ValidationError(wrong)

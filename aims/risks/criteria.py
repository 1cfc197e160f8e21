"""The risk criteria by which an organisation judges right now."""

import json
import re
from dataclasses import dataclass

from aims.models import RiskCriteria
from aims.models.planning import USUAL_STEPS
from grc.models.approval import Review
from grc.models.organisation import Organisation
from grc.models.version import Version

BAND_TONES = {"low": "green", "medium": "yellow", "high": "red", "": ""}


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

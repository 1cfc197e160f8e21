"""Whether somebody can do what their role asks for: pure rules, with no database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

SOON = dt.timedelta(days=60)
"""So long before its end a proof is shown as ending."""


class Standing(models.TextChoices):
    """How a person stands in a competence, the worst first."""

    EXPIRED = "expired", _("Expired")
    MISSING = "missing", _("Missing")
    BELOW = "below", _("Below the level")
    EXPIRING = "expiring", _("Ends soon")
    MET = "met", _("Met")


TONES = {
    Standing.EXPIRED: "red",
    Standing.MISSING: "red",
    Standing.BELOW: "orange",
    Standing.EXPIRING: "yellow",
    Standing.MET: "green",
}


@dataclass(frozen=True)
class Proof:
    """What somebody has shown. It holds through the whole of its last day; without one it holds for good."""

    reference: str
    level: int
    shown_on: dt.date
    valid_until: dt.date | None = None

    def holds(self, today: dt.date) -> bool:
        return self.shown_on <= today and (self.valid_until is None or self.valid_until >= today)

    @property
    def end(self) -> dt.date:
        return self.valid_until or dt.date.max


@dataclass(frozen=True)
class Judgement:
    """``proof``: the one that it rests on; None where there is none."""

    standing: Standing
    proof: Proof | None = None


def judge(level: int, proofs: Sequence[Proof], today: dt.date) -> Judgement:
    """How somebody with these ``proofs`` of a competence stands today, where ``level`` of it is needed.

    The highest level that holds counts; of proofs that suffice, the one that holds longest. What is to be shown on a
    day to come shows nothing yet.
    """
    holding = [proof for proof in proofs if proof.holds(today)]
    enough = [proof for proof in holding if proof.level >= level]
    if enough:
        best = max(enough, key=lambda proof: (proof.end, proof.level))
        soon = best.valid_until is not None and best.valid_until <= today + SOON
        return Judgement(Standing.EXPIRING if soon else Standing.MET, best)
    if holding:
        return Judgement(Standing.BELOW, max(holding, key=lambda proof: (proof.level, proof.end)))
    over = [proof for proof in proofs if proof.end < today]
    if over:
        return Judgement(Standing.EXPIRED, max(over, key=lambda proof: (proof.end, proof.level)))
    return Judgement(Standing.MISSING)

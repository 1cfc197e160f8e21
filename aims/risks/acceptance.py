"""Whether the acceptance that top management signed still holds: it is bound to the risk as it stood then.

A version of a risk that was approved with the meaning “I accept the remaining risk as it stands” holds while the facts
that matter are those of the version. ``Risk.acceptance`` keeps the answer, so that a list can be narrowed by it.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aims.models import Risk, Treatment
from aims.models.planning import SUBJECTS, impacts_of
from grc.access.actor import Actor
from grc.actions.many import at_once
from grc.actions.versions import snapshot
from grc.approvals.deciding import meanings_of
from grc.formats import day
from grc.models.approval import Review
from grc.models.record import Record
from grc.registers.register import registers
from grc.registries import reviewed, saved

MATTER = (
    *("event", "system", "likelihood", "impact"),
    *("treatment", "treatment_plan", "residual_likelihood", "residual_impact"),
    *impacts_of(SUBJECTS),
    *impacts_of(SUBJECTS, residual=True),
)
Facts = dict[str, str]


@dataclass(frozen=True)
class Acceptance:
    """What was accepted, when and by whom; ``facts``: those that matter, as the signed version has them."""

    on: dt.date
    by: str
    version: int
    score: int | None
    facts: Facts

    def changed(self, risk: Risk) -> list[str]:
        """What is different now, by the names that people read."""
        now, register = facts_now(risk), registers.of(Risk)
        names = [name for name in self.facts if self.facts[name] != now[name]]
        return [register.heading(name) if name in MATTER else _("Treatments") for name in names]

    def sentence(self, risk: Risk) -> str:
        """In a line: what stood then, and what stands now."""
        said = {"day": day(self.on), "then": _points(self.score), "now": _points(score_now(risk))}
        if risk.acceptance == Risk.Acceptance.ACCEPTED:
            return _("Accepted as it stood on %(day)s, at %(then)s.") % said
        if self.score != score_now(risk):
            return _("Accepted as it stood on %(day)s, at %(then)s; now %(now)s.") % said
        said["what"] = ", ".join(self.changed(risk))
        return _("Accepted as it stood on %(day)s, at %(then)s; changed since: %(what)s.") % said


def score_now(risk: Risk) -> int | None:
    """What remains, as far as the treatment was judged; else the score without it."""
    return risk.score if risk.residual_score is None else risk.residual_score


def acceptance_of(risk: Risk) -> Acceptance | None:
    """The acceptance that is in force for ``risk``, whether it still holds or not."""
    return acceptances_of([risk]).get(risk.pk)


def acceptances_of(risks: Sequence[Risk]) -> dict[int, Acceptance]:
    """The acceptances in force, by the key of the risk. Two queries for any number of risks of one organisation."""
    if not risks:
        return {}
    meaning = meanings_of(registers.of(Risk))[0]
    reviews = Review.objects.within(risks[0].organisation).filter(
        key__in=[risk.pk for risk in risks], state=Review.State.APPROVED, approvals__meaning=meaning
    )
    found = reviews.select_related("version").prefetch_related("approvals__approver").distinct()
    return {review.key_id: _acceptance(review, meaning) for review in found}


def _acceptance(review: Review, meaning: str) -> Acceptance:
    facts = facts_of(json.loads(bytes(review.version.body)))
    signers = [str(part.approver) for part in review.approvals.all() if part.meaning == meaning]
    return Acceptance(
        on=timezone.localdate(review.ended_at),
        by=", ".join(sorted(signers)),
        version=review.version.number,
        score=_score(facts),
        facts=facts,
    )


def facts_of(body: dict[str, Any]) -> Facts:
    """The facts that matter, of the body of a risk's version. A treatment that is done is the same treatment."""
    said = {fact["name"]: fact["text"] for section in body["sections"] for fact in section["facts"]}
    facts = {name: said.get(name, "") for name in MATTER}
    facts["system"] = facts["system"].split(" ")[0]  # its reference: another name makes it no other system
    with translation.override("en-gb"):
        title = str(registers.of(Risk).related[0].title)
    rows = [row for table in body["related"] if table["title"] == title for row in table["rows"]]
    facts["treatments"] = "\n".join(sorted(f"{name} ({control.split(' ')[0]})" for name, control, *_rest in rows))
    return facts


def facts_now(risk: Risk) -> Facts:
    """The same facts as they stand at this moment."""
    with translation.override("en-gb"):  # versions are frozen in it
        return facts_of(snapshot(risk))


def keep_acceptance(risk: Risk) -> None:
    """Let ``Risk.acceptance`` say how its acceptance stands now."""
    found = acceptance_of(risk)
    state = Risk.Acceptance.NONE
    if found is not None:
        same = found.facts == facts_now(risk)
        state = Risk.Acceptance.ACCEPTED if same else Risk.Acceptance.REOPENED
    if risk.acceptance != state:
        Risk.objects.within(risk.organisation).filter(pk=risk.pk).update(acceptance=state)
        risk.acceptance = state


@saved.add(order=60)
def when_saved(record: Record, by: Actor) -> None:
    """A change of a risk, or of what is done about it, may reopen its acceptance, or bring it back."""
    if isinstance(record, Risk) and record.lock > 1:
        keep_acceptance(record)
    elif isinstance(record, Treatment):
        for risk in risks_ever_of(record):
            keep_acceptance(risk)


@at_once(when_saved)
def when_many_are_made(records: Sequence[Record], by: Actor) -> None:
    """What is new was signed by nobody; new treatments change what was."""
    touched = {record.risk_id for record in records if isinstance(record, Treatment)}
    rows = Risk.objects.within(by.organisation).filter(pk__in=touched).exclude(acceptance=Risk.Acceptance.NONE)
    for risk in rows.select_related("key", "organisation", "system"):
        keep_acceptance(risk)


@reviewed.add()
def when_signed(review: Review) -> None:
    """A new version in force accepts the risk, or takes the place of the one that did."""
    if review.state != Review.State.APPROVED or review.key.register != registers.of(Risk).slug:
        return
    rows = Risk.objects.within(review.organisation).filter(pk=review.key_id)
    keep_acceptance(rows.select_related("key", "organisation", "system").get())


def risks_ever_of(treatment: Treatment) -> list[Risk]:
    """The risk of a treatment, and those that it belonged to before."""
    ever = treatment.history.values("risk")  # type: ignore[attr-defined]
    rows = Risk.objects.within(treatment.organisation).filter(pk__in=ever)
    return list(rows.select_related("key", "organisation", "system"))


def _score(facts: Facts) -> int | None:
    for first, second in (("residual_likelihood", "residual_impact"), ("likelihood", "impact")):
        if facts[first] and facts[second]:
            return int(facts[first]) * int(facts[second])
    return None


def _points(score: int | None) -> str:
    return _("not judged") if score is None else str(score)

"""The treatment plan: every open risk as it stands, what is done about it, and what remains (6.1.3, 8.3)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aims.models import Risk
from aims.models.criteria import Criteria, criteria_in_force
from aims.risks.acceptance import Acceptance, acceptances_of, score_now
from aims.risks.treatments import treatments_of
from grc.formats import day, number
from grc.models.organisation import Organisation
from grc.reports.document import Block, Facts, Heading, Note, Paragraph, Table

NAMED = 8
"""So many records a refusal names; the page shows all of them."""


@dataclass
class PlannedRisk:
    """``now``: the score that remains as far as it was judged."""

    risk: Any
    now: int | None
    tone: str
    acceptance: Acceptance | None
    treatments: list[Any] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        return sum((one.cost or Decimal(0) for one in self.treatments), Decimal(0))

    @property
    def accepted(self) -> str:
        """In words how its acceptance stands; empty where there is none."""
        return self.acceptance.sentence(self.risk) if self.acceptance else ""

    @property
    def is_answered(self) -> bool:
        """Whether something is done about it, or somebody accepted it as it stands."""
        says = self.risk.treatment in Risk.DOES_SOMETHING and bool(self.risk.treatment_plan)
        return bool(self.treatments) or says or self.risk.acceptance == Risk.Acceptance.ACCEPTED


@dataclass(frozen=True)
class LivePlan:
    """``risks``: the open ones, the highest first, those that nobody judged before all."""

    criteria: Criteria
    risks: list[PlannedRisk]

    @property
    def treatments(self) -> list[Any]:
        return [one for risk in self.risks for one in risk.treatments]

    @property
    def cost(self) -> Decimal:
        return sum((risk.cost for risk in self.risks), Decimal(0))

    @property
    def unjudged(self) -> list[PlannedRisk]:
        return [one for one in self.risks if one.now is None]

    @property
    def unanswered(self) -> list[PlannedRisk]:
        """Above what is acceptable, with neither a treatment nor an acceptance."""
        above = (one for one in self.risks if one.now is not None and one.now > self.criteria.acceptable_to)
        return [one for one in above if not one.is_answered]


def live_plan(organisation: Organisation) -> LivePlan:
    """How things stand now. Four queries, whatever the number of risks."""
    criteria = criteria_in_force(organisation)
    rows = Risk.objects.within(organisation).filter(archived_at=None).exclude(state=Risk.State.CLOSED)
    risks = list(rows.select_related("key", "organisation", "system", "owner"))
    accepted = acceptances_of([risk for risk in risks if risk.acceptance != Risk.Acceptance.NONE])
    planned = {
        risk.pk: PlannedRisk(risk, score_now(risk), criteria.tone(score_now(risk)), accepted.get(risk.pk))
        for risk in risks
    }
    for treatment in treatments_of(risks):
        planned[treatment.risk_id].treatments.append(treatment)
    order = sorted(planned.values(), key=lambda one: (one.now is not None, -(one.now or 0), one.risk.reference))
    return LivePlan(criteria, order)


def why_not_ready(organisation: Organisation) -> str:
    """Why top management cannot be asked to sign the plan as it stands; empty where it can."""
    plan = live_plan(organisation)
    sentences = []
    if plan.unanswered:
        words = ngettext(
            "%(n)d open risk above %(low)d points has neither a treatment nor an acceptance: %(which)s.",
            "%(n)d open risks above %(low)d points have neither a treatment nor an acceptance: %(which)s.",
            len(plan.unanswered),
        )
        said = {"n": len(plan.unanswered), "low": plan.criteria.acceptable_to, "which": _named(plan.unanswered)}
        sentences.append(words % said)
    if plan.unjudged:
        words = ngettext(
            "%(n)d open risk is not judged yet: %(which)s.",
            "%(n)d open risks are not judged yet: %(which)s.",
            len(plan.unjudged),
        )
        sentences.append(words % {"n": len(plan.unjudged), "which": _named(plan.unjudged)})
    return " ".join(sentences)


def _named(risks: list[PlannedRisk]) -> str:
    named = ", ".join(one.risk.reference for one in risks[:NAMED])
    return f"{named}, …" if len(risks) > NAMED else named


def frozen_plan(organisation: Organisation) -> dict[str, Any]:
    """The plan as plain data, for a version. Nothing in it depends on the day: what is late is for the page to say."""
    plan = live_plan(organisation)
    criteria = plan.criteria
    said = {"low": criteria.acceptable_to, "high": criteria.high_from}
    bands = _("acceptable up to %(low)d points, high from %(high)d") % said
    if criteria.version is not None:
        which = _("%(reference)s, version %(number)d") % {
            "reference": criteria.reference,
            "number": criteria.version.number,
        }
    else:
        which = criteria.reference or _("no criteria of our own")
    sums = {
        "open_risks": len(plan.risks),
        "high_as_things_stand": sum(one.now is not None and one.now >= criteria.high_from for one in plan.risks),
        "treatments": len(plan.treatments),
        "treatments_to_be_done": sum(one.done_on is None for one in plan.treatments),
        "cost": f"{plan.cost:.2f}",
    }
    return {
        "judged_by": f"{which}: {bands}",
        "sums": sums,
        "open_risks": [_frozen_risk(one) for one in plan.risks],
        "treatments": [_frozen_treatment(one) for one in plan.treatments],
    }


def _frozen_risk(one: PlannedRisk) -> dict[str, str]:
    risk = one.risk
    return {
        "risk": str(risk),
        "AI_system": str(risk.system or _("The organisation")),
        "score": "" if risk.score is None else str(risk.score),
        "treatment": str(risk.get_treatment_display()),
        "what_is_done": risk.treatment_plan,
        "by": risk.treat_by.isoformat() if risk.treat_by else "",
        "what_remains": "" if risk.residual_score is None else str(risk.residual_score),
        "state": str(risk.get_state_display()),
        "acceptance": one.accepted,
        "owner": str(risk.owner or ""),
    }


def _frozen_treatment(one: Any) -> dict[str, str]:
    return {
        "treatment": str(one),
        "risk": one.risk.reference,
        "control": str(one.control or ""),
        "owner": str(one.owner or ""),
        "due": one.due_on.isoformat() if one.due_on else "",
        "done": one.done_on.isoformat() if one.done_on else "",
        "cost": "" if one.cost is None else f"{one.cost:.2f}",
    }


def _day(text: str) -> str:
    """A date of a frozen plan as people write it."""
    return day(dt.date.fromisoformat(text)) if text else ""


def _money(text: str) -> str:
    return number(Decimal(text)) if text else ""


@dataclass(frozen=True)
class PaperColumn:
    """What a frozen treatment says under ``heading``, with its share of the width."""

    heading: str | Promise
    width: float
    say: Callable[[str], str] = str


COLUMNS = {
    "treatment": PaperColumn(gettext_lazy("Treatment"), 6),
    "control": PaperColumn(gettext_lazy("Control"), 4),
    "owner": PaperColumn(gettext_lazy("Who"), 3),
    "due": PaperColumn(gettext_lazy("Due"), 2.4, _day),
    "done": PaperColumn(gettext_lazy("Done"), 2.4, _day),
    "cost": PaperColumn(gettext_lazy("Cost"), 2, _money),
}


def plan_on_paper(body: dict[str, Any]) -> list[tuple[str, list[Block]]]:
    """A frozen plan as people read one: risk by risk, what is done, by whom, until when, and what remains."""
    sums = body["sums"]
    short: list[Block] = [
        Paragraph(_("Judged by %(criteria)s.") % {"criteria": body["judged_by"]}),
        Facts(
            [
                (_("Open risks"), str(sums["open_risks"])),
                (_("High as things stand"), str(sums["high_as_things_stand"])),
                (_("Treatments"), str(sums["treatments"])),
                (_("To be done"), str(sums["treatments_to_be_done"])),
                (_("Cost of the treatments"), number(Decimal(sums["cost"]))),
            ]
        ),
    ]
    risks: list[Block] = [] if body["open_risks"] else [Paragraph(_("No risk is open."))]
    columns = [name for name in COLUMNS if name == "treatment" or any(one[name] for one in body["treatments"])]
    for risk in body["open_risks"]:
        about = [one for one in body["treatments"] if one["risk"] == risk["risk"].split(" ")[0]]
        risks += _risk_on_paper(risk, about, columns)
    return [(_("In short"), short), (_("Risks and their treatment"), risks)]


def _risk_on_paper(risk: dict[str, str], treatments: list[dict[str, str]], columns: list[str]) -> list[Block]:
    facts = [
        (_("AI system"), risk["AI_system"]),
        (_("Owner"), risk["owner"]),
        (_("Score without treatment"), risk["score"] or _("not judged")),
        (_("Decision"), risk["treatment"]),
        (_("What is done"), risk["what_is_done"]),
        (_("To be done by"), _day(risk["by"])),
        (_("Score after treatment"), risk["what_remains"] or _("not judged")),
        (_("State"), risk["state"]),
    ]
    blocks: list[Block] = [Heading(risk["risk"], 2), Facts([fact for fact in facts if fact[1]])]
    if treatments:
        rows = [[COLUMNS[name].say(one[name]) for name in columns] for one in treatments]
        widths = [COLUMNS[name].width for name in columns]
        blocks.append(Table([str(COLUMNS[name].heading) for name in columns], rows, widths))
    if risk["acceptance"]:
        blocks.append(Note(risk["acceptance"], "blue"))
    return blocks

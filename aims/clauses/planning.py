"""Clause 6: risks and their criteria, treatment, applicability, impact, opportunities, objectives, changes."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from aims.clauses.context import a_system_in_scope
from aims.clauses.facts import ISO_42001, OPEN_RISK, Facts, Next
from aims.clauses.found import Answer
from aims.models import (
    Document,
    ImpactAssessment,
    Objective,
    Opportunity,
    PlannedChange,
    Risk,
    RiskCriteria,
    SoA,
    SoADecision,
    Treatment,
    TreatmentPlan,
)
from controls.catalogues.shipped import catalogue
from controls.models import Framework
from grc.access.roles import Permission


def criteria(facts: Facts) -> Next | None:
    if facts.rows(RiskCriteria):
        return None
    return Next(_("Say how risks are judged here."), facts.new("risk-criteria"))


def criteria_approved(facts: Facts) -> Next | None:
    return facts.to_approve(facts.rows(RiskCriteria), _("Send the risk criteria for approval."))


def an_opportunity(facts: Facts) -> Next | None:
    return None if facts.rows(Opportunity) else Next(_("Add an opportunity."), facts.new("opportunities"))


def risk_procedures(facts: Facts) -> list[Any]:
    """Procedures about risk: linked with 6.1.1 to 6.1.3, or named so."""
    return facts.documents((Document.Kind.PROCEDURE,), r"\brisk", ("6.1.1", "6.1.2", "6.1.3"))


def a_risk_procedure(facts: Facts) -> Next | None:
    if any(facts.says_something(row) for row in risk_procedures(facts)):
        return None
    text = _("Write the procedure for risks and opportunities.")
    return Next(text, facts.new("documents", kind=Document.Kind.PROCEDURE.value))


def a_risk(facts: Facts) -> Next | None:
    return None if facts.first(Risk) else Next(_("Write down the first risk."), facts.new("risks"))


def risks_of_each_system(facts: Facts) -> Next | None:
    known = facts.once("systems-with-risks", lambda: set(facts.asked(Risk).values_list("system", flat=True).distinct()))
    system = next((row for row in facts.in_scope if row.pk not in known), None)
    if system is None or not facts.first(Risk):
        return None
    return Next(_("Look for the risks of %s.") % system.name, facts.new("risks", system=system.reference))


def risks_judged(facts: Facts) -> Next | None:
    risk = facts.first(Risk, state__in=OPEN_RISK, score=None)
    return risk and Next(_("Judge %s.") % risk.reference, facts.edit(risk))


def risks_decided(facts: Facts) -> Next | None:
    risk = facts.first(Risk, state__in=OPEN_RISK, treatment=Risk.Treatment.UNDECIDED)
    return risk and Next(_("Decide what is done about %s.") % risk.reference, facts.edit(risk))


def risks_treated(facts: Facts) -> Next | None:
    """A risk that is to be avoided, reduced or shared has at least one treatment: who, until when."""
    has = Exists(Treatment.objects.within(facts.actor.organisation).filter(risk=OuterRef("pk"), archived_at=None))
    wanted = (Risk.Treatment.AVOID, Risk.Treatment.REDUCE, Risk.Treatment.SHARE)
    risk = facts.once(
        "untreated", lambda: facts.asked(Risk).filter(~has, state__in=OPEN_RISK, treatment__in=wanted).first()
    )
    return risk and Next(_("Add what is done about %s.") % risk.reference, facts.new("treatments", risk=risk.reference))


def a_plan(facts: Facts) -> Next | None:
    return None if facts.rows(TreatmentPlan) else Next(_("Begin the treatment plan."), facts.new("treatment-plans"))


def plan_approved(facts: Facts) -> Next | None:
    return facts.to_approve(facts.rows(TreatmentPlan), _("Send the treatment plan for approval."))


def catalogue_taken_over(facts: Facts) -> Next | None:
    if facts.requirements:
        return None
    text = _("Take over the catalogue of ISO/IEC 42001.")
    return Next(text, facts.page("framework-catalogues", Permission.FRAMEWORKS_EDIT))


def statements(facts: Facts) -> list[Any]:
    """Statements of applicability for ISO/IEC 42001."""
    return facts.once("statements", lambda: list(facts.asked(SoA).filter(framework__catalogue=ISO_42001)))


def a_statement(facts: Facts) -> Next | None:
    if statements(facts) or not facts.requirements:
        return catalogue_taken_over(facts)
    framework = facts.first(Framework, catalogue=ISO_42001)
    given = {"framework": framework.reference} if framework else {}
    return Next(_("Begin the statement of applicability."), facts.new("soa", **given))


def controls_decided(facts: Facts) -> Next | None:
    """All 38 reference controls are in or out; a statement that lacks some of them is not decided either."""
    if not statements(facts):
        return None
    statement = statements(facts)[0]
    made = SoADecision.objects.within(facts.actor.organisation).filter(soa=statement, archived_at=None)
    decided = made.filter(requirement__kind="control").exclude(applies=SoADecision.Applies.UNDECIDED)
    left = sum(item.kind == "control" for item in catalogue(ISO_42001).items) - facts.once("decided", decided.count)
    text = _("Decide on %(n)d more controls in %(statement)s.") % {"n": left, "statement": statement.reference}
    return Next(text, statement.get_absolute_url()) if left > 0 else None


def statement_approved(facts: Facts) -> Next | None:
    return facts.to_approve(statements(facts), _("Send the statement of applicability for approval."))


def treatment_approved(facts: Facts) -> Next | None:
    return plan_approved(facts) or statement_approved(facts)


def impact_assessed(facts: Facts) -> Next | None:
    """Every system in scope has an impact assessment, and one of them is concluded."""
    if not facts.in_scope:
        return a_system_in_scope(facts)
    rows = facts.rows(ImpactAssessment)
    for system in facts.in_scope:
        of_system = [row for row in rows if row.system_id == system.pk]
        if not of_system:
            text = _("Assess what %s does to people.") % system.name
            return Next(text, facts.new("impact-assessments", system=system.reference))
        if all(row.outcome == ImpactAssessment.Outcome.OPEN for row in of_system):
            return Next(_("Conclude %s.") % of_system[0].reference, facts.edit(of_system[0]))
    return None


def an_objective(facts: Facts) -> Next | None:
    return None if facts.rows(Objective) else Next(_("Set an objective."), facts.new("objectives"))


def objectives_owned(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Objective) if row.owner_id is None), None)
    return row and Next(_("Name who works towards %s.") % row.reference, facts.edit(row))


def objectives_planned(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Objective) if row.state == Objective.State.OPEN and not row.plan), None)
    return row and Next(_("Say what will be done to reach %s.") % row.reference, facts.edit(row))


def changes_planned(facts: Facts) -> Next | None:
    rows = facts.rows(PlannedChange)
    if not rows:
        return Next(_("Plan a change to the AIMS, or link a procedure for changes."), facts.new("planned-changes"))
    bare = next((row for row in rows if not (row.consequences and row.integrity)), None)
    if bare is not None:
        return Next(_("Say what follows from %s, and what must not fail.") % bare.reference, facts.edit(bare))
    planned = PlannedChange.State.PLANNED
    late = next((row for row in rows if row.state == planned and row.planned_on < facts.today), None)
    return late and Next(_("%s should be made by now.") % late.reference, facts.edit(late))


def _approaching(facts: Facts) -> list[Any]:
    return [*facts.rows(RiskCriteria), *facts.some(Risk)]


ANSWERS = (
    Answer(
        "6.1.1",
        ("opportunities", "risk-criteria", "documents"),
        lambda facts: [*facts.rows(RiskCriteria), *facts.rows(Opportunity), *risk_procedures(facts)],
        (criteria, an_opportunity, a_risk_procedure),
    ),
    Answer(
        "6.1.2",
        ("risks", "risk-criteria"),
        _approaching,
        (criteria, a_risk, risks_of_each_system, risks_judged),
        criteria_approved,
    ),
    Answer(
        "6.1.3",
        ("treatments", "treatment-plans", "soa", "soa-decisions"),
        lambda facts: [*facts.rows(TreatmentPlan), *statements(facts), *facts.some(Treatment)],
        (risks_decided, risks_treated, a_plan, a_statement, controls_decided),
        treatment_approved,
    ),
    Answer("6.1.4", ("impact-assessments",), lambda facts: facts.rows(ImpactAssessment), (impact_assessed,)),
    Answer(
        "6.2",
        ("objectives",),
        lambda facts: facts.rows(Objective),
        (an_objective, objectives_owned, objectives_planned),
    ),
    Answer("6.3", ("planned-changes",), lambda facts: facts.rows(PlannedChange), (changes_planned,), by_document=True),
)

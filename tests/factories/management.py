"""Clauses 4 to 7 and 10, and the way to a certificate."""

import datetime as dt
from typing import Any

from aims import models
from grc.access.actor import Actor
from grc.actions.records import change_record, create_record
from grc.actions.versions import make_version
from tests.factories import factory, make
from tests.factories.plain import DAY, numbers, plainly

plainly("issues", models.Issue, name="Issue {n}", kind="external", topic="law", effect="More to prove.")
plainly("parties", models.InterestedParty, name="Party {n}", kind="affected", needs="To be told.")
plainly("ai-roles", models.AIRole, {"system": "ai-systems"}, role="customer", act_role="deployer", reason="We use it.")
plainly("scope", models.ScopeStatement, name="Scope {n}", text="AI in claims handling.", headcount=80)
plainly("processes", models.Process, name="Process {n}", purpose="Brings a system into use.")
plainly("responsibilities", models.Responsibility, name="Role {n}", answers_for="That the system can be stopped.")
plainly("commitments", models.Commitment, name="Commitment {n}", kind="money", given_on=DAY)
plainly("treatments", models.Treatment, {"risk": "risks"}, name="Treatment {n}", due_on=DAY, cost="1200.50")
plainly("treatment-plans", models.TreatmentPlan, name="Plan {n}", summary="Four risks remain.")
plainly("opportunities", models.Opportunity, name="Opportunity {n}", benefit="Claims are settled in a day.")
plainly(
    "impact-assessments",
    models.ImpactAssessment,
    {"system": "ai-systems"},
    name="Assessment {n}",
    intended="Sorting claims.",
    affected="Policyholders.",
)
plainly(
    "objectives", models.Objective, name="Objective {n}", measure="share of overrides", target="5", due_on=DAY, unit="%"
)
plainly("planned-changes", models.PlannedChange, name="Change {n}", purpose="A new site.", planned_on=DAY)
plainly("resources", models.Resource, {"system": "ai-systems"}, name="Resource {n}", kind="data")
plainly("competence-needs", models.CompetenceNeed, {"responsibility": "responsibilities"}, name="Skill {n}", level=2)
plainly("campaigns", models.Campaign, name="Campaign {n}", message="Read it.", starts_on=DAY, due_on=DAY)
plainly(
    "communications", models.Communication, name="Notice {n}", direction="external", audience="customers",
    occasion="each quarter", channel="mail",
)  # fmt: skip
plainly(
    "nonconformities", models.Nonconformity, name="Nonconformity {n}", source="own", description="No record.",
    found_on=DAY,
)  # fmt: skip
plainly(
    "corrective-actions", models.CorrectiveAction, {"nonconformity": "nonconformities"}, name="Action {n}", due_on=DAY
)
plainly("improvements", models.Improvement, name="Improvement {n}", benefit="Less to type.")
plainly("plan", models.PlanStep, name="Step {n}", starts_on=DAY, days=5)
plainly("gap", models.GapAnswer, {"requirement": "requirements"}, standing="partly", needed="A policy.")
plainly("costs", models.CostItem, name="Cost {n}", kind="body", year_1="9000")


@factory("acknowledgements")
def acknowledgement(by: Actor, **fields: Any) -> models.Acknowledgement:
    from tests.conftest import make_person

    if "campaign" not in fields and "document" not in fields:
        fields["document"] = make("documents", by)
    about = fields.get("document") or fields["campaign"]
    if fields.get("owner") is None:
        address = f"asked{next(numbers)}@{by.organisation.slug}.example"
        fields["owner"] = make_person(address, by.organisation, "reader")
    values = {"version": make_version(record=about, by=by), "due_on": DAY}
    return create_record(record=models.Acknowledgement(organisation=by.organisation, **values | fields), by=by)


@factory("measurements")
def measurement(by: Actor, **fields: Any) -> models.Measurement:
    if "objective" not in fields:
        fields["objective"] = make("objectives", by)
    values = {"measured_on": DAY + dt.timedelta(days=next(numbers)), "value": "4.5"}
    return create_record(record=models.Measurement(organisation=by.organisation, **values | fields), by=by)


@factory("soa")
def soa(by: Actor, **fields: Any) -> models.SoA:
    """Of a framework with one control, which is decided, so that it may be approved."""
    if "framework" not in fields:
        fields["framework"] = make("frameworks", by)
        make("requirements", by, framework=fields["framework"], kind="control")
    values = {"name": f"Statement {next(numbers)}"}
    made = create_record(record=models.SoA(organisation=by.organisation, **values | fields), by=by)
    for decision in models.SoADecision.objects.within(by.organisation).filter(soa=made).select_related("key"):
        decision.applies, decision.reason = "in", "RSK-0001"
        change_record(record=decision, by=by, lock=decision.lock)
    return made


@factory("soa-decisions")
def soa_decision(by: Actor, **fields: Any) -> models.SoADecision:
    """The only one of its statement."""
    if "soa" not in fields:
        fields["soa"] = make("soa", by, framework=make("frameworks", by))
    if "control" not in fields:
        fields["control"] = make("controls", by)
    values = {"applies": "in", "reason": "RSK-0001"}
    return create_record(record=models.SoADecision(organisation=by.organisation, **values | fields), by=by)


@factory("competences")
def competence(by: Actor, **fields: Any) -> models.Competence:
    from tests.conftest import make_person

    if "need" not in fields:
        fields["need"] = make("competence-needs", by)
    if "person" not in fields:
        fields["person"] = make_person(
            f"skilled{next(numbers)}@{by.organisation.slug}.example", by.organisation, "reader"
        )
    values = {"level": 2, "basis": "training", "proof": "Certificate", "shown_on": DAY}
    return create_record(record=models.Competence(organisation=by.organisation, **values | fields), by=by)


plainly("uses", models.SystemUse, {"system": "ai-systems", "route": "routes"}, purpose="Sorting claims.")

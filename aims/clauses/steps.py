"""The way from an empty organisation to a complete set of records: one step after the other, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aims.clauses import context, operation, planning, support
from aims.clauses.facts import Facts, Next
from aims.clauses.found import Ask


@dataclass(frozen=True)
class Step:
    """``asks``: done when none of them asks for anything. ``clause``: where the standard wants it."""

    key: str
    title: str | Promise
    why: str | Promise
    clause: str
    icon: str
    asks: tuple[Ask, ...]

    def next(self, facts: Facts) -> Next | None:
        """What it takes now; None where the step is done."""
        return next((wanted for ask in self.asks if (wanted := ask(facts)) is not None), None)


STEPS = (
    Step(
        "systems", _("Add your AI systems"), _("Everything else hangs on what you use AI for."), "4.3", "robot",
        (context.a_system,),
    ),
    Step(
        "ai-roles", _("Say which part you play for each"),
        _("Whether you build, sell or use a system decides what is asked of you."), "4.1", "masks-theater",
        (context.a_role_for_each_system,),
    ),
    Step(
        "issues", _("Write down what bears on your AI"),
        _("The scope and the risks follow from what happens inside and around you."), "4.1", "compass",
        (context.an_external_issue, context.an_internal_issue),
    ),
    Step(
        "climate", _("Judge climate change"), _("The standard asks it of everybody; the answer may be no."), "4.1",
        "world", (context.climate_judged,),
    ),
    Step(
        "parties", _("Name who has a stake"), _("What they need is what the management system has to deliver."), "4.2",
        "users-group", (context.a_party, context.needs_are_met),
    ),
    Step(
        "scope-systems", _("Decide which systems are in scope"),
        _("A scope cannot be approved while a system is undecided."), "4.3", "focus-2",
        (context.every_system_decided, context.a_system_in_scope),
    ),
    Step(
        "scope", _("Write the scope and have it approved"), _("Its words stand on the certificate."), "4.3",
        "signature", (context.a_scope, context.scope_approved),
    ),
    Step(
        "commitment", _("Record what top management granted"),
        _("Without people and money the rest is only paper."), "5.1", "heart-handshake", (context.a_commitment,),
    ),
    Step(
        "roles", _("Hand out the roles"), _("Who keeps it to the standard, and who reports, has a name."), "5.3",
        "id-badge-2", (context.conformity_held, context.reporting_held, context.every_role_held, context.roles_told),
    ),
    Step(
        "policy", _("Write the AI policy and have it approved"),
        _("Objectives and awareness both refer to it."), "5.2", "file-description",
        (context.a_policy, context.policy_reviewed, context.policy_approved),
    ),
    Step(
        "criteria", _("Agree how risks are judged"), _("Two people who judge the same risk should agree."), "6.1.2",
        "scale", (planning.criteria, planning.criteria_approved),
    ),
    Step(
        "risks", _("Find and judge the risks"), _("Each system in scope has some; begin with harm to people."), "6.1.2",
        "alert-triangle", (planning.a_risk, planning.risks_of_each_system, planning.risks_judged),
    ),
    Step(
        "impact", _("Assess what each system does to people"),
        _("The standard asks for it beside the risks, and an auditor asks for it first."), "6.1.4", "users",
        (planning.impact_assessed,),
    ),
    Step(
        "treatments", _("Decide what is done about each risk"), _("A risk without an owner and a date stays."), "6.1.3",
        "tool", (planning.a_risk, planning.risks_decided, planning.risks_treated),
    ),
    Step(
        "plan", _("Have the treatment plan approved"), _("Top management accepts what remains."), "6.1.3", "signature",
        (planning.a_plan, planning.plan_approved),
    ),
    Step(
        "catalogue", _("Take over the catalogue of ISO/IEC 42001"),
        _("Then your controls and documents can be linked with what they answer."), "6.1.3", "books",
        (planning.catalogue_taken_over,),
    ),
    Step(
        "soa", _("Decide on the 38 controls"), _("The statement of applicability is what an auditor opens first."),
        "6.1.3", "checklist", (planning.a_statement, planning.controls_decided, planning.statement_approved),
    ),
    Step(
        "objectives", _("Set objectives"), _("A policy that nobody measures is only a promise."), "6.2", "target",
        (planning.an_objective, planning.objectives_owned, planning.objectives_planned),
    ),
    Step(
        "procedures", _("Write the procedures"), _("For risks and opportunities, and for what goes wrong."), "7.5",
        "files", (planning.a_risk_procedure, operation.a_procedure, support.an_external_document),
    ),
    Step(
        "opportunities", _("Name an opportunity"), _("The standard asks for what may be gained as well."), "6.1.1",
        "bulb", (planning.an_opportunity,),
    ),
    Step(
        "resources", _("List what the systems need"), _("What nobody knows of, nobody looks after."), "7.1", "server",
        (support.resources_of_each_system,),
    ),
    Step(
        "competence", _("Say what each role must be able to do, and show it"),
        _("An auditor asks the people, and then for the proof."), "7.2", "school",
        (support.a_competence_need, support.needs_shown),
    ),
    Step(
        "awareness", _("Tell people"), _("They must know the policy, their part, and what follows if it is not kept."),
        "7.3", "speakerphone", (support.a_campaign, support.told_inside, support.told_outside),
    ),
    Step(
        "processes", _("Describe how it works together"), _("Two or more processes, and how each hands on."), "4.4",
        "sitemap", (context.processes, context.processes_linked),
    ),
    Step(
        "improvement", _("Measure, and write down what could be better"),
        _("A management system that stands still loses its certificate."), "10.1", "stairs-up",
        (operation.objectives_measured, operation.an_improvement),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A step with what it takes now (None: done). ``is_next``: the first that one can do something about."""

    step: Step
    next: Next | None
    is_next: bool = False


def way(facts: Facts) -> list[Standing]:
    """Every step, as the records stand."""
    found: list[Standing] = []
    for step in STEPS:
        wanted = step.next(facts)
        free = wanted is not None and not wanted.waits and not any(one.is_next for one in found)
        found.append(Standing(step, wanted, free))
    return found


def ahead(facts: Facts) -> Iterator[tuple[Step, Next]]:
    """The steps that one can do something about, first things first; no more is read than is asked for.

    Several steps may begin with the same thing: it is said once.
    """
    known: set[str] = set()
    for step in STEPS:
        wanted = step.next(facts)
        if wanted is not None and not wanted.waits and wanted.url and wanted.url not in known:
            known.add(wanted.url)
            yield step, wanted

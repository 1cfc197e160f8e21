"""The reference controls of Annex A that ask for documented information."""

from django.urls import reverse
from django.utils.translation import gettext as _

from aims.clauses.context import a_policy, policies, policy_approved, policy_reviewed
from aims.clauses.facts import ISO_42001, Facts, Next
from aims.clauses.found import Answer, Ask, nothing, to_link
from aims.clauses.planning import impact_assessed
from aims.clauses.support import of_kind, resources_of_each_system
from aims.models import Competence, ImpactAssessment, Resource
from controls.catalogues.shipped import catalogue
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import registers

Kind = Resource.Kind
RESOURCES = {"A.4.3": Kind.DATA, "A.4.4": Kind.TOOLING, "A.4.5": Kind.COMPUTING, "A.4.6": Kind.PEOPLE}


def _resource(code: str, kind: Kind) -> Answer:
    def ask(facts: Facts) -> Next | None:
        if of_kind(kind)(facts):
            return None
        return Next(_("List the resources of this kind: %s.") % kind.label, facts.new("resources", kind=kind.value))

    def looks(facts: Facts) -> list[Resource | Competence]:
        people = facts.rows(Competence) if kind == Kind.PEOPLE else []
        return [*of_kind(kind)(facts), *people]

    return Answer(
        code, ("resources", "competences") if kind == Kind.PEOPLE else ("resources",), looks, (ask,), by_document=True
    )


def _written(*names: str) -> tuple[Ask, ...]:
    """Each concluded assessment says something under one of these headings."""

    def ask(facts: Facts) -> Next | None:
        concluded = (row for row in facts.rows(ImpactAssessment) if row.outcome != ImpactAssessment.Outcome.OPEN)
        bare = next((row for row in concluded if not any(getattr(row, name) for name in names)), None)
        if bare is None:
            return None
        said = {"reference": bare.reference, "heading": registers.of(ImpactAssessment).heading(names[0])}
        return Next(_("%(reference)s says nothing under “%(heading)s”.") % said, facts.edit(bare))

    return (impact_assessed, ask)


def _control(code: str) -> Answer:
    """A control whose documentation is a control of one's own that says how it works, or a document."""

    def ask(facts: Facts) -> Next | None:
        known = facts.requirements.get(code)
        if known is None:
            return to_link(code, facts)
        return Next(_("Say what is done about %s, or link a document.") % code, _to_begin(known[1], facts))

    return Answer(code, ("controls", "documents"), nothing, (ask,), by_document=True)


def _to_begin(reference: str, facts: Facts) -> str:
    if not allows(facts.actor, Permission.CONTROLS_EDIT):
        return ""
    return reverse("requirements-control", args=[facts.actor.organisation.slug, reference])


def _looks_assessments(facts: Facts) -> list[ImpactAssessment]:
    return facts.rows(ImpactAssessment)


_OWN = {
    "A.2.2": Answer("A.2.2", ("documents",), policies, (a_policy, policy_reviewed), policy_approved),
    "A.4.2": Answer(
        "A.4.2", ("resources",), lambda facts: facts.rows(Resource), (resources_of_each_system,), by_document=True
    ),
    **{code: _resource(code, kind) for code, kind in RESOURCES.items()},
    "A.5.3": Answer("A.5.3", ("impact-assessments",), _looks_assessments, (impact_assessed,)),
    "A.5.4": Answer(
        "A.5.4", ("impact-assessments",), _looks_assessments, _written("harms_individuals", "harms_groups")
    ),
    "A.5.5": Answer("A.5.5", ("impact-assessments",), _looks_assessments, _written("harms_society")),
}

ANSWERS = tuple(
    _OWN.get(item.code) or _control(item.code)
    for item in catalogue(ISO_42001).items
    if item.kind == "control" and item.documents
)

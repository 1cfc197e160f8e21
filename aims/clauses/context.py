"""Clauses 4 and 5: context, interested parties, scope, processes, leadership, policy, roles."""

from typing import Any

from django.utils.translation import gettext as _

from aims.clauses.facts import Facts, Next
from aims.clauses.found import Answer
from aims.documents.ai_policy import CLAUSES, is_ai_policy
from aims.models import AIRole, Commitment, Document, InterestedParty, Issue, Process, Responsibility
from aims.models import ScopeStatement as Scope

Duty = Responsibility.Duty


def a_system(facts: Facts) -> Next | None:
    return None if facts.systems else Next(_("Add your first AI system."), facts.new("ai-systems"))


def an_external_issue(facts: Facts) -> Next | None:
    return _an_issue(facts, Issue.Kind.EXTERNAL, _("Add an issue that comes from outside."))


def an_internal_issue(facts: Facts) -> Next | None:
    return _an_issue(facts, Issue.Kind.INTERNAL, _("Add an issue that lies inside the organisation."))


def _an_issue(facts: Facts, kind: str, text: str) -> Next | None:
    # climate change is asked about by itself, and a "no" to it is no issue
    known = [row for row in facts.rows(Issue) if row.kind == kind and row.topic != Issue.Topic.CLIMATE]
    return None if known else Next(text, facts.new("issues", kind=kind))


def climate_judged(facts: Facts) -> Next | None:
    if any(row.topic == Issue.Topic.CLIMATE for row in facts.rows(Issue)):
        return None
    text = _("Judge whether climate change matters here, even if the answer is no.")
    return Next(text, facts.new("issues", topic=Issue.Topic.CLIMATE.value, kind=Issue.Kind.EXTERNAL.value))


def a_role_for_each_system(facts: Facts) -> Next | None:
    if not facts.systems:
        return a_system(facts)
    if not facts.without_role:
        return None
    system = facts.without_role[0]
    text = _("Say which part you play for %s.") % system.name
    return Next(text, facts.new("ai-roles", system=system.reference))


def a_party(facts: Facts) -> Next | None:
    return None if facts.rows(InterestedParty) else Next(_("Add an interested party."), facts.new("parties"))


def needs_are_met(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(InterestedParty) if not row.met_by), None)
    return row and Next(_("Say what of it the AIMS takes care of: %s.") % row.name, facts.edit(row))


def every_system_decided(facts: Facts) -> Next | None:
    if not facts.systems:
        return a_system(facts)
    if not facts.undecided:
        return None
    system = facts.undecided[0]
    return Next(_("Decide whether %s is in scope.") % system.name, facts.edit(system))


def a_system_in_scope(facts: Facts) -> Next | None:
    if facts.in_scope or not facts.systems:
        return a_system(facts)
    return Next(_("Put an AI system in scope."), facts.edit(facts.systems[0]))


def a_scope(facts: Facts) -> Next | None:
    return None if facts.rows(Scope) else Next(_("Write the scope statement."), facts.new("scope"))


def scope_approved(facts: Facts) -> Next | None:
    return facts.to_approve(facts.rows(Scope), _("Send the scope statement for approval."))


def processes(facts: Facts) -> Next | None:
    if len(facts.rows(Process)) > 1:
        return None
    return Next(_("Describe the processes of the management system, at least two."), facts.new("processes"))


def processes_linked(facts: Facts) -> Next | None:
    known = {row.pk for row in facts.rows(Process)}
    pairs = [(source, target) for source, target, _note in facts.process_links if {source, target} <= known]
    tied = {key for pair in pairs for key in pair}
    alone = next((row for row in facts.rows(Process) if row.pk not in tied), None)
    if alone is None or len(facts.rows(Process)) < 2:
        return None
    return Next(_("Link %s with the process that follows.") % alone.name, f"{alone.get_absolute_url()}#links")


def a_commitment(facts: Facts) -> Next | None:
    rows = facts.rows(Commitment)
    if not rows:
        return Next(_("Record what top management committed and granted."), facts.new("commitments"))
    if any(row.valid_until is None or row.valid_until >= facts.today for row in rows):
        return None
    return Next(_("Every commitment has ended: record a new one."), facts.new("commitments"))


def policies(facts: Facts) -> list[Any]:
    """The policies that are the AI policy, in the order in which they came."""
    linked = {row.pk for code in CLAUSES for row in facts.linked(code)}
    rows = (row for row in facts.rows(Document) if row.kind == Document.Kind.POLICY)
    return [row for row in rows if is_ai_policy(row.name, is_linked=row.pk in linked)]


def a_policy(facts: Facts) -> Next | None:
    rows = policies(facts)
    if not rows:
        return Next(_("Write the AI policy."), facts.new("documents", kind=Document.Kind.POLICY.value))
    if any(facts.says_something(row) for row in rows):
        return None
    return Next(_("%s is empty: write it, or attach the file.") % rows[0].reference, facts.edit(rows[0]))


def policy_reviewed(facts: Facts) -> Next | None:
    late = next((row for row in policies(facts) if row.review_on and row.review_on < facts.today), None)
    return late and Next(_("Review %s: its date has passed.") % late.reference, facts.edit(late))


def policy_approved(facts: Facts) -> Next | None:
    return facts.to_approve(policies(facts), _("Send the AI policy for approval."))


def conformity_held(facts: Facts) -> Next | None:
    return _held(facts, Duty.CONFORMITY, _("Name who sees that the AIMS conforms."))


def reporting_held(facts: Facts) -> Next | None:
    return _held(facts, Duty.REPORTING, _("Name who reports on the AIMS to top management."))


def _held(facts: Facts, duty: str, text: str) -> Next | None:
    rows = [row for row in facts.rows(Responsibility) if row.duty in (duty, Duty.BOTH)]
    if any(row.holder_id for row in rows):
        return None
    if rows:
        return Next(text, facts.edit(rows[0]))
    free = not any(row.duty in (Duty.CONFORMITY, Duty.REPORTING) for row in facts.rows(Responsibility))
    return Next(text, facts.new("responsibilities", duty=(Duty.BOTH if free else duty).value))  # type: ignore[attr-defined]


def every_role_held(facts: Facts) -> Next | None:
    duties = (Duty.CONFORMITY, Duty.REPORTING, Duty.BOTH)  # asked about by themselves
    row = next((row for row in facts.rows(Responsibility) if not row.holder_id and row.duty not in duties), None)
    return row and Next(_("Nobody holds “%s”: name somebody.") % row.name, facts.edit(row))


def roles_told(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Responsibility) if row.holder_id and row.told_on is None), None)
    return row and Next(_("Say when “%s” was made known.") % row.name, facts.edit(row))


ANSWERS = (
    Answer(
        "4.1",
        ("issues", "ai-roles"),
        lambda facts: [*facts.rows(Issue), *facts.rows(AIRole)],
        (an_external_issue, an_internal_issue, climate_judged, a_role_for_each_system),
    ),
    Answer("4.2", ("parties",), lambda facts: facts.rows(InterestedParty), (a_party, needs_are_met)),
    Answer(
        "4.3",
        ("scope", "ai-systems"),
        lambda facts: facts.rows(Scope),
        (every_system_decided, a_scope),
        scope_approved,
    ),
    Answer("4.4", ("processes",), lambda facts: facts.rows(Process), (processes, processes_linked), by_document=True),
    Answer("5.1", ("commitments",), lambda facts: facts.rows(Commitment), (a_commitment,), by_document=True),
    Answer("5.2", ("documents",), policies, (a_policy, policy_reviewed), policy_approved),
    Answer(
        "5.3",
        ("responsibilities",),
        lambda facts: facts.rows(Responsibility),
        (conformity_held, reporting_held, every_role_held, roles_told),
    ),
)

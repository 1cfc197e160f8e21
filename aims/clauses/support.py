"""Clause 7: resources, competence, awareness, communication, documented information."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from aims.clauses.facts import Facts, Next
from aims.clauses.found import Answer
from aims.models import Campaign, Communication, Competence, CompetenceNeed, Document, Resource, Responsibility

WRITTEN = (Document.Kind.POLICY, Document.Kind.PROCEDURE, Document.Kind.PLAN)
"""Kinds of documents that somebody has to approve."""


def resources_of_each_system(facts: Facts) -> Next | None:
    rows = facts.rows(Resource)
    if not rows:
        return Next(_("List what an AI system needs to run."), facts.new("resources"))
    held = {row.system_id for row in rows}
    system = None if None in held else next((row for row in facts.in_scope if row.pk not in held), None)
    if system is None:
        return None
    return Next(_("List what %s needs to run.") % system.name, facts.new("resources", system=system.reference))


def resources_suffice(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Resource) if not row.enough), None)
    return row and Next(_("There is not enough of “%s”.") % row.name, facts.edit(row))


def a_competence_need(facts: Facts) -> Next | None:
    if facts.rows(CompetenceNeed):
        return None
    role = next(iter(facts.rows(Responsibility)), None)
    given = {"responsibility": role.reference} if role else {}
    return Next(_("Say what a role must be able to do."), facts.new("competence-needs", **given))


def needs_shown(facts: Facts) -> Next | None:
    """Whoever holds a role has shown each competence that it needs, at its level, and that still holds."""
    holders = {row.pk: row.holder_id for row in facts.rows(Responsibility)}
    valid = [row for row in facts.rows(Competence) if row.valid_until is None or row.valid_until >= facts.today]
    for need in facts.rows(CompetenceNeed):
        holder = holders.get(need.responsibility_id)
        shown = any(row.need_id == need.pk and row.person_id == holder and row.level >= need.level for row in valid)
        if holder is not None and not shown:
            text = _("Record what shows the competence “%s”.") % need.name
            return Next(text, facts.new("competences", need=need.reference))
    return None


def a_campaign(facts: Facts) -> Next | None:
    if facts.rows(Campaign):
        return None
    return Next(_("Tell people about the AI policy and their part in it."), facts.new("campaigns"))


def told_inside(facts: Facts) -> Next | None:
    return _told(facts, Communication.Direction.INTERNAL, _("Say what is told inside: when, to whom, how."))


def told_outside(facts: Facts) -> Next | None:
    return _told(facts, Communication.Direction.EXTERNAL, _("Say what is told outside: when, to whom, how."))


def _told(facts: Facts, direction: str, text: str) -> Next | None:
    known = any(row.direction == direction for row in facts.rows(Communication))
    return None if known else Next(text, facts.new("communications", direction=str(direction)))


def told_in_time(facts: Facts) -> Next | None:
    late = next((row for row in facts.rows(Communication) if row.next_on and row.next_on < facts.today), None)
    return late and Next(_("“%s” is overdue.") % late.name, facts.edit(late))


def a_document(facts: Facts) -> Next | None:
    return None if facts.rows(Document) else Next(_("Add the first document."), facts.new("documents"))


def documents_filled(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Document) if not facts.says_something(row)), None)
    return row and Next(_("%s is empty: write it, or attach the file.") % row.reference, facts.edit(row))


def documents_owned(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Document) if row.owner_id is None), None)
    return row and Next(_("Name who keeps %s.") % row.reference, facts.edit(row))


def documents_reviewed(facts: Facts) -> Next | None:
    late = next((row for row in facts.rows(Document) if row.review_on and row.review_on < facts.today), None)
    return late and Next(_("Review %s: its date has passed.") % late.reference, facts.edit(late))


def documents_dated(facts: Facts) -> Next | None:
    row = next((row for row in facts.rows(Document) if row.review_on is None), None)
    return row and Next(_("Say when %s is reviewed next.") % row.reference, facts.edit(row))


def documents_approved(facts: Facts) -> Next | None:
    """Policies, procedures and plans are approved, here or outside of Assay."""
    for row in facts.rows(Document):
        if row.kind in WRITTEN and row.approved_on is None:
            wanted = facts.to_approve([row], _("Send %s for approval.") % row.reference)
            if wanted is not None:
                return wanted
    return None


def an_external_document(facts: Facts) -> Next | None:
    if any(row.kind == Document.Kind.EXTERNAL for row in facts.rows(Document)):
        return None
    text = _("Register a document from outside, such as the standard or a law.")
    return Next(text, facts.new("documents", kind=Document.Kind.EXTERNAL.value))


def _documents(facts: Facts) -> list[Any]:
    return facts.rows(Document)


def _external(facts: Facts) -> list[Any]:
    return [row for row in facts.rows(Document) if row.kind == Document.Kind.EXTERNAL]


def of_kind(kind: str) -> Callable[[Facts], list[Any]]:
    """Resources of one kind."""
    return lambda facts: [row for row in facts.rows(Resource) if row.kind == kind]


ANSWERS = (
    Answer(
        "7.1",
        ("resources", "commitments"),
        lambda facts: facts.rows(Resource),
        (resources_of_each_system, resources_suffice),
    ),
    Answer(
        "7.2",
        ("competence-needs", "competences"),
        lambda facts: [*facts.rows(CompetenceNeed), *facts.rows(Competence)],
        (a_competence_need, needs_shown),
    ),
    Answer("7.3", ("campaigns",), lambda facts: facts.rows(Campaign), (a_campaign,)),
    Answer(
        "7.4",
        ("communications",),
        lambda facts: facts.rows(Communication),
        (told_inside, told_outside, told_in_time),
        by_document=True,
    ),
    Answer("7.5.1", ("documents",), _documents, (a_document, documents_filled)),
    Answer("7.5.2", ("documents",), _documents, (a_document, documents_owned, documents_reviewed), documents_approved),
    Answer("7.5.3", ("documents",), _external, (an_external_document, documents_dated), by_document=True),
)

"""Clauses 4 and 5: context, interested parties, AI roles, scope, processes, responsibilities, commitments."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from aims.clauses.scope import scope_gap, scope_panel
from aims.models import AIRole, Commitment, InterestedParty, Issue, Process, Responsibility, ScopeStatement
from aims.scope import scope_tables, scoped_systems
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, Text, registers
from grc.reports.document import Block


@registers.add
class IssueRegister(Register):
    model = Issue
    slug, prefix, group, icon = "issues", "ISU", "organisation", "compass"
    about = _("What inside and outside of the organisation bears on how it manages AI.")
    first_step = _("Start with the law that worries you most; then judge climate change, even if the answer is no.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "kind", "topic", "relevant", "owner", "review_on")
    filters = ("kind", "topic", "relevant", "owner", "review_on")
    search = ("reference", "name", "effect", "response")
    sections = (
        Section(_("Issue"), ("name", "kind", "topic", "effect", "owner")),
        Section(_("Answer"), ("relevant", "response", "review_on")),
    )


@registers.add
class InterestedPartyRegister(Register):
    model = InterestedParty
    slug, prefix, group, icon = "parties", "PTY", "organisation", "users-group"
    about = _("Who has a stake in your AI systems, what they ask for, and what of it the AIMS takes care of.")
    first_step = _("Start with the people about whom a system decides.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "kind", "needs", "owner", "review_on")
    filters = ("kind", "owner", "review_on")
    search = ("reference", "name", "needs", "met_by")
    sections = (
        Section(_("Party"), ("name", "kind", "owner")),
        Section(_("What they need"), ("needs", "met_by", "review_on")),
    )


@registers.add
class AIRoleRegister(Register):
    model = AIRole
    slug, prefix, group, icon = "ai-roles", "AIR", "organisation", "masks-theater"
    about = _("The parts that you play for AI systems: by ISO/IEC 22989, and by the AI Act.")
    first_step = _("Ask for each system: do we build it, sell it, or use it?")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "role", "act_role", "system", "owner", "review_on")
    filters = ("role", "act_role", "system", "owner")
    search = ("reference", "reason")
    sections = (
        Section(_("Role"), ("role", "act_role", "system", "owner")),
        Section(_("Why"), ("reason", "review_on")),
    )
    in_navigation = False


@registers.add
class ScopeStatementRegister(Register):
    model = ScopeStatement
    slug, prefix, group, icon = "scope", "SCP", "organisation", "focus-2"
    about = _("What your AI management system covers: which systems, units and sites, and what it leaves out.")
    first_step = _("Write the one paragraph that should stand on the certificate.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "headcount", "owner", "review_on")
    search = ("reference", "name", "text", "boundary")
    sections = (
        Section(_("Scope"), ("name", "text", "owner")),
        Section(_("Boundary"), ("boundary", "sites", "headcount", "outsourced")),
        Section(_("What is left out"), ("exclusions", "review_on")),
    )
    meanings = (_("I approve this scope"),)
    lists_approval = True

    def snapshot(self, record: Any) -> dict[str, Any]:
        """The AI systems in and out of scope, as decided when the version is made."""
        return {"systems": scoped_systems(record.organisation)}

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [("aims/clauses/scope_panel.html", scope_panel(actor))]

    def not_ready(self, record: Any) -> str:
        return scope_gap(record.organisation)

    def on_paper(self, body: dict[str, Any]) -> Sequence[tuple[Text, Sequence[Block]]]:
        return scope_tables(body.get("systems", []))


@registers.add
class ProcessRegister(Register):
    model = Process
    slug, prefix, group, icon = "processes", "PRC", "organisation", "sitemap"
    about = _("The processes of the management system, and how each hands on to the next.")
    first_step = _("Begin with how a new AI system comes into use; link it with what follows.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "purpose", "measured_by", "owner", "review_on")
    filters = ("owner", "review_on")
    search = ("reference", "name", "purpose", "steps")
    sections = (
        Section(_("Process"), ("name", "purpose", "owner")),
        Section(_("From what to what"), ("inputs", "steps", "outputs", "measured_by", "review_on")),
    )
    in_navigation = False


@registers.add
class ResponsibilityRegister(Register):
    model = Responsibility
    slug, prefix, group, icon = "responsibilities", "RSP", "organisation", "id-badge-2"
    about = _("Who answers for what in the management of AI, and what they may decide.")
    first_step = _("Begin with who sees that the AIMS conforms, and who reports on it to top management.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "duty", "holder", "deputy", "reports_to", "review_on")
    filters = ("duty", "holder", "owner", "review_on")
    search = ("reference", "name", "answers_for", "may_decide")
    sections = (
        Section(_("Role"), ("name", "duty", "holder", "deputy", "owner")),
        Section(_("What it means"), ("answers_for", "may_decide", "reports_to", "told_on", "review_on")),
    )
    related = (Related("competence-needs", "responsibility", _("What it takes"), ("name", "level", "shown_by")),)
    meanings = (_("I assign this role with its authority"),)
    lists_approval = True


@registers.add
class CommitmentRegister(Register):
    model = Commitment
    slug, prefix, group, icon = "commitments", "CMT", "organisation", "heart-handshake"
    about = _("What top management has promised and granted for the management of AI.")
    first_step = _("Begin with the decision to build the management system, and what was granted for it.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "kind", "extent", "given_by", "given_on", "valid_until")
    filters = ("kind", "given_by", "owner", "given_on", "valid_until")
    search = ("reference", "name", "text")
    sections = (
        Section(_("What was given"), ("name", "kind", "extent", "text", "owner")),
        Section(_("By whom and when"), ("given_by", "given_on", "valid_until")),
    )
    in_navigation = False

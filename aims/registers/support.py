"""Clause 7: documents, resources, competence, awareness, communication."""

from typing import Any

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from aims.documents.panels import ask_actions, ask_urls, readers_panel, standing_panel
from aims.documents.points import why_not_ready
from aims.documents.state import STATE_TONES
from aims.models import Acknowledgement, Campaign, Communication, Competence, CompetenceNeed, Document, Resource
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Related, Section, registers

LIFE = ("every", "review_on", "withdrawn_on", "replaced_by", "keep_until", "keep_years")


@registers.add
class DocumentRegister(Register):
    model = Document
    slug, prefix, group, icon = "documents", "DOC", "organisation", "file-description"
    about = _("The documents of your management system: policies, procedures, plans, and those that come from outside.")
    first_step = _("Begin with the AI policy; a draft is enough to send it for approval.")
    view, edit = Permission.DOCUMENTS_VIEW, Permission.DOCUMENTS_EDIT
    columns = ("reference", "name", "kind", "state", "in_force_since", "owner", "review_on")
    more_columns = (
        "edition",
        "confidentiality",
        "every",
        "readers",
        "origin",
        "watched_by",
        "approved_on",
        "withdrawn_on",
        "keep_until",
        "tags",
        "created_at",
        "updated_at",
    )
    filters = ("state", "kind", "confidentiality", "readers", "owner", "review_on", "watched_by")
    search = ("reference", "name", "text", "origin")
    sections = (
        Section(_("Document"), ("name", "kind", "edition", "confidentiality", "owner", "approved_on")),
        Section(_("Text"), ("text",)),
        Section(_("Who reads it"), ("readers", "read_days")),
        Section(_("From outside"), ("origin", "kept_at", "watched_by")),
        Section(_("Review, withdrawal and keeping"), LIFE),
    )
    panels_first = True
    formatted = ("text",)
    outside_version = ("review_on", "withdrawn_on", "replaced_by")
    tones = {"state": STATE_TONES, "confidentiality": {"confidential": "orange"}}
    meanings = (_("I approve this document and put it in force"),)

    def not_ready(self, record: Any) -> str:
        return why_not_ready(record)

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.in_force_since is None or record.state == Document.State.WITHDRAWN:
            return []
        return ask_actions(self, record, actor)

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [
            ("aims/documents/standing_panel.html", standing_panel(record, actor)),
            ("aims/documents/readers_panel.html", readers_panel(record, actor)),
        ]

    def extra_urls(self) -> list[URLPattern]:
        return ask_urls(self)


@registers.add
class ResourceRegister(Register):
    model = Resource
    slug, prefix, group, icon = "resources", "RES", "organisation", "server"
    about = _("What AI systems need: data, tooling, computing, people; and whether there is enough of it.")
    first_step = _("Take one system and list what it could not run without.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "kind", "system", "provider", "enough", "owner", "review_on")
    filters = ("kind", "system", "enough", "owner", "review_on")
    search = ("reference", "name", "description", "provider")
    sections = (
        Section(_("Resource"), ("name", "kind", "system", "owner")),
        Section(_("What it is"), ("description", "provider")),
        Section(_("Is there enough?"), ("enough", "gap", "review_on")),
    )
    in_navigation = False


@registers.add
class CompetenceNeedRegister(Register):
    model = CompetenceNeed
    slug, prefix, group, icon = "competence-needs", "CPN", "organisation", "school"
    about = _("What people in each role must know or be able to do.")
    first_step = _("Take the role that can stop a system, and say what that takes.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "responsibility", "level", "shown_by")
    filters = ("responsibility", "level", "owner")
    search = ("reference", "name", "shown_by")
    sections = (Section(_("Needed competence"), ("responsibility", "name", "level", "shown_by", "owner")),)
    related = (Related("competences", "need", _("Shown by"), ("person", "level", "basis", "shown_on", "valid_until")),)
    in_navigation = False


@registers.add
class CompetenceRegister(Register):
    model = Competence
    slug, prefix, group, icon = "competences", "CPT", "organisation", "certificate"
    about = _("What people have shown that they know or can do, with the proof.")
    first_step = _("Add what the holder of a role brought with them.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "person", "need", "level", "basis", "shown_on", "valid_until")
    filters = ("person", "need", "basis", "valid_until", "owner")
    search = ("reference", "proof")
    sections = (
        Section(_("Competence"), ("person", "need", "level", "owner")),
        Section(_("Proof"), ("basis", "proof", "shown_on", "valid_until")),
    )
    in_navigation = False


@registers.add
class CampaignRegister(Register):
    model = Campaign
    slug, prefix, group, icon = "campaigns", "AWC", "organisation", "speakerphone"
    about = _("What people must know about AI here, and who has read it.")
    first_step = _("Begin with the AI policy, for everybody.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "document", "audience", "starts_on", "due_on", "owner")
    filters = ("document", "owner", "due_on")
    search = ("reference", "name", "message", "audience")
    sections = (
        Section(_("Campaign"), ("name", "message", "document", "owner")),
        Section(_("For whom and until when"), ("audience", "readers", "starts_on", "due_on")),
    )
    formatted = ("message",)
    in_navigation = False

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        return ask_actions(self, record, actor)

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [("aims/documents/readers_panel.html", readers_panel(record, actor))]

    def extra_urls(self) -> list[URLPattern]:
        return ask_urls(self)


@registers.add
class AcknowledgementRegister(Register):
    model = Acknowledgement
    slug, prefix, group, icon = "acknowledgements", "ACK", "organisation", "checkbox"
    about = _("Who was asked to read what, until when, and who has confirmed that they did.")
    first_step = _("Open a document that is in force, and ask people to read it.")
    view, edit = Permission.READING_VIEW, Permission.READING_EDIT
    columns = ("reference", "document", "campaign", "owner", "due_on", "acknowledged_at", "reminded_at")
    filters = ("document", "campaign", "owner", "due_on", "acknowledged_at")
    search = ("reference",)
    sections = (
        Section(_("What is read"), ("document", "campaign")),
        Section(_("By whom"), ("owner", "due_on", "acknowledged_at", "reminded_at")),
    )
    readonly = ("document", "campaign", "due_on", "acknowledged_at", "reminded_at")
    in_navigation = False


@registers.add
class CommunicationRegister(Register):
    model = Communication
    slug, prefix, group, icon = "communications", "COM", "organisation", "messages"
    about = _("Who is told what about AI here: when, how, and by whom.")
    first_step = _("Begin with what customers and staff are told about a system.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "direction", "audience", "occasion", "channel", "owner", "next_on")
    more_columns = ("every", "last_on", "tags", "created_at", "updated_at")
    filters = ("direction", "every", "owner", "next_on")
    search = ("reference", "name", "audience", "channel")
    sections = (
        Section(_("What and to whom"), ("name", "direction", "audience", "owner")),
        Section(_("When and how"), ("occasion", "every", "channel", "last_on", "next_on")),
    )
    in_navigation = False

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        url = reverse("communications-done", args=[actor.organisation.slug, record.reference])
        return [Action(_("Done today"), url, "check", post=True)]

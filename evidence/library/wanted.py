"""The registers of what evidence is wanted, and of what was asked for."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceRequest, EvidenceWanted
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission, Reach
from grc.registers.register import Action, Register, Related, Section, registers
from grc.registers.sight import may_change


@registers.add
class EvidenceWantedRegister(Register):
    model = EvidenceWanted
    slug, prefix, group, icon = "evidence-wanted", "EVW", "evidence", "calendar-repeat"
    about = _("What evidence is wanted again and again, about which record. Its owner is asked for it in time.")
    first_step = _("Add it on the page of the control that it supports.")
    view, edit = Permission.EVIDENCE_VIEW, Permission.EVIDENCE_EDIT
    columns = ("reference", "name", "about", "every", "next_on", "owner")
    more_columns = ("first_on", "ask_before", "tags", "created_at", "updated_at")
    filters = ("every", "next_on", "owner")
    search = ("reference", "name", "shows")
    sections = (
        Section(_("What is wanted"), ("about", "name", "shows", "owner")),
        Section(_("When"), ("every", "first_on", "ask_before", "next_on")),
    )
    readonly = ("next_on",)
    related = (
        Related(
            "evidence-requests", "wanted", _("Asked for"), ("reference", "due_on", "state", "owner", "item"),
            in_version=False,
        ),
    )  # fmt: skip


@registers.add
class EvidenceRequestRegister(Register):
    model = EvidenceRequest
    slug, prefix, group, icon = "evidence-requests", "ERQ", "evidence", "inbox"
    about = _("Evidence that was asked of somebody until a date, and what they answered with.")
    first_step = _("Requests go out by themselves for wanted evidence; you can also ask once.")
    view, edit = Permission.EVIDENCE_VIEW, Permission.EVIDENCE_EDIT
    columns = ("reference", "name", "about", "owner", "due_on", "state", "item")
    more_columns = ("answered_on", "wanted", "tags", "created_at", "updated_at")
    filters = ("state", "owner", "due_on")
    search = ("reference", "name", "details")
    sections = (
        Section(_("What is asked for"), ("about", "name", "details", "owner", "due_on")),
        Section(_("Answer"), ("state", "item", "answered_on", "wanted")),
    )
    readonly = ("state", "item", "answered_on", "wanted")
    tones = {"state": {"open": "blue", "answered": "green"}}

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not record.is_open or not allows(actor, self.edit, record):
            return []
        return [
            Action(_("Answer"), self.url("answer", record), "upload", primary=True),
            Action(_("Withdraw"), self.url("withdraw", record), "x", post=True),
        ]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        answered = record.state == EvidenceRequest.State.ANSWERED and record.archived_at is None
        judges = answered and (
            actor.reach(self.edit) is Reach.ALL or (actor.can(self.edit) and may_change(actor, record.about))
        )
        return [("evidence/request_panel.html", {"send_back_url": self.url("send-back", record)})] if judges else []

    def extra_urls(self) -> list[URLPattern]:
        from evidence.library import request_pages as pages

        one, name = f"{self.slug}/<reference:reference>", self.slug
        return [
            path(f"{one}/answer", pages.AnswerPage.as_view(register=self), name=f"{name}-answer"),
            path(f"{one}/send-back", pages.SendBackPage.as_view(register=self), name=f"{name}-send-back"),
            path(f"{one}/withdraw", pages.WithdrawPage.as_view(register=self), name=f"{name}-withdraw"),
        ]

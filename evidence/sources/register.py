from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from evidence.models.source import Source
from evidence.sources.state import state_panel
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Section, registers


@registers.add
class SourceRegister(Register):
    model = Source
    slug, prefix, group, icon = "sources", "LOG", "evidence", "plug-connected"
    about = _("Where decision records come from: the signed logs of your AI proxies, pulled and verified all the time.")
    first_step = _("Ask the operator of the proxy for the log's address, its id, and its first key by another way.")
    view, edit = Permission.SOURCES_VIEW, Permission.SOURCES_EDIT
    columns = ("reference", "name", "origin", "url", "paused", "owner")
    more_columns = ("interval_seconds", "silence_after_seconds", "witness_name", "created_at", "updated_at")
    filters = ("paused", "owner")
    search = ("reference", "name", "origin", "url")
    panels_first = True
    sections = (
        Section(_("The log"), ("name", "url", "origin", "pinned_key", "owner")),
        Section(_("Access"), ("read_token", "lookup_token"), _("Write-only: a token is never shown again.")),
        Section(_("How often"), ("interval_seconds", "silence_after_seconds", "paused")),
        Section(
            _("Witness"), ("witness_key", "witness_name"), _("Optional. Without one, records reach level B at most.")
        ),
    )

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        return [
            Action(_("Pull now"), self.url("pull", record), "download", post=True, primary=True),
            Action(_("Test connection"), self.url("test", record), "plug-connected", post=True),
        ]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [("evidence/source_panel.html", state_panel(record) | self.panel_urls(record))]

    def panel_urls(self, record: Any) -> dict[str, str]:
        """Where the parts of the state panel lead."""
        return {f"{what}_url": self.url(what, record) for what in ("state", "runs", "quarantine")}

    def extra_urls(self) -> list[URLPattern]:
        from evidence.sources import pages

        one, name = f"{self.slug}/<reference:reference>", self.slug
        post = {"http_method_names": ["post"]}
        return [
            path(f"{one}/pull", pages.PullPage.as_view(register=self, **post), name=f"{name}-pull"),
            path(f"{one}/test", pages.CheckPage.as_view(register=self, **post), name=f"{name}-test"),
            path(f"{one}/state", pages.StatePage.as_view(register=self), name=f"{name}-state"),
            path(f"{one}/runs", pages.RunsPage.as_view(register=self), name=f"{name}-runs"),
            path(f"{one}/runs/<uuid:run>", pages.RunPage.as_view(register=self), name=f"{name}-run"),
            path(f"{one}/quarantine", pages.QuarantinePage.as_view(register=self), name=f"{name}-quarantine"),
        ]

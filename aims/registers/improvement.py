"""Clause 10: nonconformities, corrective actions, improvements."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from aims.models import CorrectiveAction, Improvement, Nonconformity
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Related, Section, registers
from grc.shell import Page, pages


@registers.add
class NonconformityRegister(Register):
    model = Nonconformity
    slug, prefix, group, icon = "nonconformities", "NCR", "audits", "alert-octagon"
    about = _("Where a requirement was not met: what was put right, why it happened, and what shows that it is gone.")
    first_step = _("Write down the last time that something went wrong, with what was seen.")
    view, edit = Permission.IMPROVEMENT_VIEW, Permission.IMPROVEMENT_EDIT
    over = {"state": ("closed",)}
    columns = ("reference", "name", "grade", "source", "state", "found_on", "due_on", "owner")
    more_columns = (
        "requirement", "system", "corrected_on", "verdict", "checked_at", "closed_on", "tags", "updated_at",
    )  # fmt: skip
    filters = (
        "state", "grade", "verdict", "source", "requirement", "system", "owner", "found_on", "due_on", "closed_on",
    )  # fmt: skip
    search = ("reference", "name", "description", "cause")
    sections = (
        Section(
            _("What was seen"),
            (
                "name", "source", "grade", "requirement", "system", "test_run", "description", "found_on", "due_on",
                "owner",
            ),
        ),
        Section(_("Put right"), ("correction", "corrected_on")),
        Section(
            _("Why it happened"),
            ("why_1", "why_2", "why_3", "why_4", "why_5", "cause"),
            _("Ask why until there is something to change. The steps help; the cause is what counts."),
            look="chain",
        ),
        Section(_("Where else"), ("similar",)),
        Section(_("Is it gone?"), ("verdict", "effect", "checked_by", "checked_at", "state", "closed_on")),
    )  # fmt: skip
    readonly = ("test_run", "verdict", "effect", "checked_by", "checked_at", "state", "closed_on")
    related = (
        Related(
            "corrective-actions",
            "nonconformity",
            _("Actions"),
            ("reference", "name", "owner", "due_on", "done_on"),
            on_page=False,
        ),
    )
    tones = {
        "state": {"open": "yellow", "closed": "green"},
        "grade": {"major": "red"},
        "verdict": {"gone": "green", "still": "red"},
    }

    def form_class(self) -> Any:
        from aims.improvement.forms import NonconformityForm

        return NonconformityForm

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from aims.improvement.panels import actions_panel, similar_panel

        return [
            ("aims/improvement/actions_panel.html", actions_panel(record, actor)),
            ("aims/improvement/similar_panel.html", similar_panel(record, actor)),
        ]

    def extra_urls(self) -> list[URLPattern]:
        from aims.improvement import pages as own

        one, given = f"{self.slug}/<reference:reference>", {"register": self}
        return [
            path(f"{one}/check", own.CheckPage.as_view(**given), name=f"{self.slug}-check"),
            path(f"{one}/close", own.ClosePage.as_view(**given), name=f"{self.slug}-close"),
            path(f"{one}/reopen", own.ReopenPage.as_view(**given), name=f"{self.slug}-reopen"),
            path(f"{one}/actions", own.AddActionPage.as_view(**given), name=f"{self.slug}-actions"),
        ]


@registers.add
class CorrectiveActionRegister(Register):
    model = CorrectiveAction
    slug, prefix, group, icon = "corrective-actions", "CAR", "audits", "tools"
    about = _("What is done so that it does not happen again.")
    first_step = _("Open a nonconformity and add what takes its cause away.")
    view, edit = Permission.IMPROVEMENT_VIEW, Permission.IMPROVEMENT_EDIT
    columns = ("reference", "name", "nonconformity", "owner", "due_on", "done_on")
    filters = ("nonconformity", "owner", "due_on", "done_on")
    search = ("reference", "name", "description")
    sections = (
        Section(_("Action"), ("nonconformity", "name", "description", "owner")),
        Section(_("When"), ("due_on", "done_on")),
    )
    in_navigation = False

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or record.done_on is not None or not allows(actor, self.edit, record):
            return []
        return [Action(_("Done"), self.url("done", record), "check", post=True, primary=True)]

    def extra_urls(self) -> list[URLPattern]:
        from aims.improvement.pages import ActionDonePage

        done = ActionDonePage.as_view(register=self)
        return [path(f"{self.slug}/<reference:reference>/done", done, name=f"{self.slug}-done")]


@registers.add
class ImprovementRegister(Register):
    model = Improvement
    slug, prefix, group, icon = "improvements", "IMP", "audits", "trending-up"
    about = _("What could be better, who wants it, and what came of it.")
    first_step = _("Write down the wish that you hear most often.")
    view, edit = Permission.IMPROVEMENT_VIEW, Permission.IMPROVEMENT_EDIT
    over = {"state": ("done", "dropped")}
    columns = ("reference", "name", "source", "state", "due_on", "owner")
    filters = ("state", "owner", "due_on")
    search = ("reference", "name", "benefit", "source")
    sections = (
        Section(_("Improvement"), ("name", "source", "benefit", "owner")),
        Section(_("What becomes of it"), ("state", "due_on", "done_on", "result")),
    )
    tones = {"state": {"accepted": "blue", "done": "green", "dropped": "secondary"}}

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        if record.state == Improvement.State.IDEA:
            return [Action(_("Accept"), self.url("accept", record), "check", post=True, primary=True)]
        if record.state == Improvement.State.ACCEPTED:
            return [Action(_("Done"), self.url("finish", record), "check", primary=True)]
        return []

    def extra_urls(self) -> list[URLPattern]:
        from aims.improvement.pages import AcceptPage, FinishPage

        one = f"{self.slug}/<reference:reference>"
        return [
            path(f"{one}/accept", AcceptPage.as_view(register=self), name=f"{self.slug}-accept"),
            path(f"{one}/finish", FinishPage.as_view(register=self), name=f"{self.slug}-finish"),
        ]


pages.append(
    Page("audits", _("Nonconformity overview"), "nonconformity-overview", Permission.IMPROVEMENT_VIEW, "chart-bar")
)

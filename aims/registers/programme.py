"""The way to a certificate: plan, gap analysis, costs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

import aims.programme.pictures
import aims.programme.places  # noqa: F401
from aims.models import CostItem, GapAnswer, PlanStep
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Related, Section, registers


@registers.add
class PlanStepRegister(Register):
    model = PlanStep
    slug, prefix, group, icon = "plan", "STP", "audits", "route"
    about = _("The steps to the certificate: what comes after what, who does it, and how late it is.")
    first_step = _("Say where you start from; the usual steps are put in with their dates.")
    view, edit = Permission.PROGRAMME_VIEW, Permission.PROGRAMME_EDIT
    columns = ("reference", "name", "phase", "after", "starts_on", "days", "started_on", "done_on", "owner")
    more_columns = ("covers", "first_planned", "tags", "updated_at")
    filters = ("phase", "owner", "starts_on", "done_on")
    search = ("reference", "name", "description")
    sections = (
        Section(_("Step"), ("name", "phase", "description", "covers", "owner")),
        Section(_("When"), ("after", "starts_on", "days", "first_planned")),
        Section(_("How it went"), ("started_on", "done_on")),
    )
    readonly = ("first_planned",)
    related = (
        Related(
            "gap", "step", _("Gaps that it closes"), ("requirement", "standing", "needed", "days"), in_version=False
        ),
    )

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        """The next click: begun, then finished; and another date for it and what waits for it."""
        if record.archived_at is not None or record.done_on or not allows(actor, self.edit, record):
            return []
        if record.started_on:
            return [Action(_("Finish"), self.url("finish-step", record), "check", post=True, primary=True)]
        return [
            Action(_("Begin"), self.url("begin-step", record), "player-play", post=True, primary=True),
            Action(_("Move"), self.url("shift", record), "calendar"),
        ]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from aims.programme.pages.plan import step_panel

        if record.archived_at is not None:
            return []
        return [("aims/programme/step_panel.html", step_panel(record, actor))]


@registers.add
class GapRegister(Register):
    model = GapAnswer
    slug, prefix, group, icon = "gap", "GAP", "audits", "zoom-question"
    about = _("How each clause and control stands today, and what it needs.")
    first_step = _("Begin the analysis: it asks clause by clause.")
    view, edit = Permission.PROGRAMME_VIEW, Permission.PROGRAMME_EDIT
    columns = ("reference", "requirement", "standing", "needed", "days", "step", "owner")
    more_columns = ("found", "looked_on", "tags", "updated_at")
    filters = ("standing", "step", "owner", "looked_on")
    search = ("reference", "found", "needed")
    sections = (
        Section(_("Clause or control"), ("requirement", "standing", "found", "owner")),
        Section(_("What it needs"), ("needed", "days", "step", "looked_on")),
    )
    tones = {
        "standing": {
            "nothing": "red",
            "partly": "orange",
            "largely": "yellow",
            "done": "green",
            "not-needed": "secondary",
        }
    }


@registers.add
class CostRegister(Register):
    model = CostItem
    slug, prefix, group, icon = "costs", "CST", "audits", "coins"
    about = _("What the certificate costs over three years, by your own figures.")
    first_step = _("Begin with the offer of a certification body.")
    view, edit = Permission.PROGRAMME_VIEW, Permission.PROGRAMME_EDIT
    columns = ("reference", "name", "kind", "year_1", "year_2", "year_3", "basis", "owner")
    filters = ("kind", "owner")
    search = ("reference", "name", "basis")
    sections = (
        Section(_("Cost"), ("name", "kind", "basis", "owner")),
        Section(_("Per year"), ("year_1", "year_2", "year_3")),
    )

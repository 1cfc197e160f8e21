"""Clause 6.1.3: statements of applicability."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from aims.models import SoA, SoADecision
from aims.soa.frozen import frozen_soa, what_is_missing
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Related, Section, Text, registers
from grc.reports.document import Block


@registers.add
class SoARegister(Register):
    model = SoA
    slug, prefix, group, icon = "soa", "SOA", "controls", "checklist"
    about = _("Which controls you need and which you do not, with the reason for each.")
    first_step = _("Begin one for ISO/IEC 42001: all 38 controls are put in, for you to decide.")
    view, edit = Permission.CONTROLS_VIEW, Permission.CONTROLS_EDIT
    columns = ("reference", "name", "framework", "owner", "review_on")
    filters = ("framework", "owner", "review_on")
    search = ("reference", "name", "introduction")
    sections = (Section(_("Statement"), ("name", "framework", "introduction", "owner", "review_on")),)
    related = (
        Related(
            "soa-decisions",
            "soa",
            _("Decisions"),
            ("requirement", "control", "applies", "reason", "status", "how"),
            in_version=False,
            on_page=False,
        ),
    )
    meanings = (_("I approve this statement of applicability"),)
    lists_approval = True
    panels_first = True

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        from aims.soa.panels import statement_actions

        return statement_actions(record, actor)

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from aims.soa.panels import statement_panel

        return [("aims/soa/panel.html", statement_panel(record, actor))]

    def snapshot(self, record: Any) -> dict[str, Any]:
        """Every decision as it stands, with what it is about in words."""
        return frozen_soa(record)

    def on_paper(self, body: dict[str, Any]) -> Sequence[tuple[Text, Sequence[Block]]]:
        from aims.soa.document import statement_parts

        return statement_parts(body)

    def not_ready(self, record: Any) -> str:
        return what_is_missing(record)


@registers.add
class SoADecisionRegister(Register):
    model = SoADecision
    slug, prefix, group, icon = "soa-decisions", "SOD", "controls", "list-check"
    about = _("Every decision of a statement of applicability: in or out, with its reason.")
    first_step = _("Open a statement; its decisions are made there.")
    view, edit = Permission.CONTROLS_VIEW, Permission.CONTROLS_EDIT
    columns = ("reference", "soa", "requirement", "control", "applies", "status", "owner")
    more_columns = ("reason", "how", "tags", "updated_at")
    filters = ("soa", "applies", "status", "owner")
    search = ("reference", "reason", "how")
    sections = (
        Section(_("Control"), ("soa", "requirement", "control", "owner")),
        Section(_("Decision"), ("applies", "reason")),
        Section(_("Implementation"), ("status", "how"), _("Asked for ISO/IEC 27001; good practice for ISO/IEC 42001.")),
    )
    tones = {
        "applies": {"undecided": "yellow", "in": "green", "out": "secondary"},
        "status": {"not-started": "red", "partly": "yellow", "implemented": "green"},
    }
    in_navigation = False

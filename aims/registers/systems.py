"""Clause 8: AI systems and what they are made of."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from aims.models import AISystem, Component, SystemUse
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, registers


@registers.add
class AISystemRegister(Register):
    model = AISystem
    slug, prefix, group, icon = "ai-systems", "SYS", "systems", "robot"
    about = _("Every AI system that you build or use: what it is for, what it is made of, and where it stands.")
    first_step = _("Start with the one that decides about people, or the one that customers ask about most.")
    view, edit = Permission.SYSTEMS_VIEW, Permission.SYSTEMS_EDIT
    over = {"stage": ("retired",)}
    columns = ("reference", "name", "role", "stage", "risk_class", "owner", "review_on")
    more_columns = ("in_scope", "runtime_id", "in_use_since", "users", "tags", "created_at", "updated_at")
    filters = ("stage", "risk_class", "in_scope", "role", "owner", "review_on")
    search = ("reference", "name", "purpose", "runtime_id")
    sections = (
        Section(_("What it is"), ("name", "purpose", "role", "owner")),
        Section(_("Life cycle"), ("stage", "in_use_since", "retired_on", "review_on")),
        Section(_("Use"), ("users", "affected", "human_oversight")),
        Section(_("AI Act class"), ("risk_class", "risk_class_reason")),
        Section(_("Scope"), ("in_scope", "scope_reason")),
        Section(_("At run time"), ("runtime_id",), _("Ties this page to the decision records that a proxy signs.")),
    )
    related = (
        Related("components", "system", _("Components"), ("reference", "kind", "name", "pinned_version", "region")),
        Related("uses", "system", _("Vendors in use"), ("reference", "route", "purpose", "data")),
        Related(
            "risks", "system", _("Risks"), ("reference", "name", "score", "residual_score", "state"), in_version=False
        ),
    )
    tones = {
        "risk_class": {"high": "orange", "prohibited": "red", "undecided": "yellow", "transparency": "blue"},
        "in_scope": {"undecided": "yellow", "in": "green", "out": "secondary"},
        "stage": {"operation": "green", "deployment": "green", "retired": "secondary"},
    }

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from aims.pictures import parts_graph

        graph = parts_graph(record, actor)
        return [("aims/parts_panel.html", {"graph": graph})] if len(graph.nodes) > 1 else []


@registers.add
class ComponentRegister(Register):
    model = Component
    slug, prefix, group, icon = "components", "CMP", "systems", "hierarchy"
    about = _("What the AI systems are made of: models pinned to a version, prompts, data sets, stores and tools.")
    first_step = _("Add the model first, with its exact version.")
    view, edit = Permission.SYSTEMS_VIEW, Permission.SYSTEMS_EDIT
    columns = ("reference", "name", "kind", "system", "supplier", "pinned_version", "region")
    filters = ("kind", "system", "owner")
    search = ("reference", "name", "supplier", "pinned_version")
    sections = (
        Section(_("What it is"), ("system", "kind", "name", "pinned_version", "owner")),
        Section(_("Where it comes from"), ("supplier", "region", "description")),
    )
    meanings = (_("I approve this version for use in this system"),)


@registers.add
class SystemUseRegister(Register):
    model = SystemUse
    slug, prefix, group, icon = "uses", "USE", "vendors", "link"
    about = _("Which AI system uses which vendor, by which route, and which data reaches it.")
    first_step = _("Take the route of your model provider, and say which system calls it.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "system", "route", "purpose", "data", "since")
    more_columns = ("until", "owner", "tags", "created_at", "updated_at")
    filters = ("system", "route", "data", "owner")
    search = ("reference", "purpose")
    sections = (Section(_("Use"), ("system", "route", "purpose", "data", "since", "until", "owner")),)

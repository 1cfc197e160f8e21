from django.utils.translation import gettext_lazy as _

from aims.models import AISystem, Component
from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, registers


@registers.add
class AISystemRegister(Register):
    model = AISystem
    slug, prefix, group, icon = "ai-systems", "SYS", "systems", "robot"
    about = _("Every AI system that you build or use: what it is for, what it is made of, and where it stands.")
    first_step = _("Start with the one that decides about people, or the one that customers ask about most.")
    view, edit = Permission.SYSTEMS_VIEW, Permission.SYSTEMS_EDIT
    columns = ("reference", "name", "role", "stage", "risk_class", "owner", "review_on")
    more_columns = ("runtime_id", "in_use_since", "users", "created_at", "updated_at")
    filters = ("stage", "risk_class", "role", "owner")
    search = ("reference", "name", "purpose", "runtime_id")
    sections = (
        Section(_("What it is"), ("name", "purpose", "role", "owner")),
        Section(_("Life cycle"), ("stage", "in_use_since", "retired_on", "review_on")),
        Section(_("Use"), ("users", "affected", "human_oversight")),
        Section(_("AI Act class"), ("risk_class", "risk_class_reason")),
        Section(_("At run time"), ("runtime_id",), _("Ties this page to the decision records that a proxy signs.")),
    )
    related = (
        Related("components", "system", _("Components"), ("reference", "kind", "name", "pinned_version", "region")),
    )
    linkable = ("evidence",)
    tones = {
        "risk_class": {"high": "orange", "prohibited": "red", "undecided": "yellow", "transparency": "blue"},
        "stage": {"operation": "green", "deployment": "green", "retired": "secondary"},
    }


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

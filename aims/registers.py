from typing import Any

from django.utils.translation import gettext_lazy as _

from aims.criteria import criteria_in_force
from aims.models import AISystem, Component, Document, Risk, RiskCriteria
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, registers
from grc.shell import Page, pages


@registers.add
class AISystemRegister(Register):
    model = AISystem
    slug, prefix, group, icon = "ai-systems", "SYS", "systems", "robot"
    about = _("Every AI system that you build or use: what it is for, what it is made of, and where it stands.")
    first_step = _("Start with the one that decides about people, or the one that customers ask about most.")
    view, edit = Permission.SYSTEMS_VIEW, Permission.SYSTEMS_EDIT
    columns = ("reference", "name", "role", "stage", "risk_class", "owner", "review_on")
    more_columns = ("runtime_id", "in_use_since", "users", "tags", "created_at", "updated_at")
    filters = ("stage", "risk_class", "role", "owner", "review_on")
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
        Related(
            "risks", "system", _("Risks"), ("reference", "name", "score", "residual_score", "state"), in_version=False
        ),
    )
    tones = {
        "risk_class": {"high": "orange", "prohibited": "red", "undecided": "yellow", "transparency": "blue"},
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


@registers.add
class RiskRegister(Register):
    model = Risk
    slug, prefix, group, icon = "risks", "RSK", "risks", "alert-triangle"
    about = _("What may go wrong with your AI systems, for whom, how bad it would be, and what you do about it.")
    first_step = _("Start with the harm that would hurt the people affected most.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    columns = ("reference", "name", "system", "score", "treatment", "residual_score", "state", "owner", "review_on")
    more_columns = ("likelihood", "impact", "residual_likelihood", "residual_impact", "treat_by", "tags", "updated_at")
    filters = (
        "state",
        "treatment",
        "system",
        "owner",
        "score",
        "residual_score",
        "review_on",
        "likelihood",
        "impact",
        "residual_likelihood",
        "residual_impact",
    )
    search = ("reference", "name", "event", "source", "treatment_plan")
    sections = (
        Section(_("Risk"), ("name", "system", "source", "event", "owner")),
        Section(_("Consequences"), ("for_individuals", "for_groups", "for_society", "for_organisation")),
        Section(_("How bad, without treatment"), ("likelihood", "impact", "score")),
        Section(_("Treatment"), ("treatment", "treatment_plan", "treat_by", "state", "review_on")),
        Section(_("What remains"), ("residual_likelihood", "residual_impact", "residual_score")),
    )
    readonly = ("score", "residual_score")
    meanings = (_("I accept the remaining risk as it stands"), _("I approve the treatment plan"))
    tones = {
        "state": {"open": "yellow", "treating": "blue", "treated": "green"},
        "treatment": {"undecided": "yellow"},
    }

    def tone(self, name: str, value: Any, record: Any = None) -> str:
        if name in {"score", "residual_score"} and record is not None:
            return criteria_in_force(record.organisation).tone(value)
        return super().tone(name, value, record)


@registers.add
class RiskCriteriaRegister(Register):
    model = RiskCriteria
    slug, prefix, group, icon = "risk-criteria", "RCR", "risks", "scale"
    about = _("By which scales risks are judged here, and from which score on something must be done.")
    first_step = _("Describe both scales in words that two people would use alike.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    columns = ("reference", "name", "acceptable_to", "high_from", "owner", "review_on")
    search = ("reference", "name")
    sections = (
        Section(_("Criteria"), ("name", "likelihood_scale", "impact_scale", "owner")),
        Section(_("Bands"), ("acceptable_to", "high_from", "review_on")),
    )
    meanings = (_("I approve these criteria"),)


@registers.add
class DocumentRegister(Register):
    model = Document
    slug, prefix, group, icon = "documents", "DOC", "organisation", "file-description"
    about = _("The documents of your management system: policies, procedures, plans, and those that come from outside.")
    first_step = _("Begin with the AI policy; a draft is enough to send it for approval.")
    view, edit = Permission.DOCUMENTS_VIEW, Permission.DOCUMENTS_EDIT
    columns = ("reference", "name", "kind", "edition", "owner", "review_on")
    more_columns = ("approved_on", "tags", "created_at", "updated_at")
    filters = ("kind", "owner", "review_on")
    search = ("reference", "name", "text")
    sections = (
        Section(_("Document"), ("name", "kind", "edition", "owner", "review_on", "approved_on")),
        Section(_("Text"), ("text",)),
    )
    meanings = (_("I approve this document and put it in force"),)


pages.append(Page("risks", _("Risk overview"), "risk-overview", Permission.RISKS_VIEW, "grid-dots"))

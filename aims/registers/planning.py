"""Clause 6: risks, their criteria and treatment, opportunities, impact assessments, objectives, changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from aims.impact.filters import DueAgainFilter
from aims.impact.forms import ImpactAssessmentForm, asks_fundamental_rights
from aims.impact.pages import NextPage
from aims.models import (
    ImpactAssessment,
    Measurement,
    Objective,
    Opportunity,
    PlannedChange,
    Risk,
    RiskCriteria,
    Treatment,
    TreatmentPlan,
)
from aims.models.criteria import BAND_NAMES, criteria_in_force
from aims.models.planning import SUBJECTS, impacts_of
from aims.risk_catalogues import titles
from aims.risks.other_tables import RISK_NAMES, RISK_WORDS
from aims.risks.panels import plan_panels, risk_panels
from aims.risks.plan import frozen_plan, plan_on_paper, why_not_ready
from aims.risks.scales import scale_of, steps_of, words_of
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.organisation import Organisation
from grc.registers.register import Action, Register, Related, Section, Text, registers
from grc.reports.document import Block
from grc.shell import Page, pages

SCORES = ("score", "residual_score")


@registers.add
class RiskRegister(Register):
    model = Risk
    slug, prefix, group, icon = "risks", "RSK", "risks", "alert-triangle"
    about = _("What may go wrong with your AI systems, for whom, how bad it would be, and what you do about it.")
    first_step = _("Start with the harm that would hurt the people affected most.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    over = {"state": ("closed",)}
    columns = ("reference", "name", "system", "score", "treatment", "residual_score", "state", "owner", "review_on")
    more_columns = (
        *("acceptance", "likelihood", "impact", "residual_likelihood", "residual_impact", "treat_by"),
        *impacts_of(SUBJECTS),
        *impacts_of(SUBJECTS, residual=True),
        *("catalogue_ids", "number_elsewhere", "tags", "updated_at"),
    )
    filters = (
        "state",
        "acceptance",
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
        "catalogue_ids",
    )
    search = ("reference", "name", "event", "source", "treatment_plan", "number_elsewhere")
    sections = (
        Section(_("Risk"), ("name", "system", "source", "event", "catalogue_ids", "number_elsewhere", "owner")),
        Section(
            _("Consequences, without treatment"),
            tuple(name for subject in SUBJECTS for name in (f"for_{subject}", f"{subject}_impact")),
            look="judged",
        ),
        Section(_("How bad, without treatment"), ("likelihood", "impact", "score")),
        Section(_("Treatment"), ("treatment", "treatment_plan", "treat_by", "state", "review_on")),
        Section(
            _("What remains"),
            (*impacts_of(SUBJECTS, residual=True), "residual_likelihood", "residual_impact", "residual_score"),
        ),
    )
    readonly = ("score", "residual_score")
    related = (
        Related(
            "treatments", "risk", _("Treatments"), ("name", "control", "owner", "due_on", "done_on", "cost"),
            on_page=False,
        ),
    )  # fmt: skip
    meanings = (_("I accept the remaining risk as it stands"), _("I approve the treatment plan"))
    tones = {
        "state": {"open": "yellow", "treating": "blue", "treated": "green"},
        "treatment": {"undecided": "yellow"},
        "acceptance": {"accepted": "green", "reopened": "orange"},
    }
    import_names = RISK_NAMES

    def tone(self, name: str, value: Any, record: Any = None) -> str:
        if name in SCORES and record is not None:
            return criteria_in_force(record.organisation).tone(value)
        return super().tone(name, value, record)

    def gloss(self, name: str, value: Any, record: Any) -> Text:
        if name in SCORES and value is not None:
            return BAND_NAMES[criteria_in_force(record.organisation).band(value)]
        return super().gloss(name, value, record)

    def values_of(self, name: str, organisation: Organisation) -> Sequence[tuple[Any, Text]]:
        if name == "catalogue_ids":
            return [(code, f"{code} {title}") for code, title in titles().items()]
        return steps_of(scale_of(name, organisation))

    def import_words(self, name: str, organisation: Organisation) -> Mapping[str, Any]:
        return RISK_WORDS.get(name) or words_of(scale_of(name, organisation))

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return risk_panels(record, actor)

    def not_ready(self, record: Any) -> str:
        if record.score is None:
            return str(_("Judge likelihood and impact first: nobody can decide on what was not judged."))
        return ""


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
    lists_approval = True


@registers.add
class TreatmentRegister(Register):
    model = Treatment
    slug, prefix, group, icon = "treatments", "TRT", "risks", "tool"
    about = _("What is done about the risks: by whom, until when, with which control, at what cost.")
    first_step = _("Open a risk and say what will be done first.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    columns = ("reference", "name", "risk", "control", "due_on", "done_on", "cost", "owner")
    filters = ("risk", "control", "owner", "due_on", "done_on")
    search = ("reference", "name", "description")
    sections = (
        Section(_("Treatment"), ("risk", "name", "description", "owner")),
        Section(_("With what"), ("control", "cost")),
        Section(_("When"), ("due_on", "done_on")),
    )


@registers.add
class TreatmentPlanRegister(Register):
    model = TreatmentPlan
    slug, prefix, group, icon = "treatment-plans", "TPL", "risks", "signature"
    about = _("The plan that top management approves: every open risk, what is done about it, and what remains.")
    first_step = _("Treat the risks first; then send the plan for approval.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    columns = ("reference", "name", "owner", "review_on")
    search = ("reference", "name", "summary")
    sections = (Section(_("Plan"), ("name", "summary", "owner", "review_on")),)
    meanings = (_("I approve the treatment plan and accept the risks that remain"),)
    lists_approval = True

    def not_ready(self, record: Any) -> str:
        return why_not_ready(record.organisation)

    def snapshot(self, record: Any) -> dict[str, Any]:
        return frozen_plan(record.organisation)

    def on_paper(self, body: dict[str, Any]) -> Sequence[tuple[Text, Sequence[Block]]]:
        return plan_on_paper(body)

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return plan_panels(record, actor)


@registers.add
class OpportunityRegister(Register):
    model = Opportunity
    slug, prefix, group, icon = "opportunities", "OPP", "risks", "bulb"
    about = _("What may be gained with AI, or with managing it better, and what you do to get there.")
    first_step = _("Start with one that a customer or the board has asked for.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    over = {"state": ("reached", "dropped")}
    columns = ("reference", "name", "system", "state", "due_on", "owner")
    filters = ("state", "system", "owner", "due_on")
    search = ("reference", "name", "benefit", "action")
    sections = (
        Section(_("Opportunity"), ("name", "system", "benefit", "owner")),
        Section(_("What is done"), ("action", "state", "due_on")),
    )
    tones = {"state": {"pursued": "blue", "reached": "green", "dropped": "secondary"}}


@registers.add
class ImpactAssessmentRegister(Register):
    model = ImpactAssessment
    slug, prefix, group, icon = "impact-assessments", "IMA", "risks", "users-group"
    about = _("What your AI systems do to people, groups and society, judged before use and again as things change.")
    first_step = _("Start with the system that decides about people.")
    view, edit = Permission.RISKS_VIEW, Permission.RISKS_EDIT
    columns = ("reference", "name", "system", "severity", "likelihood", "outcome", "repeat_on", "owner")
    more_columns = ("fria", "keep_until", "tags", "updated_at")
    filters = ("outcome", "system", "fria", "owner", "repeat_on")
    search = ("reference", "name", "affected", "harms_individuals", "harms_groups", "harms_society")
    sections = (
        Section(_("Assessment"), ("name", "system", "reason", "owner")),
        Section(_("The system"), ("intended", "unintended", "data", "model", "environment")),
        Section(
            _("People"), ("affected", "benefits", "harms_individuals", "harms_groups", "harms_society", "failures")
        ),
        Section(_("How bad"), ("severity", "likelihood")),
        Section(
            _("Fundamental rights"),
            ("fria", "fria_text"),
            _(
                "Asked before first use of some deployers of high-risk systems: public bodies, private bodies that "
                "provide public services, and whoever judges creditworthiness, or risk and price in life and health "
                "insurance (Regulation (EU) 2024/1689, Art. 27 and Annex III 5(b) and (c); for Annex III it applies "
                "from 2 December 2027, Regulation (EU) 2026/1744). As of 21 November 2026."
            ),
        ),
        Section(_("Conclusion"), ("outcome", "measures", "conclusion", "keep_until", "repeat_on")),
    )
    meanings = (_("I approve this impact assessment and its measures"),)
    lists_approval = True
    tones = {"outcome": {"open": "yellow", "go": "green", "measures": "blue", "stop": "red"}}
    more_filters = (DueAgainFilter,)

    def form_class(self) -> Any:
        return ImpactAssessmentForm

    def sections_of(self, record: Any) -> Sequence[Section]:
        if asks_fundamental_rights(record.system, record.fria):
            return self.sections
        return [section for section in self.sections if "fria" not in section.fields]

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        is_open = record.outcome == ImpactAssessment.Outcome.OPEN
        if is_open or record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        return [Action(_("Begin the next one"), self.url("next", record), "calendar-repeat", post=True)]

    def extra_urls(self) -> list[URLPattern]:
        one = f"{self.slug}/<reference:reference>"
        return [path(f"{one}/next", NextPage.as_view(register=self), name=f"{self.slug}-next")]

    def values_of(self, name: str, organisation: Organisation) -> Sequence[tuple[Any, Text]]:
        return steps_of(scale_of(name, organisation))

    def import_words(self, name: str, organisation: Organisation) -> Mapping[str, Any]:
        return words_of(scale_of(name, organisation))


@registers.add
class ObjectiveRegister(Register):
    model = Objective
    slug, prefix, group, icon = "objectives", "OBJ", "organisation", "target"
    about = _("What you want to reach with the management of AI, by when, and the number that tells.")
    first_step = _("Take one promise of the policy and say how one would see that it is kept.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    over = {"state": ("reached", "missed", "dropped")}
    columns = ("reference", "name", "measure", "target", "unit", "due_on", "state", "owner")
    more_columns = ("baseline", "better", "review_on", "tags", "updated_at")
    filters = ("state", "owner", "due_on", "review_on")
    search = ("reference", "name", "measure", "plan")
    sections = (
        Section(_("Objective"), ("name", "why", "owner")),
        Section(_("How one will know"), ("measure", "unit", "better", "baseline", "target", "due_on", "evaluated_by")),
        Section(_("What will be done"), ("plan", "resources", "state", "review_on")),
    )
    related = (Related("measurements", "objective", _("Measurements"), ("measured_on", "value", "note")),)
    meanings = (_("I approve this objective"),)
    tones = {"state": {"reached": "green", "missed": "red", "dropped": "secondary"}}
    panels_first = True

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from aims.support.objectives import objective_panel

        return [("aims/support/objective_panel.html", objective_panel(record, actor))]


@registers.add
class MeasurementRegister(Register):
    model = Measurement
    slug, prefix, group, icon = "measurements", "MSR", "organisation", "ruler-measure"
    about = _("The values of your objectives, day by day.")
    first_step = _("Open an objective and add the first value.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "objective", "measured_on", "value", "note")
    filters = ("objective", "measured_on", "owner")
    search = ("reference", "note")
    sections = (Section(_("Measurement"), ("objective", "measured_on", "value", "note", "owner")),)
    in_navigation = False


@registers.add
class PlannedChangeRegister(Register):
    model = PlannedChange
    slug, prefix, group, icon = "planned-changes", "PCH", "organisation", "replace"
    about = _("Changes to the management system itself, planned before they are made.")
    first_step = _("Begin with the next change of roles, scope or policy.")
    view, edit = Permission.AIMS_VIEW, Permission.AIMS_EDIT
    columns = ("reference", "name", "planned_on", "state", "made_on", "owner")
    filters = ("state", "owner", "planned_on")
    search = ("reference", "name", "purpose")
    sections = (
        Section(_("Change"), ("name", "purpose", "consequences", "owner")),
        Section(_("How it is made"), ("integrity", "resources", "planned_on", "state", "made_on")),
    )
    tones = {"state": {"made": "green", "dropped": "secondary"}}
    in_navigation = False


pages.append(Page("risks", _("Risk overview"), "risk-overview", Permission.RISKS_VIEW, "grid-dots"))

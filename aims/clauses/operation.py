"""Clauses 8, 9 and 10: running it, looking at it, putting it right."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from aims.clauses.context import a_system_in_scope
from aims.clauses.facts import OPEN_RISK, Facts, Next
from aims.clauses.found import Answer, nothing
from aims.clauses.planning import a_risk, impact_assessed, risks_judged
from aims.models import (
    Document,
    ImpactAssessment,
    Improvement,
    Measurement,
    Nonconformity,
    Objective,
    Risk,
    Treatment,
)
from controls.models import Control


def systems_owned(facts: Facts) -> Next | None:
    row = next((row for row in facts.in_scope if row.owner_id is None), None)
    return None if row is None else Next(_("Name who answers for %s.") % row.name, facts.edit(row))


def systems_overseen(facts: Facts) -> Next | None:
    row = next((row for row in facts.in_scope if not row.human_oversight), None)
    return None if row is None else Next(_("Say who can step in at %s, and how.") % row.name, facts.edit(row))


def a_control_in_operation(facts: Facts) -> Next | None:
    if any(row.state == Control.State.OPERATING for row in facts.rows(Control)):
        return None
    wall = reverse("controls-list", args=[facts.actor.organisation.slug])
    return Next(_("Put a control in operation."), wall)


def risks_reviewed(facts: Facts) -> Next | None:
    late = facts.first(Risk, state__in=OPEN_RISK, review_on__lt=facts.today)
    return late and Next(_("Review %s: its date has passed.") % late.reference, facts.edit(late))


def a_treatment(facts: Facts) -> Next | None:
    return None if facts.first(Treatment) else Next(_("Record what is done about a risk."), facts.new("treatments"))


def treatments_in_time(facts: Facts) -> Next | None:
    late = facts.first(Treatment, due_on__lt=facts.today, done_on=None)
    return late and Next(_("%s should be done by now.") % late.reference, facts.edit(late))


def a_treatment_done(facts: Facts) -> Next | None:
    if not facts.first(Treatment) or facts.first(Treatment, Q(done_on__isnull=False)):
        return None
    return Next(_("No treatment is done yet: say when the first one is."), facts.edit(facts.first(Treatment)))


def impact_repeated(facts: Facts) -> Next | None:
    """The newest assessment of each system in scope is not past the date on which it is to be repeated."""
    newest = {row.system_id: row for row in facts.rows(ImpactAssessment)}
    for system in facts.in_scope:
        row = newest.get(system.pk)
        if row is not None and row.repeat_on and row.repeat_on < facts.today:
            text = _("Assess %s again: the date has passed.") % system.name
            return Next(text, facts.new("impact-assessments", system=system.reference))
    return None


def measured(facts: Facts) -> set[int]:
    ask = facts.asked(Measurement).order_by().values_list("objective", flat=True).distinct()
    return facts.once("measured", lambda: set(ask))


def objectives_measured(facts: Facts) -> Next | None:
    rows = [row for row in facts.rows(Objective) if row.state == Objective.State.OPEN]
    if not facts.rows(Objective):
        return Next(_("Set an objective; then measure it."), facts.new("objectives"))
    bare = next((row for row in rows if row.pk not in measured(facts)), None)
    return bare and Next(
        _("Record the first value of “%s”.") % bare.name, facts.new("measurements", objective=bare.reference)
    )


def an_improvement(facts: Facts) -> Next | None:
    return None if facts.rows(Improvement) else Next(_("Write down what could be better."), facts.new("improvements"))


def improvements_in_time(facts: Facts) -> Next | None:
    running = (Improvement.State.IDEA, Improvement.State.ACCEPTED)
    rows = [row for row in facts.rows(Improvement) if row.state in running]
    late = next((row for row in rows if row.due_on and row.due_on < facts.today), None)
    return late and Next(_("%s should be done by now.") % late.reference, facts.edit(late))


def procedures(facts: Facts) -> list[Any]:
    """Procedures for what went wrong: linked with 10.2, or named so."""
    return facts.documents((Document.Kind.PROCEDURE,), r"nonconform|non-conform|corrective", ("10.2",))


def a_procedure(facts: Facts) -> Next | None:
    if any(facts.says_something(row) for row in procedures(facts)):
        return None
    text = _("Write the procedure for nonconformities and corrective action.")
    return Next(text, facts.new("documents", kind=Document.Kind.PROCEDURE.value))


def nonconformities_in_time(facts: Facts) -> Next | None:
    late = facts.first(Nonconformity, state=Nonconformity.State.OPEN, due_on__lt=facts.today)
    return late and Next(_("%s should be closed by now.") % late.reference, late.get_absolute_url())


def _measured_objectives(facts: Facts) -> list[Any]:
    return [row for row in facts.rows(Objective) if row.pk in measured(facts)]


ANSWERS = (
    Answer(
        "8.1",
        ("ai-systems", "controls"),
        lambda facts: facts.in_scope,
        (a_system_in_scope, systems_owned, systems_overseen, a_control_in_operation),
    ),
    Answer("8.2", ("risks",), lambda facts: facts.some(Risk), (a_risk, risks_judged, risks_reviewed)),
    Answer(
        "8.3",
        ("treatments",),
        lambda facts: facts.some(Treatment),
        (a_treatment, a_treatment_done, treatments_in_time),
    ),
    Answer(
        "8.4", ("impact-assessments",), lambda facts: facts.rows(ImpactAssessment), (impact_assessed, impact_repeated)
    ),
    Answer("9.1", ("objectives", "measurements"), _measured_objectives, (objectives_measured,), by_document=True),
    *(
        Answer(code, (), nothing, by_document=True, elsewhere=True)
        for code in ("9.2.1", "9.2.2", "9.3.1", "9.3.2", "9.3.3")
    ),
    Answer(
        "10.1",
        ("improvements",),
        lambda facts: facts.rows(Improvement),
        (an_improvement, improvements_in_time),
        by_document=True,
    ),
    Answer(
        "10.2",
        ("nonconformities", "corrective-actions", "documents"),
        lambda facts: [*procedures(facts), *facts.some(Nonconformity)],
        (a_procedure, nonconformities_in_time),
    ),
)

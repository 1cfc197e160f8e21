"""The gap analysis: it is begun, answered clause by clause, and put to the steps of the plan."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import GapAnswer, PlanStep
from aims.programme.reading import LOOKED_AT, OPEN
from controls.models import Framework, Requirement, requirements_of
from controls.outline import assessable, groups_of
from controls.views.base import ISO_42001
from grc.access.actor import Actor
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.actions.records import change_record

P = Permission


class NotBegun(ValueError):
    """The gap analysis can't begin; ``str()`` says why."""


@dataclass(frozen=True)
class Area:
    """A clause or control area of the standard, such as 4 or A.6, and what is asked in it."""

    head: Requirement
    requirements: list[Requirement]


def framework_of(actor: Actor) -> Framework | None:
    """ISO/IEC 42001, where the organisation uses it."""
    rows = Framework.objects.within(actor.organisation).filter(archived_at=None, catalogue=ISO_42001)
    return rows.order_by("pk").first()


def areas_of(framework: Framework, actor: Actor) -> list[Area]:
    """Every clause and Annex A control that asks something, in the areas of the standard. One query."""
    lines = list(requirements_of(actor.organisation, framework).defer("text", "oscal"))
    groups = groups_of(lines, assessable(lines))
    return [Area(group.head, group.requirements) for group in groups if group.head is not None]


@transaction.atomic
def begin_gap_analysis(*, by: Actor) -> int:
    """An answer for each clause and control that has none yet, not looked at so far. Returns how many were made.

    Raises ``NotBegun`` where the standard is not in use, or every answer is there; ``Denied``.
    """
    require(by, P.PROGRAMME_EDIT)
    framework = framework_of(by)
    if framework is None:
        raise NotBegun(_("Take over the catalogue of ISO/IEC 42001 first."))
    known = GapAnswer.objects.within(by.organisation).filter(archived_at=None).values_list("requirement", flat=True)
    there = set(known)
    asked = [row for area in areas_of(framework, by) for row in area.requirements if row.pk not in there]
    if not asked:
        raise NotBegun(_("Every clause and control has its answer already."))
    answers = [GapAnswer(organisation=by.organisation, requirement=row) for row in asked]
    create_records(records=answers, by=by, reason=_("gap analysis begun"))
    return len(answers)


@transaction.atomic
def answer_gap(*, answer: GapAnswer, lock: int, by: Actor) -> GapAnswer:
    """Save an answer as edited, and since when it is one. Raises ``Denied``, ``StaleRecord``."""
    answer.looked_on = timezone.localdate() if answer.standing in LOOKED_AT else None
    return change_record(record=answer, by=by, lock=lock)


@transaction.atomic
def place_gaps(*, by: Actor) -> int:
    """Put every open gap of no step in use to the step that covers its clause, as far as ``by`` may change it.

    Returns how many found a step. Raises ``Denied``.
    """
    require(by, P.PROGRAMME_EDIT)
    covering = steps_covering(by)
    rows = GapAnswer.objects.permitted(by, P.PROGRAMME_EDIT).filter(archived_at=None, standing__in=OPEN)
    rows = rows.filter(Q(step=None) | Q(step__archived_at__isnull=False))
    placed = 0
    for answer in rows.select_related("key", "requirement"):
        step = covering.get(answer.requirement.code)
        if step is not None and allows(by, P.PROGRAMME_EDIT, answer):
            answer.step = step
            change_record(record=answer, by=by, lock=answer.lock, reason=_("put to the step that covers it"))
            placed += 1
    return placed


def steps_covering(actor: Actor) -> dict[str, PlanStep]:
    """The first step in use that covers a clause or control, by its number; an unfinished one where there is one."""
    rows = PlanStep.objects.permitted(actor, P.PROGRAMME_VIEW).filter(archived_at=None).select_related("key")
    found: dict[str, PlanStep] = {}
    for step in sorted(rows, key=lambda step: (step.done_on is not None, step.reference)):
        for code in step.covers:
            found.setdefault(code, step)
    return found

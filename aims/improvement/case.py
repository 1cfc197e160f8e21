"""How far a nonconformity has come, and what is missing until it may close: plain functions over what was read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import CorrectiveAction, Nonconformity
from evidence.models import EvidenceItem
from grc.models.link import Link
from grc.models.teamwork import Attachment

MAJOR_DAYS = 90
"""A major that has been open for longer stands out; how long it may stay is each certification body's own rule."""


@dataclass(frozen=True)
class Case:
    """A nonconformity with its corrective actions in use, and whether a file or evidence record hangs on it."""

    nonconformity: Nonconformity
    actions: Sequence[CorrectiveAction]
    has_evidence: bool


@dataclass(frozen=True)
class Step:
    """One of the six steps. ``missing`` says in words what it still needs; ``is_next``: the first that needs any."""

    name: str
    missing: tuple[str, ...]
    is_next: bool = False

    @property
    def done(self) -> bool:
        return not self.missing


def read_case(nonconformity: Nonconformity) -> Case:
    """Three queries."""
    rows = CorrectiveAction.objects.within(nonconformity.organisation).filter(
        nonconformity=nonconformity.pk, archived_at=None
    )
    actions = list(rows.select_related("key", "organisation", "owner").order_by("due_on", "pk"))
    return Case(nonconformity, actions, has_evidence(nonconformity))


def has_evidence(nonconformity: Nonconformity) -> bool:
    """Whether a file hangs on it, or a record of the evidence library that is in use is linked with it."""
    organisation = nonconformity.organisation
    if Attachment.objects.within(organisation).filter(about=nonconformity.pk, removed_at=None).exists():
        return True
    items = EvidenceItem.objects.within(organisation).filter(archived_at=None).values("pk")
    links = Link.objects.within(organisation).filter(archived_at=None)
    forth, back = Q(source=nonconformity.pk, target__in=items), Q(target=nonconformity.pk, source__in=items)
    return links.filter(forth | back).exists()


def steps_of(case: Case) -> list[Step]:
    """The six steps in their order, each with what it lacks."""
    found = [
        (_("Put right"), _correction(case.nonconformity)),
        (_("Cause"), () if case.nonconformity.cause.strip() else (_("the cause"),)),
        (_("Similar cases"), () if case.nonconformity.similar.strip() else (_("where else you looked"),)),
        (_("Corrective actions"), _actions(case)),
        (_("Effectiveness"), _effectiveness(case)),
    ]
    closed = case.nonconformity.state == Nonconformity.State.CLOSED
    found.append((_("Closed"), () if closed else (_("that somebody closes it"),)))
    first = next((at for at, (_name, missing) in enumerate(found) if missing), None)
    return [Step(name, tuple(missing), at == first) for at, (name, missing) in enumerate(found)]


def missing_of(case: Case) -> list[str]:
    """Everything that stands between this nonconformity and its end, in words; empty where it may close."""
    return [words for step in steps_of(case)[:-1] for words in step.missing]


def is_ready_for_check(case: Case) -> bool:
    """Whether its effectiveness can be judged: there are actions, and every one of them is done."""
    return not _actions(case)


def is_late(nonconformity: Nonconformity, today: dt.date) -> bool:
    """Whether it is open after its day; a major also after ``MAJOR_DAYS``."""
    if nonconformity.state != Nonconformity.State.OPEN:
        return False
    if nonconformity.due_on is not None and nonconformity.due_on < today:
        return True
    is_major = nonconformity.grade == Nonconformity.Grade.MAJOR
    return is_major and age_of(nonconformity, today) > MAJOR_DAYS


def late(today: dt.date) -> Q:
    """``is_late`` as a condition on open ones."""
    return Q(due_on__lt=today) | Q(grade="major", found_on__lt=today - dt.timedelta(days=MAJOR_DAYS))


def age_of(nonconformity: Nonconformity, today: dt.date) -> int:
    """Days from the day on which it was found until it closed, or until today."""
    days: int = ((nonconformity.closed_on or today) - nonconformity.found_on).days
    return days


def _correction(nonconformity: Nonconformity) -> tuple[str, ...]:
    missing = () if nonconformity.correction.strip() else (_("what was put right"),)
    return (*missing, *(() if nonconformity.corrected_on else (_("when it was put right"),)))


def _actions(case: Case) -> tuple[str, ...]:
    if not case.actions:
        return (_("a corrective action"),)
    if case.nonconformity.verdict == Nonconformity.Verdict.STILL and not _after_check(case):
        return (_("another corrective action, because the check found it still there"),)
    still = [action.reference for action in case.actions if action.done_on is None]
    return (_("that %(references)s is done") % {"references": ", ".join(still)},) if still else ()


def _effectiveness(case: Case) -> tuple[str, ...]:
    missing = []
    if not _is_confirmed(case):
        missing.append(_("that another person finds it gone"))
    if not case.has_evidence:
        missing.append(_("evidence of that: a file here, or a linked record of the evidence library"))
    return tuple(missing)


def _is_confirmed(case: Case) -> bool:
    """Found gone, after the last action was done, by somebody who keeps none of them."""
    nonconformity = case.nonconformity
    if nonconformity.verdict != Nonconformity.Verdict.GONE or nonconformity.checked_at is None:
        return False
    if any(action.owner_id == nonconformity.checked_by_id for action in case.actions):
        return False
    return not _after_check(case)


def _after_check(case: Case) -> bool:
    """Whether an action was added, or done again, since the last check."""
    checked_at: Any = case.nonconformity.checked_at
    day = timezone.localdate(checked_at)
    return any(
        action.created_at > checked_at or action.done_on is None or action.done_on > day for action in case.actions
    )

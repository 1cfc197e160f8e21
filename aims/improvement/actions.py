"""The transitions of a nonconformity: nothing else moves its state or its verdict."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.improvement.case import Case, is_ready_for_check, missing_of, read_case
from aims.models import CorrectiveAction, Improvement, Nonconformity
from controls.models import Control, Requirement, TestRun
from controls.models.test import Result
from controls.serving import served_by
from grc.access.actor import Actor
from grc.access.gate import Denied, require, require_reach
from grc.access.roles import Permission
from grc.actions.records import change_record, create_record, move_record
from grc.models.link import Link
from grc.models.record import Record
from grc.registries import saved

P = Permission


class NotMovable(ValueError):
    """This step cannot be taken now; ``str()`` says in one sentence what is missing."""


def check_effectiveness(
    *,
    nonconformity: Nonconformity,
    by: Actor,
    effect: str,
    effective: bool,
    lock: int,
    at: dt.datetime | None = None,
) -> Nonconformity:
    """Keep what another person found. Found still there, it stays open and asks for another corrective action.

    ``at``: when they looked, where that was not just now. Raises ``NotMovable``, ``Denied``, ``StaleRecord``.
    """
    with transaction.atomic():
        case = _locked(nonconformity)
        require_reach(by, P.IMPROVEMENT_CHECK, nonconformity)
        if nonconformity.state == Nonconformity.State.CLOSED:
            raise NotMovable(_("It is closed. Reopen it before you check it again."))
        _require_another(case, by)
        if not is_ready_for_check(case):
            raise NotMovable(_("There is nothing to check before its corrective actions are done."))
        if not effect.strip():
            raise NotMovable(_("Say what you looked at, and what you found."))
        nonconformity.effect = effect.strip()
        nonconformity.verdict = Nonconformity.Verdict.GONE if effective else Nonconformity.Verdict.STILL
        nonconformity.checked_by, nonconformity.checked_at = by.person, at or timezone.now()
        reason = _("Checked: it is gone") if effective else _("Checked: it is still there, and needs another action")
        return move_record(record=nonconformity, by=by, permission=P.IMPROVEMENT_CHECK, lock=lock, reason=reason)


def close_nonconformity(
    *, nonconformity: Nonconformity, by: Actor, lock: int, on: dt.date | None = None
) -> Nonconformity:
    """Close it, today or on the day when that was done.

    Raises ``NotMovable`` with everything that is missing, ``Denied``, ``StaleRecord``.
    """
    with transaction.atomic():
        case = _locked(nonconformity)
        require_reach(by, P.IMPROVEMENT_EDIT, nonconformity)
        if nonconformity.state == Nonconformity.State.CLOSED:
            raise NotMovable(_("It is closed already."))
        if missing := missing_of(case):
            raise NotMovable(_("It cannot close yet. Missing: %(what)s.") % {"what": "; ".join(missing)})
        nonconformity.state, nonconformity.closed_on = Nonconformity.State.CLOSED, on or timezone.localdate()
        reason = _("Closed")
        return move_record(record=nonconformity, by=by, permission=P.IMPROVEMENT_EDIT, lock=lock, reason=reason)


def reopen_nonconformity(*, nonconformity: Nonconformity, by: Actor, reason: str, lock: int) -> Nonconformity:
    """Open it again, with the check of its effectiveness to be done anew. Raises ``NotMovable``, ``Denied``."""
    require_reach(by, P.IMPROVEMENT_EDIT, nonconformity)
    if nonconformity.state != Nonconformity.State.CLOSED:
        raise NotMovable(_("It is open."))
    if not reason.strip():
        raise NotMovable(_("Say why it is opened again."))
    nonconformity.state, nonconformity.closed_on = Nonconformity.State.OPEN, None
    nonconformity.effect, nonconformity.verdict = "", ""
    nonconformity.checked_by = nonconformity.checked_at = None
    return move_record(
        record=nonconformity, by=by, permission=P.IMPROVEMENT_EDIT, lock=lock, reason=reason.strip()[:100]
    )


@transaction.atomic
def make_nonconformity_of(*, run: TestRun, by: Actor) -> Nonconformity:
    """A nonconformity of a test run that failed, once. Raises ``NotMovable``, ``Denied``."""
    require(by, P.IMPROVEMENT_EDIT)
    if run.result != Result.FAILED or run.archived_at is not None:
        raise NotMovable(_("Only a test run that failed is made a nonconformity."))
    TestRun.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=run.pk)
    if found := nonconformity_of(run):
        raise NotMovable(_("It is one already: %(reference)s.") % {"reference": found.reference})
    test: Any = run.test
    words = _(
        "%(run)s of the test “%(test)s” of %(control)s failed on %(day)s. Exceptions: %(n)d of %(all)d looked at."
    )
    said = {
        "run": run.reference, "test": test.name, "control": test.control, "day": run.done_on.isoformat(),
        "n": run.exceptions, "all": run.sampled,
    }  # fmt: skip
    nonconformity = Nonconformity(
        organisation=by.organisation,
        name=(_("Failed: %(test)s") % {"test": test.name})[:200],
        source=Nonconformity.Source.MONITORING,
        description=f"{words % said}\n\n{run.conclusion}".strip()[:4000],
        requirement=_only_requirement(test.control, by),
        found_on=run.done_on,
        test_run=run,
    )
    return create_record(record=nonconformity, by=by, reason=run.reference)


def _only_requirement(control: Control, by: Actor) -> Requirement | None:
    """The requirement that ``control`` serves, where it serves one only: among several, a person has to choose."""
    served = served_by(by).by_requirement
    found = [requirement for requirement, controls in served.items() if control.pk in controls]
    if len(found) != 1:
        return None
    requirement: Requirement | None = Requirement.objects.permitted(by, P.FRAMEWORKS_VIEW).filter(pk=found[0]).first()
    return requirement


def nonconformity_of(run: TestRun) -> Nonconformity | None:
    """The one in use that was made of ``run``."""
    rows = Nonconformity.objects.within(run.organisation).filter(test_run=run.pk, archived_at=None)
    found: Nonconformity | None = rows.select_related("organisation").first()
    return found


def finish_corrective_action(*, action: CorrectiveAction, by: Actor) -> CorrectiveAction:
    """Done today; one that is done stays as it is. Raises ``Denied``, ``StaleRecord``."""
    require(by, P.IMPROVEMENT_EDIT, action)
    if action.done_on is None:
        action.done_on = timezone.localdate()
    return change_record(record=action, by=by, lock=action.lock)


def accept_improvement(*, improvement: Improvement, by: Actor) -> Improvement:
    """An idea is to be done. Raises ``NotMovable``, ``Denied``."""
    require(by, P.IMPROVEMENT_EDIT, improvement)
    if improvement.state not in (Improvement.State.IDEA, Improvement.State.DROPPED):
        raise NotMovable(_("It is accepted already."))
    improvement.state = Improvement.State.ACCEPTED
    return change_record(record=improvement, by=by, lock=improvement.lock, reason=_("Accepted"))


def finish_improvement(*, improvement: Improvement, by: Actor, result: str, lock: int) -> Improvement:
    """Done today, with what came of it. Raises ``NotMovable``, ``StaleRecord``, ``Denied``."""
    require(by, P.IMPROVEMENT_EDIT, improvement)
    if improvement.state == Improvement.State.DONE:
        raise NotMovable(_("It is done already."))
    if not result.strip():
        raise NotMovable(_("Say what came of it."))
    improvement.state, improvement.result = Improvement.State.DONE, result.strip()
    improvement.done_on = improvement.done_on or timezone.localdate()
    return change_record(record=improvement, by=by, lock=lock, reason=_("Done"))


@saved.add(order=60)
def keep_closed(record: Record, by: Actor) -> None:
    """No action of a closed nonconformity comes, goes or changes, and no link of it ends, by whatever way.

    Closing and this wait in line: whichever comes second sees what the first has done.
    """
    if isinstance(record, CorrectiveAction):
        ends: tuple[int | None, ...] = (record.nonconformity_id,)
    elif isinstance(record, Link) and record.archived_at is not None:
        ends = (record.source_id, record.target_id)
    else:
        return
    rows = Nonconformity.objects.within(record.organisation).filter(pk__in=ends).order_by("pk")
    if Nonconformity.State.CLOSED in rows.select_for_update(of=("self",)).values_list("state", flat=True):
        raise Denied(_("Its nonconformity is closed. Reopen that before you change it."))


def _locked(nonconformity: Nonconformity) -> Case:
    """The case as it stands, which no action can change until this transaction ends."""
    rows = Nonconformity.objects.within(nonconformity.organisation).filter(pk=nonconformity.pk)
    rows.select_for_update(of=("self",)).values_list("pk", flat=True).get()
    return read_case(nonconformity)


def _require_another(case: Case, by: Actor) -> None:
    if by.person is None:
        raise Denied(_("A person checks effectiveness, no software."))
    owners = {case.nonconformity.owner_id, *(action.owner_id for action in case.actions)}
    if by.person.pk in owners:
        raise Denied(_("Somebody else checks this: you keep it, or one of its corrective actions."))

"""Exit plans: their rehearsals, and which are due or missing."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record
from vendors.models import ExitPlan, Vendor
from vendors.using.guide import WEIGHTY

Result = ExitPlan.Result


class NotRehearsed(ValueError):
    """This is no rehearsal; ``str()`` says why."""


def rehearse_exit(
    *,
    plan: ExitPlan,
    on: dt.date,
    result: str,
    learned: str,
    next_on: dt.date | None,
    lock: int,
    by: Actor,
) -> ExitPlan:
    """Keep that the plan was tried, and when it is next. Raises ``NotRehearsed``, ``StaleRecord``, ``Denied``."""
    require(by, Permission.VENDORS_EDIT, plan)
    if on > timezone.localdate():
        raise NotRehearsed(_("This day has not come yet."))
    if result not in set(Result.values) - {Result.NEVER}:
        raise NotRehearsed(_("Say whether it worked."))
    if plan.rehearsed_on is not None and on < plan.rehearsed_on:
        raise NotRehearsed(_("It was rehearsed later than that already."))
    if result != Result.WORKED and not learned.strip():
        raise NotRehearsed(_("Say what did not work: that is what a rehearsal is for."))
    if next_on is not None and next_on <= on:
        raise NotRehearsed(_("The next rehearsal comes after this one."))
    plan.rehearsed_on, plan.rehearsal, plan.review_on = on, result, next_on
    plan.rehearsal_note = learned.strip()
    return change_record(record=plan, by=by, lock=lock, reason=_("Rehearsed"))


def vendors_without_exit(actor: Actor) -> Any:
    """Vendors of high or critical weight that this actor may change, without any exit plan."""
    covered = ExitPlan.objects.within(actor.organisation).filter(archived_at=None)
    rows: Any = Vendor.objects.permitted(actor, Permission.VENDORS_EDIT)
    rows = rows.filter(archived_at=None, ended_on=None, criticality__in=WEIGHTY)
    return rows.exclude(pk__in=covered.values("vendor")).order_by("pk")


def plans_that_failed(actor: Actor) -> Any:
    """Exit plans whose last rehearsal did not work, or did only in part."""
    rows: Any = ExitPlan.objects.permitted(actor, Permission.VENDORS_EDIT).filter(
        archived_at=None, rehearsal__in=(Result.FAILED, Result.PARTLY), vendor__archived_at=None, vendor__ended_on=None
    )
    return rows.order_by("pk")

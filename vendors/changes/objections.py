"""Objections to an announced change: what came when, whether in time, and how it was settled."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require_reach
from grc.access.roles import Permission
from grc.actions.records import move_record
from vendors.changes.actions import NotMovable
from vendors.changes.recipients import today_of
from vendors.clock import is_in_time, local_day, zone_of
from vendors.models import SubprocessorChange, SubprocessorNotice

P = Permission


@transaction.atomic
def record_objection(
    *,
    notice: SubprocessorNotice,
    by: Actor,
    objection: str,
    lock: int,
    received_at: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> SubprocessorNotice:
    """Keep what a customer objects to, as received at an instant; what came late is kept as late.

    Another objection may follow one that is settled. Raises ``NotMovable``, ``Denied``, ``StaleRecord``.
    """
    notice = _locked(notice, by)
    now = at or timezone.now()
    received = received_at or now
    if notice.change.state == SubprocessorChange.State.WITHDRAWN:
        raise NotMovable(_("The change was withdrawn: there is nothing to object to."))
    if notice.is_unsettled:
        raise NotMovable(_("There is an objection of theirs already. Settle it first."))
    if not objection.strip():
        raise NotMovable(_("Write down what they object to."))
    if received > now or received < (notice.change.announced_at or notice.created_at):
        raise NotMovable(_("It came between the announcement and now."))
    zone = zone_of(notice.time_zone)
    notice.objection, notice.objected_at = objection.strip(), received
    notice.objected_on = local_day(received, zone)
    notice.answered_on, notice.answer = None, ""
    in_time = is_in_time(received, notice.object_until, zone)
    reason = _("Objection in time") if in_time else _("Objection after the last day")
    return move_record(record=notice, by=by, permission=P.CUSTOMERS_EDIT, lock=lock, reason=reason)


@transaction.atomic
def settle_objection(
    *, notice: SubprocessorNotice, by: Actor, answer: str, lock: int, at: dt.datetime | None = None
) -> SubprocessorNotice:
    """Say how an objection was settled. Raises ``NotMovable``, ``Denied``, ``StaleRecord``."""
    notice = _locked(notice, by)
    if not notice.is_unsettled:
        raise NotMovable(_("There is no open objection."))
    if not answer.strip():
        raise NotMovable(_("Say how it was settled, and with whom."))
    notice.answer, notice.answered_on = answer.strip(), today_of(at or timezone.now())
    return move_record(record=notice, by=by, permission=P.CUSTOMERS_EDIT, lock=lock, reason=_("Settled"))


def _locked(notice: SubprocessorNotice, by: Actor) -> SubprocessorNotice:
    """The notice as it stands, with its change, which cannot take effect until this transaction ends."""
    require_reach(by, P.CUSTOMERS_EDIT, notice)
    changes = SubprocessorChange.objects.within(by.organisation).select_for_update(of=("self",))
    changes.values_list("pk", flat=True).get(pk=notice.change_id)
    rows = SubprocessorNotice.objects.within(by.organisation).select_related("key", "change", "customer", "subscriber")
    row: SubprocessorNotice = rows.get(pk=notice.pk)
    row.organisation = by.organisation
    return row

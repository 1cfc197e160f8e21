"""The transitions of our list of subprocessors: nothing else moves the state of a change or of a subprocessor."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.access.gate import require_reach
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.actions.outbox import queue_mail
from grc.actions.records import move_record
from vendors.changes.letters import announcement, withdrawal
from vendors.changes.recipients import (
    Recipient,
    active_subscribers,
    commitments_in_force,
    earliest_of,
    recipients_of,
    today_of,
)
from vendors.clock import closes_at, zone_of
from vendors.models import Subprocessor, SubprocessorChange, SubprocessorNotice

P = Permission
Kind, State = SubprocessorChange.Kind, SubprocessorChange.State


class NotMovable(ValueError):
    """This step cannot be taken now; ``str()`` says why, and what would let it."""


@transaction.atomic
def announce_change(
    *,
    change: SubprocessorChange,
    by: Actor,
    lock: int,
    told_otherwise: bool = False,
    at: dt.datetime | None = None,
) -> SubprocessorChange:
    """Tell everybody whom a contract or a subscription says to tell, each with their own last day to object.

    ``told_otherwise``: customers without an address are told in another way today. Announced twice, it is announced
    once. Raises ``NotMovable`` with the earliest day that is possible, ``Denied``, ``StaleRecord``.
    """
    change = _locked(change, by)
    if change.state == State.ANNOUNCED:
        return change
    now = at or timezone.now()
    recipients = recipients_of(change, now)
    _require_announceable(change, recipients, now, told_otherwise)
    change.state, change.announced_at = State.ANNOUNCED, now
    change.object_until = max([today_of(now), *(one.object_until for one in recipients)])
    notices = [_notice(change, one) for one in recipients]
    create_records(records=notices, by=by, reason=change.reference)
    for notice in notices:
        if notice.email:
            subject, text = announcement(change, notice)
            queue_mail(organisation=by.organisation, to=[notice.email], subject=subject, text=text)
    return _move(change, by, lock, _("Announced to %(n)d") % {"n": len(notices)})


@transaction.atomic
def put_in_effect(*, change: SubprocessorChange, by: Actor, at: dt.datetime | None = None) -> SubprocessorChange:
    """The change takes place, and the list says so. Done twice, it is done once.

    Raises ``NotMovable`` while somebody's time runs or an objection in time is not settled, and says whose; ``Denied``.
    """
    change = _locked(change, by)
    if change.state == State.IN_EFFECT:
        return change
    now = at or timezone.now()
    if held := held_back(change, now):
        raise NotMovable(" ".join(held))
    today = today_of(now)
    if change.kind == Kind.REMOVE:
        _end(change.subprocessor, by, today, change.reference)
    else:
        _begin(change.subprocessor, by, today, change.reference)
    if change.kind == Kind.REPLACE and change.replaces is not None:
        _end(change.replaces, by, today, change.reference)
    change.state = State.IN_EFFECT
    return _move(change, by, change.lock, _("In effect"))


@transaction.atomic
def withdraw_change(*, change: SubprocessorChange, by: Actor, reason: str, lock: int) -> SubprocessorChange:
    """It will not take place; who was told of it is told so. Raises ``NotMovable``, ``Denied``, ``StaleRecord``."""
    change = _locked(change, by)
    if change.state not in (State.DRAFT, State.ANNOUNCED):
        raise NotMovable(_("It is in effect, or withdrawn already."))
    if not reason.strip():
        raise NotMovable(_("Say why it is withdrawn: whoever was told reads this."))
    was_told = change.state == State.ANNOUNCED
    change.state, change.ended_reason = State.WITHDRAWN, reason.strip()[:300]
    moved = _move(change, by, lock, _("Withdrawn"))
    if was_told:
        subject, text = withdrawal(change)
        addresses = set(change.notices.exclude(email="").values_list("email", flat=True))
        queue_mail(organisation=by.organisation, to=addresses, subject=subject, text=text)
    return moved


@transaction.atomic
def list_existing(
    *, subprocessor: Subprocessor, by: Actor, since: dt.date, reason: str, lock: int, at: dt.datetime | None = None
) -> Subprocessor:
    """Put on the list who processed data already: before this organisation came to Assay, or before anybody was owed
    a notice. Raises ``NotMovable``, ``Denied``, ``StaleRecord``."""
    require_reach(by, P.CUSTOMERS_EDIT, subprocessor)
    rows = Subprocessor.objects.within(by.organisation).select_for_update(of=("self",)).select_related("key")
    row: Subprocessor = rows.get(pk=subprocessor.pk)
    row.organisation = by.organisation
    if row.state != Subprocessor.State.PLANNED:
        raise NotMovable(_("It is on the list already, or was removed from it."))
    if not reason.strip():
        raise NotMovable(_("Say how you know that no notice is owed."))
    open_change = row.changes.filter(state__in=(State.DRAFT, State.ANNOUNCED), archived_at=None).first()
    if open_change is not None:
        raise NotMovable(_("It comes through %(reference)s.") % {"reference": open_change.reference})
    now = at or timezone.now()
    if since > today_of(now):
        raise NotMovable(_("This day has not come yet: announce it."))
    if owed := _owed(since, by, now):
        names = ", ".join(owed)
        raise NotMovable(
            _("A notice is owed to %(names)s, who were there before that day: announce it.") % {"names": names}
        )
    row.state, row.since = Subprocessor.State.CURRENT, since
    return move_record(record=row, by=by, permission=P.CUSTOMERS_EDIT, lock=lock, reason=reason.strip()[:100])


def held_back(change: SubprocessorChange, now: dt.datetime) -> list[str]:
    """Why it cannot take effect at this instant, a sentence each; none where it can. One query."""
    if change.state != State.ANNOUNCED:
        return [_("Only what was announced takes effect.")]
    held = []
    if today_of(now) < change.effective_on:
        held.append(_("It takes effect on %(day)s.") % {"day": formats.day(change.effective_on)})
    notices = list(change.notices.filter(archived_at=None).select_related("customer", "subscriber").order_by("pk"))
    for one in notices:
        if now < closes_at(one.object_until, zone_of(one.time_zone)) and change.kind != Kind.REMOVE:
            day = formats.day(one.object_until)
            zone = zone_of(one.time_zone).key
            said = {"who": one.told, "day": day, "zone": zone}
            held.append(_("%(who)s may object until the end of %(day)s (%(zone)s).") % said)
    unsettled = [one for one in notices if one.is_unsettled and not one.is_late]
    return held + [_("The objection of %(who)s is not settled.") % {"who": one.told} for one in unsettled]


def not_announceable(change: SubprocessorChange) -> str:
    """What is wrong with a draft itself, whatever the day; empty where nothing is. Two queries."""
    listed, planned = Subprocessor.State.CURRENT, Subprocessor.State.PLANNED
    coming = change.subprocessor
    if change.owner is None:
        return _("Give it an owner: objections go to them.")
    if change.kind == Kind.REMOVE and coming.state != listed:
        return _("%(name)s is not on the list.") % {"name": coming.name}
    if change.kind != Kind.REMOVE and coming.state != planned:
        return _("%(name)s is on the list already, or was removed from it.") % {"name": coming.name}
    if coming.archived_at is not None:
        return _("%(name)s is archived.") % {"name": coming.name}
    if change.kind == Kind.REPLACE and (change.replaces is None or change.replaces.state != listed):
        return _("What it replaces is not on the list.")
    ends = {coming.pk, change.replaces_id} - {None}
    others = SubprocessorChange.objects.within(change.organisation).filter(state=State.ANNOUNCED, archived_at=None)
    for other in others.exclude(pk=change.pk):
        if ends & {other.subprocessor_id, other.replaces_id}:
            return _("%(reference)s is announced for the same company.") % {"reference": other.reference}
    return ""


def _require_announceable(
    change: SubprocessorChange, recipients: list[Recipient], now: dt.datetime, told_otherwise: bool
) -> None:
    if change.state != State.DRAFT or change.archived_at is not None:
        raise NotMovable(_("Only a draft is announced."))
    if wrong := not_announceable(change):
        raise NotMovable(wrong)
    earliest = earliest_of(recipients, now)
    if change.effective_on < earliest:
        said = {"day": formats.day(earliest)}
        raise NotMovable(_("Announced now, it may take effect on %(day)s at the earliest.") % said)
    unreachable = [one.name for one in recipients if not one.email]
    if unreachable and not told_otherwise:
        names = ", ".join(unreachable)
        raise NotMovable(
            _("There is no address for %(names)s. Add it, or tell them in another way.") % {"names": names}
        )


def _notice(change: SubprocessorChange, one: Recipient) -> SubprocessorNotice:
    owner = (one.customer or change).owner or change.owner
    return SubprocessorNotice(
        organisation=change.organisation, owner=owner, change=change, customer=one.customer, subscriber=one.subscriber,
        email=one.email, days=one.days, time_zone=one.time_zone, object_until=one.object_until,
    )  # fmt: skip


def _owed(since: dt.date, by: Actor, now: dt.datetime) -> list[str]:
    """Who was there on that day and had to be told, if it came after this organisation came to Assay."""
    if since <= today_of(by.organisation.created_at):
        return []
    customers = [one.name for one in commitments_in_force(by.organisation, today_of(now)) if _before(one, since)]
    subscribers = active_subscribers(by.organisation, today_of(now))
    return customers + [one.title for one in subscribers if today_of(one.created_at) < since]


def _before(commitment: Any, since: dt.date) -> bool:
    return commitment.signed_on is None or commitment.signed_on < since


def _begin(subprocessor: Subprocessor, by: Actor, on: dt.date, reason: str) -> None:
    subprocessor.state, subprocessor.since = Subprocessor.State.CURRENT, on
    _moved(subprocessor, by, reason)


def _end(subprocessor: Subprocessor, by: Actor, on: dt.date, reason: str) -> None:
    subprocessor.state, subprocessor.until = Subprocessor.State.REMOVED, on
    _moved(subprocessor, by, reason)


def _moved(subprocessor: Subprocessor, by: Actor, reason: str) -> None:
    move_record(record=subprocessor, by=by, permission=P.CUSTOMERS_EDIT, lock=subprocessor.lock, reason=reason)


def _locked(change: SubprocessorChange, by: Actor) -> SubprocessorChange:
    """The change with its subprocessors as they stand now, which nobody else moves until this transaction ends.

    Raises ``Denied``.
    """
    require_reach(by, P.CUSTOMERS_EDIT, change)
    rows = SubprocessorChange.objects.within(by.organisation).select_for_update(of=("self",))
    row: SubprocessorChange = rows.select_related("key", "owner").get(pk=change.pk)
    row.organisation = by.organisation
    ends = Subprocessor.objects.within(by.organisation).filter(pk__in=[row.subprocessor_id, row.replaces_id])
    found = {one.pk: one for one in ends.select_for_update(of=("self",)).select_related("key").order_by("pk")}
    for one in found.values():
        one.organisation = by.organisation
    row.subprocessor = found[row.subprocessor_id]
    row.replaces = found.get(row.replaces_id)
    return row


def _move(change: SubprocessorChange, by: Actor, lock: int, reason: str) -> SubprocessorChange:
    return move_record(record=change, by=by, permission=P.CUSTOMERS_EDIT, lock=lock, reason=reason)

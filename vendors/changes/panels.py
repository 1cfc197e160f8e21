"""What stands on the pages of changes, notices and commitments beside their fields."""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible, allows, require_reach
from grc.models.record import Record
from grc.registers.register import registers
from vendors.changes.actions import held_back, not_announceable
from vendors.changes.inbound import left, objection_text, tone_of_left
from vendors.changes.promises import against
from vendors.changes.recipients import commitments_in_force, earliest_of, recipients_of, today_of
from vendors.clock import closes_at, deadline, zone_of
from vendors.models import CustomerCommitment, SubprocessorChange, SubprocessorNotice, VendorNotice

State = SubprocessorChange.State


def may_move(actor: Actor, record: Record) -> bool:
    """Whether this person may take steps of it, also where nobody edits it any more."""
    try:
        require_reach(actor, registers.of(type(record)).edit, record)
    except (Denied, NotVisible):
        return False
    return record.archived_at is None


def change_panel(change: SubprocessorChange, actor: Actor) -> dict[str, Any]:
    """A draft: who would be told, until when, and from when it could take effect. Later: who was told, and what they
    said, and what still holds it back."""
    now, register, may = timezone.now(), registers.of(SubprocessorChange), may_move(actor, change)
    panel: dict[str, Any] = {"change": change, "lock": change.lock, "may": may, "removal": change.kind == "remove"}
    if may and change.state in (State.DRAFT, State.ANNOUNCED):
        panel["withdraw_url"] = register.url("withdraw", change)
    if change.state == State.DRAFT:
        recipients = recipients_of(change, now)
        earliest = earliest_of(recipients, now)
        panel |= {
            "recipients": recipients,
            "earliest": earliest,
            "too_early": change.effective_on < earliest,
            "wrong": not_announceable(change),
            "unreachable": [one for one in recipients if not one.email],
        }
        if may and not panel["wrong"] and not panel["too_early"]:
            panel["announce_url"] = register.url("announce", change)
        return panel
    panel["notices"] = [(one, tone_of_notice(one, now), is_open(one, now)) for one in _notices(change)]
    panel["may_object"] = may and change.state != State.WITHDRAWN
    if change.state == State.ANNOUNCED:
        panel["held"] = held_back(change, now)
        if may and not panel["held"]:
            panel["in_effect_url"] = register.url("in-effect", change)
    return panel


def _notices(change: SubprocessorChange) -> "list[SubprocessorNotice]":
    rows = change.notices.filter(archived_at=None).select_related("organisation", "customer", "subscriber")
    return list(rows.order_by("-object_until", "pk"))


def is_open(notice: SubprocessorNotice, now: dt.datetime) -> bool:
    """Whether they may still object."""
    return now < closes_at(notice.object_until, zone_of(notice.time_zone))


def tone_of_notice(notice: SubprocessorNotice, now: dt.datetime) -> str:
    if notice.is_unsettled:
        return "orange" if notice.is_late else "red"
    return "blue" if is_open(notice, now) else "green"


def inbound_panel(notice: VendorNotice, actor: Actor) -> dict[str, Any]:
    """The vendor's clock: how many days are left, which record says how many there are, and words to object with."""
    today = timezone.localdate()
    is_decided = notice.decision != VendorNotice.Decision.OPEN
    may = allows(actor, registers.of(VendorNotice).edit, notice) and notice.archived_at is None
    days = notice.days_that_count()
    remaining = left(notice, today)
    return {
        "notice": notice,
        "days": days,
        "source": days.source if days else None,
        "left": remaining,
        "over": remaining is not None and remaining < 0,
        "tone": "" if is_decided else tone_of_left(remaining),
        "is_decided": is_decided,
        "decide_url": registers.of(VendorNotice).url("decide", notice) if may and not is_decided else "",
        "text": objection_text(notice, actor) if not is_decided else "",
        "unrecorded": not is_decided and days is None,
    }


def commitment_panel(commitment: CustomerCommitment, actor: Actor) -> dict[str, Any]:
    """What runs from a commitment: notices with their last days, hours for incidents, and what stands against it."""
    now = timezone.now()
    notices = commitment.notices.filter(archived_at=None).select_related("organisation", "change", "customer")
    rows = [(one, tone_of_notice(one, now), is_open(one, now)) for one in notices.order_by("-object_until", "pk")[:50]]
    in_force = commitments_in_force(actor.organisation, today_of(now)).filter(pk=commitment.pk).exists()
    return {
        "commitment": commitment,
        "zone": zone_of(commitment.time_zone),
        "rows": rows,
        "in_force": in_force,
        "told_by": deadline(now, commitment.incident_hours) if in_force and commitment.incident_hours else None,
        "against": against([commitment], actor) if in_force else [],
    }

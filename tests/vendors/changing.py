"""Customers, subprocessors and changes as far as a test needs them."""

import datetime as dt
from typing import Any

from grc.access.actor import Actor
from tests.factories import make
from vendors.changes.actions import announce_change, list_existing
from vendors.models import CustomerCommitment, Subprocessor, SubprocessorChange, SubprocessorNotice

NOON = dt.datetime(2028, 1, 30, 12, tzinfo=dt.UTC)
"""Thirty days before a leap day."""


def customer(by: Actor, name: str, days: int = 30, zone: str = "", **fields: Any) -> CustomerCommitment:
    address = {"contact_email": f"{name.lower()}@customer.example"} | fields
    made: CustomerCommitment = make("customer-commitments", by, name=name, notice_days=days, time_zone=zone, **address)
    return made


def draft(by: Actor, **fields: Any) -> SubprocessorChange:
    owner = {"owner": by.person} if by.person else {}
    values = {"effective_on": dt.date(2028, 6, 1), "reason": "More capacity.", **owner} | fields
    made: SubprocessorChange = make("subprocessor-changes", by, **values)
    return made


def announced(by: Actor, at: dt.datetime = NOON, **fields: Any) -> SubprocessorChange:
    made = draft(by, **fields)
    return announce_change(change=made, by=by, lock=made.lock, at=at)


def listed(by: Actor, **fields: Any) -> Subprocessor:
    """On the list since before anybody could be owed a notice."""
    made: Subprocessor = make("subprocessors", by, **fields)
    since = dt.date(2024, 5, 1)
    return list_existing(subprocessor=made, by=by, since=since, reason="Annex III since 2024.", lock=made.lock)


def notice_of(change: SubprocessorChange, name: str) -> SubprocessorNotice:
    return next(one for one in notices_of(change) if one.told == name)


def notices_of(change: SubprocessorChange) -> list[SubprocessorNotice]:
    rows = SubprocessorNotice.objects.within(change.organisation).filter(change=change)
    return list(rows.select_related("key", "organisation", "change", "customer", "subscriber").order_by("pk"))


def fresh(record: Any) -> Any:
    rows = type(record).objects.within(record.organisation).select_related("key", "organisation", "owner")
    return rows.get(pk=record.pk)

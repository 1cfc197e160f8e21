"""Who is told of a change of our subprocessors, and until when each of them may object."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from grc.models.organisation import Organisation
from vendors.clock import earliest_effective, local_day, object_until, zone_of
from vendors.models import CustomerCommitment, SubprocessorChange, Subscriber

USUAL_DAYS = 30
"""For who is told without a contract that names days."""


@dataclass(frozen=True)
class Recipient:
    """A customer by their contract, or a subscriber. Without ``email`` they have to be told in another way."""

    name: str
    email: str
    days: int
    time_zone: str
    object_until: dt.date
    customer: CustomerCommitment | None = None
    subscriber: Subscriber | None = None


def today_of(at: dt.datetime) -> dt.date:
    """The organisation's own day at an instant."""
    return local_day(at, zone_of(""))


def commitments_in_force(organisation: Organisation, on: dt.date) -> "QuerySet[CustomerCommitment]":
    """What binds us on a day: signed by then, as far as is known, and not ended."""
    rows = CustomerCommitment.objects.within(organisation).filter(
        Q(signed_on=None) | Q(signed_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), archived_at=None
    )
    return rows.select_related("organisation").order_by("name", "pk")


def active_subscribers(organisation: Organisation, on: dt.date) -> "QuerySet[Subscriber]":
    rows = Subscriber.objects.within(organisation).filter(Q(ended_on=None) | Q(ended_on__gt=on), archived_at=None)
    return rows.select_related("organisation").order_by("email", "pk")


def recipients_of(change: SubprocessorChange, at: dt.datetime) -> list[Recipient]:
    """Everybody who is to be told if ``change`` is announced at this instant. Two queries.

    Nobody objects to a removal (GDPR Art. 28(2) speaks of additions and replacements): its days are none.
    """
    on = today_of(at)
    removal = change.kind == SubprocessorChange.Kind.REMOVE
    found = []
    for one in commitments_in_force(change.organisation, on):
        days = 0 if removal else one.notice_days
        until = object_until(at, days, zone_of(one.time_zone))
        found.append(Recipient(one.name, one.contact_email, days, one.time_zone, until, customer=one))
    customers = {one.email.lower() for one in found}
    for person in active_subscribers(change.organisation, on):
        if person.email.lower() not in customers:  # who has a contract is told by its days
            days = 0 if removal else USUAL_DAYS
            until = object_until(at, days, zone_of(""))
            found.append(Recipient(person.title, person.email, days, "", until, subscriber=person))
    return found


def earliest_of(recipients: Sequence[Recipient], at: dt.datetime) -> dt.date:
    """The first day on which a change may take effect that is announced to them at this instant."""
    return earliest_effective(today_of(at), [one.object_until for one in recipients])

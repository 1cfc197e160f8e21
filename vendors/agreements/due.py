"""Agreements for which something has to be done soon, found without reading those for which nothing has."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.agreements.cautions import AHEAD, SOON
from vendors.agreements.lacks import CHECK_MONTHS
from vendors.agreements.needing import needing_dpa
from vendors.agreements.standing import Cover, covers_of
from vendors.agreements.terms import months_after, term_of
from vendors.models import Agreement, Offering

MOST = 500
"""So many offerings are looked through at once."""

STOPPED = (Offering.State.REFUSED, Offering.State.ENDED)


def notice_due(rows: Any, today: dt.date) -> dict[int, dt.date]:
    """By when notice is due, for those of ``rows`` where that is within ``AHEAD``, by their keys. One query.

    Only what renews by itself is read, and of it only its dates.
    """
    renewing = rows.filter(
        renewal=Agreement.Renewal.AUTOMATIC, notice_days__isnull=False, ended_on=None, archived_at=None
    ).only("ends_on", "effective_on", "signed_on", "renewal", "renewal_months", "notice_days", "ended_on")
    terms = {agreement.pk: term_of(agreement, today) for agreement in renewing.order_by("pk")}
    return {pk: term.notice_by for pk, term in terms.items() if term.notice_by and term.notice_by <= today + AHEAD}


def ending(today: dt.date) -> Q:
    """Those that have ended or will within ``AHEAD``, and are not archived."""
    last = today + AHEAD
    by_itself = Q(ended_on=None, ends_on__lte=last) & ~Q(renewal=Agreement.Renewal.AUTOMATIC)
    return Q(archived_at=None) & (by_itself | Q(ended_on__lte=last))


def framework_check_due(today: dt.date) -> Q:
    """Those that rest on the Data Privacy Framework, in use, whose look at its list is too old or soon will be."""
    in_use = Q(archived_at=None) & (Q(ended_on=None) | Q(ended_on__gte=today))
    old = Q(dpf_checked_on=None) | Q(dpf_checked_on__lt=first_holding(today + SOON))
    return in_use & Q(kind=Agreement.Kind.DPA, transfer=Agreement.Transfer.DPF) & old


def first_holding(day: dt.date) -> dt.date:
    """The earliest day on which a look at the list still holds on ``day``."""
    first = months_after(day, -CHECK_MONTHS) - dt.timedelta(days=1)
    while months_after(first, CHECK_MONTHS) < day:
        first += dt.timedelta(days=1)
    return first


def uncovered(actor: Actor, permission: Permission) -> list[tuple[Offering, Cover]]:
    """The offerings that ``actor`` holds ``permission`` on, that need a DPA, and that none covers."""
    return [(one, cover) for one, cover in reached(actor, permission) if cover.dpa is None]


def reached(actor: Actor, permission: Permission) -> list[tuple[Offering, Cover]]:
    """The offerings in use or asked for that need a DPA, each with what covers it. Five queries."""
    rows = Offering.objects.permitted(actor, permission).filter(needing_dpa(actor.organisation), archived_at=None)
    found = rows.exclude(state__in=STOPPED).select_related("key", "organisation", "vendor")
    offerings = list(found.order_by("pk")[:MOST])
    covers = covers_of(offerings, timezone.localdate())
    return [(one, covers[one.pk]) for one in offerings]

"""When a fact is stale, and whether it may be cited: in an answer, a review, a statement."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from grc import formats
from grc.models.organisation import Organisation
from vendors.models.fact import VendorFact

UNVERIFIED = VendorFact.Confidence.UNVERIFIED


class FactIsStale(ValueError):
    """The fact may not be cited; ``str()`` says in one sentence why, and what to do."""


def stale_on_of(fact: VendorFact) -> dt.date | None:
    """The first day on which ``fact`` is stale, as it stands in memory; None where nobody ever verified it.

    The database computes the field ``stale_on`` alike, so that no way of saving can leave it wrong.
    """
    if fact.verified_on is None:
        return None
    return fact.verified_on + dt.timedelta(days=fact.good_for_days)


def is_stale(fact: VendorFact, today: dt.date) -> bool:
    """Whether its source was looked at too long ago, or never. ``today`` is the reader's day."""
    stale_on = stale_on_of(fact)
    return stale_on is None or today >= stale_on


def why_not_citable(fact: VendorFact, today: dt.date) -> str:
    """Why ``fact`` may not be cited on ``today``, in a sentence; empty where it may."""
    if fact.archived_at is not None:
        return _("%(fact)s is archived.") % {"fact": fact}
    if fact.verified_on is None or fact.confidence == UNVERIFIED:
        return _("%(fact)s is not verified: look at its source first.") % {"fact": fact}
    if is_stale(fact, today):
        said = {"fact": fact, "day": formats.day(fact.verified_on)}
        return _("%(fact)s is stale: its source was last looked at on %(day)s. Verify it again first.") % said
    return ""


def require_citable(fact: VendorFact, today: dt.date) -> None:
    """Raise ``FactIsStale`` unless ``fact`` may be cited on ``today``."""
    if sentence := why_not_citable(fact, today):
        raise FactIsStale(sentence)


def citable(organisation: Organisation, today: dt.date) -> "QuerySet[Any]":
    """The facts of ``organisation`` that may be cited on ``today``."""
    rows: QuerySet[Any] = VendorFact.objects.within(organisation).filter(is_citable_on(today))
    return rows


def is_citable_on(today: dt.date) -> Q:
    """The same as a condition on facts."""
    return Q(archived_at=None, stale_on__gt=today) & ~Q(confidence=UNVERIFIED)


def is_stale_on(today: dt.date) -> Q:
    """Facts whose source was looked at too long ago, or never, as a condition."""
    return Q(stale_on=None) | Q(stale_on__lte=today)

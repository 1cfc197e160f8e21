"""What one person is told in one organisation."""

from typing import Any

from django.db.models import QuerySet

from grc.access.actor import Actor
from grc.models.notice import Notice
from grc.registers.sight import about_seen

MOST_COUNTED = 99


def notices_of(actor: Actor) -> "QuerySet[Any]":
    """The actor's notices, newest first, without those about records that they may not see any more."""
    if actor.person is None:
        return Notice.unscoped.none()
    rows = about_seen(Notice.objects.within(actor.organisation).filter(person=actor.person), actor)
    return rows.order_by("-created_at", "-pk")


def unread_count(actor: Actor) -> int:
    """How many the actor has not read, one more than ``MOST_COUNTED`` at most."""
    unread = Notice.objects.within(actor.organisation).filter(person=actor.person, read_at=None)
    if actor.person is None or not unread.exists():
        return 0  # every page asks, and what one may see of each register takes longer to ask than all else of a page
    return int(notices_of(actor).filter(read_at=None).order_by()[: MOST_COUNTED + 1].count())

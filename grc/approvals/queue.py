"""Lists of reviews: what waits for a person, what they sent, what they decided, what is there at all."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.approvals.standing import reviews_seen_by, whole
from grc.models.approval import Approval, Review

SHOWS: dict[str, str | Promise] = {
    "waiting": _("Waiting for me"),
    "sent": _("Sent by me"),
    "decided": _("Decided by me"),
    "all": _("All that I may see"),
}
TONES = {
    "in-review": "blue",
    "approved": "green",
    "rejected": "red",
    "withdrawn": "secondary",
    "superseded": "secondary",
}


@dataclass(frozen=True)
class Tab:
    key: str
    name: str | Promise
    count: int
    chosen: bool


def usual_show(actor: Actor) -> str:
    """What somebody comes for: approvers for what waits for them, others for what they sent."""
    return "waiting" if actor.can(Permission.APPROVE) else "sent"


def reviews_for(actor: Actor, show: str) -> "QuerySet[Review]":
    """The reviews of one list (a key of ``SHOWS``), the most urgent or the latest first."""
    rows = whole(_of(actor, show))
    if show == "waiting":
        return rows.order_by(F("due_on").asc(nulls_last=True), "sent_at", "pk")
    return rows.order_by("-sent_at", "-pk")


def tabs_for(actor: Actor, chosen: str) -> list[Tab]:
    return [Tab(show, name, _of(actor, show).count(), show == chosen) for show, name in SHOWS.items()]


def _of(actor: Actor, show: str) -> "QuerySet[Review]":
    reviews = reviews_seen_by(actor)
    if show == "all":
        return reviews
    if actor.person is None:
        return reviews.none()
    if show == "sent":
        return reviews.filter(author=actor.person)
    mine = Approval.objects.within(actor.organisation).filter(approver=actor.person)
    if show == "waiting":
        return reviews.filter(state=Review.State.IN_REVIEW, pk__in=mine.filter(decision="").values("review"))
    return reviews.filter(pk__in=mine.exclude(decision="").values("review"))

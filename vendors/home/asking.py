"""Questionnaires on the home page of whoever sent them: unanswered while the end is near, answered and not read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, Work, todos
from vendors.asking.comparing import pairs_of
from vendors.models import ReviewAnswer, VendorAsk, VendorReview

P = Permission
SOON = dt.timedelta(days=3)
MOST = 20


@todos.add(order=71)
def asks_to_look_after(actor: Actor) -> Iterator[Todo]:
    """The actor's own, of reviews that are under way."""
    if actor.person is None or not actor.can(P.VENDORS_EDIT):
        return
    rows: Any = VendorAsk.objects.permitted(actor, P.VENDORS_EDIT).filter(
        owner=actor.person, archived_at=None, review__outcome=VendorReview.Outcome.OPEN
    )
    rows = rows.select_related("review__vendor").order_by("expires_on", "pk")
    yield from _unanswered(rows.filter(state=VendorAsk.State.SENT))
    yield from _to_take_over(list(rows.filter(state=VendorAsk.State.ANSWERED)[:MOST]), actor)


def _unanswered(rows: Any) -> Iterator[Todo]:
    today = timezone.localdate()
    for ask in rows.filter(expires_on__lte=today + SOON)[:MOST]:
        text, url = _("Ask %s again") % ask.review.vendor.name, ask.get_absolute_url()
        if ask.expires_on < today:
            why, tone = _("The link has ended, and %s has not answered.") % ask.name, "red"
        else:
            why, tone = _("%s has not answered, and the link ends soon.") % ask.name, "yellow"
        yield Todo(text, why, url, "mail-question", tone, ask.expires_on, Work.ACTION)


def _to_take_over(asks: list[Any], actor: Actor) -> Iterator[Todo]:
    found = defaultdict(list)
    reviews = {ask.review_id for ask in asks}
    rows: Any = ReviewAnswer.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None, review__in=reviews)
    for answer in rows if reviews else ():
        found[answer.review_id].append(answer)
    for ask in asks:
        waiting = sum(pair.waits and not pair.own for pair in pairs_of(ask, found[ask.review_id]))
        if waiting:
            text = _("Take over what %s answered") % ask.review.vendor.name
            why = _("Answers that are not in the review yet: %d.") % waiting
            yield Todo(text, why, ask.get_absolute_url(), "mail-question", "yellow", None, Work.ACTION)

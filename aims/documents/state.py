"""How a document stands: by its approvals, its dates and the day. It is kept where lists can filter it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.models.support import Document
from grc.access.actor import Actor
from grc.cadence import nth
from grc.models.approval import Review
from grc.models.organisation import Organisation
from grc.models.record import Record
from grc.registries import reviewed, saved

State = Document.State
STATE_TONES = dict(zip(State.values, ("secondary", "yellow", "green", "red", "orange"), strict=True))


@saved.add(order=50)
def follow_record(record: Record, by: Actor) -> None:
    if isinstance(record, Document):
        refresh(record)


@reviewed.add(order=50)
def follow_review(review: Review) -> None:
    """An approval puts the document in force: its next review is one cycle away, and its readers are asked."""
    from aims.documents.asking import ask_readers

    if review.key.register != "documents":
        return
    document: Document = Document.objects.within(review.organisation).select_related("key", "organisation").get(
        pk=review.key_id
    )  # fmt: skip
    if review.state == Review.State.APPROVED and document.every:
        document.review_on = nth(timezone.localdate(), document.every, 1)
        Document.objects.within(review.organisation).filter(pk=document.pk).update(review_on=document.review_on)
    refresh(document)
    if review.state == Review.State.APPROVED and document.state != State.WITHDRAWN:
        ask_readers(document)


def refresh(document: Document) -> None:
    """Bring what follows up to date, on ``document`` and in its row."""
    states = dict(_reviews(document.organisation, document.pk))
    found = derived(document, states, timezone.localdate())
    if any(getattr(document, name) != value for name, value in found.items()):
        Document.objects.within(document.organisation).filter(pk=document.pk).update(**found)
        for name, value in found.items():
            setattr(document, name, value)


def refresh_all(organisation: Organisation, today: dt.date) -> int:
    """What the day alone has changed: reviews that are overdue now, withdrawals that have come. Returns how many."""
    changed = 0
    rows = Document.objects.within(organisation).filter(archived_at=None).select_related("organisation")
    reviews: dict[int, dict[str, dt.datetime | None]] = {}
    for key, state, ended in (
        Review.objects.within(organisation)
        .filter(key__register="documents", state__in=(Review.State.APPROVED, Review.State.IN_REVIEW))
        .values_list("key_id", "state", "ended_at")
    ):
        reviews.setdefault(key, {})[state] = ended
    for document in rows:
        found = derived(document, reviews.get(document.pk, {}), today)
        if any(getattr(document, name) != value for name, value in found.items()):
            changed += Document.objects.within(organisation).filter(pk=document.pk).update(**found)
    return changed


def derived(document: Document, reviews: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """The fields that follow. ``reviews``: of its running and its approved version, state → when it ended.

    A document from outside is in force as soon as it is kept here: nobody here approves it.
    """
    since = _since(document, reviews)
    review_on = document.review_on
    if since and document.every and review_on is None:
        review_on = nth(since, document.every, 1)
    if document.withdrawn_on and document.withdrawn_on <= today:
        state = State.WITHDRAWN
    elif since:
        state = State.OVERDUE if review_on and review_on < today else State.IN_FORCE
    else:
        state = State.IN_REVIEW if Review.State.IN_REVIEW in reviews else State.DRAFT
    return {"state": state, "in_force_since": since, "review_on": review_on}


def _since(document: Document, reviews: dict[str, Any]) -> dt.date | None:
    if Review.State.APPROVED in reviews:
        return timezone.localdate(reviews[Review.State.APPROVED])
    if document.kind == Document.Kind.EXTERNAL:
        return document.approved_on or timezone.localdate(document.created_at)
    return document.approved_on


def _reviews(organisation: Organisation, pk: int) -> Any:
    running = (Review.State.APPROVED, Review.State.IN_REVIEW)
    return Review.objects.within(organisation).filter(key=pk, state__in=running).values_list("state", "ended_at")

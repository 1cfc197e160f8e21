"""Who is told what about a review, in the transaction that did it."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.models.approval import Approval, Review
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.notices.actions import notify


def review_url(review: Review) -> str:
    return reverse("approval", args=[review.organisation.slug, review.public_id])


def tell_asked(review: Review, people: Sequence[Person]) -> None:
    text = _("%(who)s asks you to approve %(what)s.") % {"who": review.author, "what": _what(review)}
    _tell(review, people, text, "asked")


def tell_withdrawn(review: Review, by: Actor) -> None:
    waiting = Approval.unscoped.filter(review=review, decision="").select_related("approver")
    people = [part.approver for part in waiting if part.approver != by.person]
    text = _("You need not decide about %(what)s any more: it was withdrawn.") % {"what": _what(review)}
    _tell(review, people, text, "withdrawn")


def tell_sent_back(review: Review, by: Person) -> None:
    text = _("%(who)s sent %(what)s back.") % {"who": by, "what": _what(review)}
    _tell(review, [review.author], text, "sent-back")


def tell_approved(review: Review) -> None:
    text = _("%(what)s is approved and in force.") % {"what": _what(review)}
    _tell(review, [review.author], text, "approved")


def tell_due(organisation: Organisation) -> None:
    """Whoever has let the day come until which to decide hears of it, once."""
    with Actor.system(organisation).working(), transaction.atomic():
        due = Approval.objects.within(organisation).filter(
            decision="", review__state=Review.State.IN_REVIEW, review__due_on__lte=timezone.localdate()
        )
        for part in due.select_related("approver", "review__organisation", "review__key", "review__version"):
            text = _("%(what)s waits for your decision, which is due.") % {"what": _what(part.review)}
            _tell(part.review, [part.approver], text, "due")


def _what(review: Review) -> str:
    return _("%(record)s, version %(number)d") % {"record": review.key, "number": review.version.number}


def _tell(review: Review, people: Sequence[Person], text: str, fact: str) -> None:
    for person in people:
        notify(
            person=person,
            organisation=review.organisation,
            kind=Notice.Kind.APPROVAL,
            text=text,
            url=review_url(review),
            about=review.key,
            once=f"review:{review.public_id}:{fact}",
        )

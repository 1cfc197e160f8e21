"""What approvals put on the home page: what waits for one's signature, and what came back."""

from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.approvals.queue import reviews_for
from grc.approvals.standing import reviews_seen_by, whole
from grc.approvals.telling import review_url
from grc.models.approval import Review
from grc.registries import Todo, Work, todos

MOST = 50


@todos.add(order=10)
def waiting_approvals(actor: Actor) -> Iterable[Todo]:
    if actor.person is None or not actor.can(Permission.APPROVE):
        return
    today = timezone.localdate()
    for review in reviews_for(actor, "waiting")[:MOST]:
        late = review.due_on is not None and review.due_on < today
        yield Todo(
            _("Read %(what)s, and approve it or send it back") % {"what": review.key},
            _("%(who)s sent version %(number)d: %(note)s")
            % {"who": review.author, "number": review.version.number, "note": _short(review.note)},
            review_url(review),
            "signature",
            "red" if late else "yellow",
            review.due_on,
            Work.APPROVAL,
        )


@todos.add(order=40)
def sent_back(actor: Actor) -> Iterable[Todo]:
    """What one sent, was sent back, and was not sent again since."""
    if actor.person is None:
        return
    mine = reviews_seen_by(actor).filter(author=actor.person, state=Review.State.REJECTED).order_by("-ended_at")
    for review in whole(mine)[:MOST]:
        if Review.objects.within(actor.organisation).filter(key=review.key_id, sent_at__gt=review.sent_at).exists():
            continue
        words = next((part.comment for part in review.approvals.all() if part.decision == "rejected"), "")
        yield Todo(
            _("Change %(what)s, and send it again") % {"what": review.key},
            _("It was sent back: %(comment)s") % {"comment": _short(words)},
            review_url(review),
            "arrow-back-up",
            "yellow",
            kind=Work.APPROVAL,
        )


@todos.add(order=210)
def approvals_asked_for(actor: Actor) -> Iterable[Todo]:
    """What the actor sent, and nobody has decided about."""
    if actor.person is None:
        return
    mine = reviews_seen_by(actor).filter(author=actor.person, state=Review.State.IN_REVIEW)
    for review in whole(mine).order_by(F("due_on").asc(nulls_last=True), "sent_at", "pk")[:MOST]:
        asked = [part.approver.name or part.approver.email for part in review.approvals.all() if not part.decision]
        yield Todo(
            _("Approval of %(what)s") % {"what": review.key},
            _("%(who)s has not decided yet.") % {"who": _short(", ".join(asked))},
            review_url(review),
            "signature",
            "",
            review.due_on,
            Work.APPROVAL,
            waiting=True,
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"

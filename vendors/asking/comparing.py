"""What the vendor answered beside what stands in the review; and how far a questionnaire has come."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.models import AskLink, ReviewAnswer, VendorAsk
from vendors.reviews.questions import Question, questions


@dataclass(frozen=True)
class Pair:
    """One question: their words, and the review's answer as it stands."""

    question: Question
    theirs: str
    ours: ReviewAnswer | None

    @property
    def taken(self) -> bool:
        """Whether the review holds their words."""
        return self.ours is not None and self.ours.from_vendor and self.ours.answer == self.theirs

    @property
    def own(self) -> bool:
        """Whether somebody here has answered it in words of their own."""
        return self.ours is not None and bool(self.ours.answer) and not self.ours.from_vendor

    @property
    def waits(self) -> bool:
        return bool(self.theirs) and not self.taken


def pairs_of(ask: VendorAsk, answers: Iterable[ReviewAnswer]) -> list[Pair]:
    """The ten questions of ``ask``. ``answers``: those of its review."""
    ours = {answer.question: answer for answer in answers}
    return [Pair(q, str(ask.answers.get(str(q.number), "")), ours.get(q.number)) for q in questions()]


def answers_seen(ask: VendorAsk, actor: Actor) -> list[ReviewAnswer]:
    rows = ReviewAnswer.objects.permitted(actor, Permission.VENDORS_VIEW).filter(archived_at=None)
    return list(rows.filter(review=ask.review_id).select_related("organisation"))


@dataclass(frozen=True)
class Course:
    """How far it has come. ``typed``: how many questions have a draft, which is read when it is sent in.

    ``closed``: the link that went out opens nothing; ``over``: its last day has passed.
    """

    typed: int = 0
    over: bool = False
    closed: bool = False


def course_of(ask: VendorAsk) -> Course:
    link = AskLink.objects.within(ask.organisation).filter(ask=ask.pk).first()
    if link is None:
        return Course()
    return Course(len(link.draft), link.open_until <= timezone.now(), not link.email)

"""The ten answers of a review: there from the moment it is made, scored as they are judged, kept once it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.many import at_once, create_records
from grc.actions.records import StaleRecord, change_record, restore_record
from grc.models.record import Record
from grc.registries import saved
from vendors.models import ReviewAnswer, VendorFact, VendorReview
from vendors.models.citable import citable
from vendors.reviews.questions import questions

Verdict = ReviewAnswer.Verdict
POINTS = {Verdict.GOOD: 2, Verdict.PARTLY: 1, Verdict.BAD: 0}
FIELDS = ("answer", "from_vendor", "verdict", "why", "fact", "file")


class NotAnswerable(ValueError):
    """The answers cannot be kept; ``str()`` says why."""


def score_of(verdicts: Sequence[str]) -> int | None:
    """0 to 100: good counts whole, partly half, bad nothing; what does not apply is left out.

    None while an answer is open, one of the ten is missing, or none applies. Halves are rounded up.
    """
    if len(verdicts) < len(questions()) or Verdict.OPEN in verdicts:
        return None
    counted = [POINTS[Verdict(verdict)] for verdict in verdicts if verdict != Verdict.OUT]
    most = 2 * len(counted)
    return (200 * sum(counted) + most) // (2 * most) if counted else None


def answers_of(review: VendorReview) -> list[ReviewAnswer]:
    """Those in use, by question, with all that a page shows of them."""
    rows = ReviewAnswer.objects.within(review.organisation).filter(review=review.pk, archived_at=None)
    return list(rows.select_related("key", "organisation", "owner", "fact__offering", "file").order_by("question"))


@saved.add(order=50)
def fill_new_review(record: Record, by: Actor) -> None:
    """However a review comes into being (page, API, import, task), its ten questions wait for answers from then on.

    One that is done already brings no answers along: none are asked of it any more.
    """
    if not isinstance(record, VendorReview):
        return
    if record.lock == 1 and record.outcome == VendorReview.Outcome.OPEN:
        complete_answers(review=record, by=by)
    else:
        keep_score(record)  # whoever saves it may have read it before its last answer was judged


@transaction.atomic
def complete_answers(*, review: VendorReview, by: Actor) -> int:
    """Put in the questions that the review lacks, or bring back those that were archived; returns how many."""
    require(by, Permission.VENDORS_EDIT, review)
    rows = ReviewAnswer.objects.within(review.organisation).filter(review=review.pk).select_related("key", "review")
    known = {row.question: row for row in rows.order_by("-archived_at")}  # one in use comes last, and stays
    away = [row for row in known.values() if row.archived_at is not None]
    for row in away:
        restore_record(record=row, by=by)
    new = [
        ReviewAnswer(organisation=review.organisation, review=review, question=question.number, owner=review.owner)
        for question in questions()
        if question.number not in known
    ]
    create_records(records=new, by=by)
    return len(new) + len(away)


@saved.add(order=60)
def follow_answer(record: Record, by: Actor) -> None:
    """The score follows the verdicts, and what a review that is done rests on stays."""
    if isinstance(record, ReviewAnswer):
        _follow([record])


@at_once(follow_answer)
def follow_answers(records: Sequence[Record], by: Actor) -> None:
    _follow([record for record in records if isinstance(record, ReviewAnswer)])


def _follow(answers: Sequence[ReviewAnswer]) -> None:
    if not answers:
        return
    rows = VendorReview.objects.within(answers[0].organisation).select_for_update(of=("self",))
    for review in rows.filter(pk__in={answer.review_id for answer in answers}).order_by("pk"):
        if review.outcome != VendorReview.Outcome.OPEN:
            raise Denied(_("This review is done. Reopen it before you change an answer."))
        keep_score(review)


def keep_score(review: VendorReview) -> None:
    """Bring ``score`` up to date, on ``review`` and in its row."""
    rows = ReviewAnswer.objects.within(review.organisation).filter(review=review.pk, archived_at=None)
    found = score_of(list(rows.values_list("verdict", flat=True)))
    if found != review.score:
        VendorReview.objects.within(review.organisation).filter(pk=review.pk).update(score=found)
        review.score = found


@transaction.atomic
def save_answers(
    *, review: VendorReview, values: Mapping[int, Mapping[str, Any]], locks: Mapping[int, int], by: Actor
) -> int:
    """Keep the answers of several questions at once, all or none; returns how many changed.

    ``values``: by question, of ``FIELDS``; ``locks``: the state of each answer that one saw. Raises ``NotAnswerable``,
    ``StaleRecord``, ``Denied``.
    """
    require(by, Permission.VENDORS_EDIT, review)
    changed = 0
    for answer in answers_of(review):
        given = values.get(answer.question)
        if given is None or all(getattr(answer, name) == value for name, value in given.items()):
            continue
        if answer.lock != locks.get(answer.question):
            raise StaleRecord(answer)
        for name, value in given.items():
            setattr(answer, name, value)
        _check(answer)
        change_record(record=answer, by=by, lock=answer.lock)
        changed += 1
    return changed


@transaction.atomic
def prefill_answers(*, review: VendorReview, by: Actor) -> int:
    """Answer what nobody has answered yet from facts that may be cited today; a person still judges each.

    Questions that were archived come back first. Returns how many were filled in. Raises ``Denied``.
    """
    complete_answers(review=review, by=by)
    facts = citable_facts(review)
    filled = 0
    for answer, question in zip(answers_of(review), questions(), strict=False):
        if answer.answer or answer.verdict != Verdict.OPEN:
            continue
        found = next((fact for topic in question.topics for fact in facts if fact.topic == topic), None)
        if found is not None:
            answer.answer, answer.fact = found.says, found
            change_record(record=answer, by=by, lock=answer.lock, reason=_("From a fact"))
            filled += 1
    return filled


def citable_facts(review: VendorReview) -> list[VendorFact]:
    """Facts of what is reviewed that may be cited today; those of the whole offering before those of one plan."""
    rows = citable(review.organisation, timezone.localdate()).filter(offering__vendor=review.vendor_id)
    if review.offering_id is not None:
        rows = rows.filter(offering=review.offering_id)
    found = rows.select_related("key", "organisation", "offering")
    return sorted(found, key=lambda fact: (fact.route_id is not None, fact.plan_id is not None, fact.pk))


def _check(answer: ReviewAnswer) -> None:
    """The rules of one answer, each with the question that it is about."""
    try:
        answer.clean()
        answer.validate_constraints(exclude={"key", "reference"})
    except ValidationError as error:
        said = {"n": answer.question, "what": " ".join(error.messages)}
        raise NotAnswerable(_("Question %(n)d: %(what)s") % said) from None

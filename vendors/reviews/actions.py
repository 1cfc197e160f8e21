"""Beginning a review, finishing it, opening it again; findings out of its answers, and their end."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record, create_record
from grc.cadence import nth
from vendors.models import Offering, ReviewAnswer, Vendor, VendorFinding, VendorReview
from vendors.reviews.answers import answers_of, score_of
from vendors.reviews.questions import question_of

P = Permission
Kind, Outcome, Verdict = VendorReview.Kind, VendorReview.Outcome, ReviewAnswer.Verdict
TRAINING = 6
"""Whose data a model was trained on cannot be taken back: what is wrong there weighs more."""

DONE_WITHIN = dt.timedelta(days=30)
"""What a finding begins with as its day; whoever keeps it sets another."""


class NotReviewable(ValueError):
    """This step of a review or of a finding cannot be taken; ``str()`` says in a sentence what is missing."""


def open_review_of(vendor: Vendor, offering: Offering | None = None) -> VendorReview | None:
    """The review that is under way of all that the vendor supplies, or of ``offering`` alone where one is given."""
    rows = VendorReview.objects.within(vendor.organisation).filter(
        vendor=vendor.pk, archived_at=None, outcome=Outcome.OPEN
    )
    rows = rows.filter(Q(offering=None) | Q(offering=offering.pk) if offering else Q(offering=None))
    found: VendorReview | None = rows.select_related("key", "organisation").order_by("pk").first()
    return found


@transaction.atomic
def begin_review(
    *,
    vendor: Vendor,
    offering: Offering | None,
    kind: str,
    by: Actor,
    due_on: dt.date | None = None,
    reason: str = "",
) -> VendorReview:
    """A review with its ten questions, kept by whoever keeps the vendor. Raises ``NotReviewable``, ``Denied``."""
    require(by, P.VENDORS_EDIT)
    Vendor.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=vendor.pk)  # one at a time begins it
    if (running := open_review_of(vendor, offering)) is not None:
        raise NotReviewable(_("%(reference)s is under way already.") % {"reference": running.reference})
    keeper = offering.owner if offering is not None else vendor.owner
    review = VendorReview(
        organisation=by.organisation, vendor=vendor, offering=offering, kind=kind, owner=by.person or keeper,
        due_on=due_on or timezone.localdate() + DONE_WITHIN,
    )  # fmt: skip
    return create_record(record=review, by=by, reason=reason[:100])


@transaction.atomic
def finish_review(
    *,
    review: VendorReview,
    outcome: str,
    conclusion: str,
    conditions: str,
    lock: int,
    by: Actor,
    on: dt.date | None = None,
) -> VendorReview:
    """End a review whose ten answers are judged, and set the day of the next one, a year on.

    ``on``: the day when it was done, where that is not today. Raises ``NotReviewable``, ``StaleRecord``, ``Denied``.
    """
    require(by, P.VENDORS_EDIT, review)
    VendorReview.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=review.pk)
    day = on or timezone.localdate()
    _refuse_unfinished(review, outcome, conclusion, conditions, day)
    review.outcome, review.done_on = outcome, day
    review.conclusion, review.conditions = conclusion.strip(), conditions.strip()
    change_record(record=review, by=by, lock=lock, reason=_("Done"))
    _look_again(review, day, by)
    return review


@transaction.atomic
def reopen_review(*, review: VendorReview, reason: str, lock: int, by: Actor) -> VendorReview:
    """Open it again, so that its answers can be changed. Raises ``NotReviewable``, ``StaleRecord``, ``Denied``."""
    require(by, P.VENDORS_EDIT, review)
    if review.outcome == Outcome.OPEN:
        raise NotReviewable(_("It is under way."))
    if not reason.strip():
        raise NotReviewable(_("Say why it is opened again."))
    review.outcome, review.done_on = Outcome.OPEN, None
    return change_record(record=review, by=by, lock=lock, reason=reason.strip()[:100])


@transaction.atomic
def make_findings(*, review: VendorReview, by: Actor) -> list[VendorFinding]:
    """A finding of every answer that is not as expected, once each. Raises ``NotReviewable``, ``Denied``."""
    require(by, P.VENDORS_EDIT, review)
    VendorReview.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=review.pk)
    rows = VendorFinding.objects.within(by.organisation).filter(review=review.pk, archived_at=None)
    known = set(rows.values_list("question", flat=True))
    bad = [answer for answer in answers_of(review) if answer.verdict == Verdict.BAD]
    made = [_finding_of(answer, review, by) for answer in bad if answer.question not in known]
    if not made:
        raise NotReviewable(
            _("Every answer that is not as expected has its finding.") if bad else _("No answer is “Not as expected”.")
        )
    return made


def finish_finding(*, finding: VendorFinding, result: str, by: Actor, on: dt.date | None = None) -> VendorFinding:
    """It is done, with what came of it. Raises ``NotReviewable``, ``StaleRecord``, ``Denied``."""
    require(by, P.VENDORS_EDIT, finding)
    if finding.done_on is not None:
        raise NotReviewable(_("It is done already."))
    if not result.strip():
        raise NotReviewable(_("Say what came of it."))
    finding.done_on, finding.result = on or timezone.localdate(), result.strip()
    return change_record(record=finding, by=by, lock=finding.lock, reason=_("Done"))


def _refuse_unfinished(review: VendorReview, outcome: str, conclusion: str, conditions: str, day: dt.date) -> None:
    if review.outcome != Outcome.OPEN:
        raise NotReviewable(_("It is done already."))
    if outcome not in set(Outcome.values) - {Outcome.OPEN}:
        raise NotReviewable(_("Choose what came of it."))
    answers = answers_of(review)
    if score_of([answer.verdict for answer in answers]) is None:
        open_ones = [str(answer.question) for answer in answers if answer.verdict == Verdict.OPEN]
        if not open_ones:
            raise NotReviewable(_("A review has ten answers, and one of them at least applies."))
        raise NotReviewable(_("Not judged yet: question %(which)s.") % {"which": ", ".join(open_ones)})
    if not conclusion.strip():
        raise NotReviewable(_("Write the conclusion: what you found, in a few sentences."))
    if outcome == Outcome.CONDITIONS and not conditions.strip():
        raise NotReviewable(_("Say which conditions."))
    if day > timezone.localdate():
        raise NotReviewable(_("This day has not come yet."))


def _look_again(review: VendorReview, day: dt.date, by: Actor) -> None:
    """The next look is a year on: at the offering that was reviewed, or at the vendor and all its offerings."""
    whole: Any = Vendor.objects.within(by.organisation).filter(pk=review.vendor_id)
    offerings: Any = Offering.objects.within(by.organisation).filter(vendor=review.vendor_id, archived_at=None)
    if review.offering_id is not None:
        whole, offerings = whole.none(), offerings.filter(pk=review.offering_id)
    for record in [*whole.select_related("key"), *offerings.select_related("key")]:
        record.review_on = nth(day, "yearly", 1)
        if record.archived_at is None:
            change_record(record=record, by=Actor.system(by.organisation), lock=record.lock, reason=review.reference)


def _finding_of(answer: ReviewAnswer, review: VendorReview, by: Actor) -> VendorFinding:
    said = {"n": answer.question, "what": question_of(answer.question).short}
    finding = VendorFinding(
        organisation=by.organisation, vendor_id=review.vendor_id, review=review, question=answer.question,
        name=_("Question %(n)d, %(what)s: not as expected") % said,
        severity=VendorFinding.Severity.HIGH if answer.question == TRAINING else VendorFinding.Severity.MEDIUM,
        due_on=timezone.localdate() + DONE_WITHIN, owner=review.owner,
    )  # fmt: skip
    return create_record(record=finding, by=by, reason=answer.reference)

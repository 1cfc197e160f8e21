"""What the asker does: send, send again, withdraw, take over. Nothing else moves a questionnaire's state."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record, move_record
from vendors.asking.links import NotAsked, close_link, open_link, today_at, why_not_that_day
from vendors.asking.mails import send_link
from vendors.models import AskLink, ReviewAnswer, VendorAsk, VendorReview
from vendors.reviews.answers import complete_answers

P = Permission
State = VendorAsk.State


@transaction.atomic
def send_ask(*, ask: VendorAsk, by: Actor, lock: int | None = None, at: dt.datetime | None = None) -> VendorAsk:
    """Send the link, or a new one: the one before opens nothing any more. What was typed so far stays.

    ``lock``: the state of the record that one saw. ``at``: when it was sent, where that was not just now.
    Raises ``NotAsked``, ``StaleRecord``, ``Denied``.
    """
    require(by, P.VENDORS_EDIT, ask)
    row = _locked(ask)
    if row.state not in (State.DRAFT, State.SENT):
        raise NotAsked(_("It is settled: ask anew from the review."))
    if row.review.outcome != VendorReview.Outcome.OPEN or row.review.archived_at is not None:
        raise NotAsked(_("The review is done: reopen it before you ask."))
    if why := why_not_that_day(row, today_at(row)):
        raise NotAsked(why)
    reason = _("Sent to %(email)s") if row.state == State.DRAFT else _("Sent again to %(email)s")
    row.state, row.sent_at = State.SENT, at or timezone.now()
    secret = open_link(row)
    reason = (reason % {"email": row.email})[:100]
    move_record(record=row, by=by, permission=P.VENDORS_EDIT, lock=row.lock if lock is None else lock, reason=reason)
    send_link(row, AskLink.objects.within(row.organisation).get(ask=row.pk), secret)
    return row


@transaction.atomic
def withdraw_ask(*, ask: VendorAsk, by: Actor, lock: int | None = None) -> VendorAsk:
    """Take it back: its link opens nothing from this moment on. Raises ``NotAsked``, ``StaleRecord``, ``Denied``."""
    require(by, P.VENDORS_EDIT, ask)
    row = _locked(ask)
    if row.state != State.SENT:
        raise NotAsked(_("Only what was sent and not answered can be withdrawn."))
    row.state = State.WITHDRAWN
    close_link(row)
    reason = _("Withdrawn")
    return move_record(
        record=row, by=by, permission=P.VENDORS_EDIT, lock=row.lock if lock is None else lock, reason=reason
    )


@transaction.atomic
def take_over(*, ask: VendorAsk, by: Actor, questions: Collection[int] | None = None) -> int:
    """Write what the vendor answered into the review, in the vendor's own words; the verdicts stay as they are.

    ``questions``: which ones, whatever stands there now; None: all, but for those that you have answered yourselves.
    Returns how many changed. Raises ``NotAsked``, ``Denied``.
    """
    if ask.state != State.ANSWERED:
        raise NotAsked(_("There is nothing to take over: it was not answered yet."))
    require(by, P.VENDORS_EDIT)
    review = ask.review
    if review.outcome != VendorReview.Outcome.OPEN:
        raise NotAsked(_("The review is done: reopen it before you change an answer."))
    complete_answers(review=review, by=by)
    rows = ReviewAnswer.objects.within(by.organisation).filter(review=review.pk, archived_at=None)
    rows = rows.select_for_update(of=("self",)).select_related("key", "organisation", "review")
    changed = 0
    for answer in rows.order_by("question"):
        said = str(ask.answers.get(str(answer.question), ""))
        wanted = answer.question in questions if questions is not None else not answer.answer or answer.from_vendor
        if not said or not wanted or (answer.answer == said and answer.from_vendor):
            continue
        answer.answer, answer.from_vendor = said, True
        change_record(record=answer, by=by, lock=answer.lock, reason=_("Taken over from %s") % ask.reference)
        changed += 1
    return changed


def _locked(ask: VendorAsk) -> VendorAsk:
    rows = VendorAsk.objects.within(ask.organisation).select_for_update(of=("self",))
    row: VendorAsk = rows.select_related("organisation", "key", "owner", "review__vendor").get(pk=ask.pk)
    return row

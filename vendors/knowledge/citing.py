"""What may not be cited is cited by no way: the model refuses it by its field, and this whatever does not ask it."""

from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.models.record import Record
from grc.registries import saved
from vendors.models import ReviewAnswer, VendorReview
from vendors.models.citable import why_not_citable


@saved.add(order=60)
def when_answer_is_saved(record: Record, by: Actor) -> None:
    """No action puts a fact into an answer that may not be cited. Raises ``Denied``."""
    if not isinstance(record, ReviewAnswer) or record.fact is None or record.archived_at is not None:
        return
    cites_now = record.lock == 1 or record.review.outcome == VendorReview.Outcome.OPEN
    if cites_now and (sentence := why_not_citable(record.fact, timezone.localdate())):
        raise Denied(sentence)

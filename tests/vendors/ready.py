"""An offering of which nothing is missing, to be made worse by one thing at a time; and a review that is done."""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from tests.factories import make
from tests.vendors.complete import complete_dpa
from vendors.models import Offering, VendorReview
from vendors.reviews.actions import finish_review
from vendors.reviews.answers import answers_of, save_answers


def ready_offering(by: Actor, *, vendor: dict[str, Any] | None = None, **fields: Any) -> Offering:
    """Personal data by one route to two models; a vendor of low weight with ISO/IEC 27001, a DPA, a review."""
    held = {"legal_name": "Vendor SE", "country": "IE", "criticality": "low", "criticality_reason": "Little stops."}
    of = make("vendors", by, **held | (vendor or {}))
    values = {"purpose": "Summaries.", "gdpr_role": "processor", "decisions": "reviewed"}
    offering: Offering = make("offerings", by, vendor=of, **values | fields)
    plan = make("vendor-plans", by, offering=offering, name="Scale")
    make("routes", by, plan=plan, name="Paris", model_ids=["maker/one-2411", "maker/two*"], data=["personal"])
    complete_dpa(by, vendor=of)
    today = timezone.localdate()
    make(
        "assurances", by, vendor=of, standard="iso27001", status="certified", body="Body", accreditation="UKAS",
        number="1", scope="All of it.", issued_on=today - dt.timedelta(days=90),
        expires_on=today + dt.timedelta(days=900), confirmed_on=today, confirmed_with="Its register",
    )  # fmt: skip
    reviewed(by, vendor=of, offering=offering, kind="first")
    return fresh(offering)


def judged(review: VendorReview, by: Actor, verdicts: str = "gggggggggg") -> VendorReview:
    """Its answers judged: g good, p partly, b bad, x does not apply, . open."""
    names = {"g": "good", "p": "partly", "b": "bad", "x": "out", ".": "open"}
    answers = answers_of(review)
    values = {
        answer.question: {"verdict": names[letter], "why": "It does not apply." if letter == "x" else ""}
        for answer, letter in zip(answers, verdicts, strict=True)
    }
    save_answers(review=review, values=values, locks={one.question: one.lock for one in answers}, by=by)
    return fresh(review)


def reviewed(by: Actor, verdicts: str = "gggggggggg", outcome: str = "good", **fields: Any) -> VendorReview:
    """A review that is done today, or ``on`` another day."""
    on = fields.pop("on", None)
    review = judged(make("vendor-reviews", by, **fields), by, verdicts)
    said = {"conclusion": "Looked at.", "conditions": "Read its report." if outcome == "conditions" else ""}
    return finish_review(review=review, outcome=outcome, lock=review.lock, by=by, on=on, **said)


def fresh(record: Any) -> Any:
    rows = type(record).objects.within(record.organisation)
    return rows.select_related("key", "organisation", "owner").get(pk=record.pk)

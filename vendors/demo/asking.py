"""Three questionnaires by link: one answered and taken over in part, one half typed, one whose link has ended.

The people are invented, and so is what they say.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders
from vendors.asking.actions import send_ask, take_over
from vendors.asking.answering import answer_ask, keep_draft
from vendors.asking.codes import note_opened
from vendors.asking.links import Door
from vendors.demo.base import VERA, named, saved
from vendors.models import AskLink, Vendor, VendorAsk, VendorReview
from vendors.reviews.actions import begin_review, open_review_of

# vendor, whom, address, your words, sent so many days ago, link ends in so many days
ASKS: tuple[tuple[Any, ...], ...] = (
    ("Vectorhaus", "Miriam Seidel", "miriam.seidel@vectorhaus.example",
     "As every year. Question 3 matters most to us: last year’s report said nothing of AI.", 9, 5),
    ("Clarion Annotation", "Karl Tamm", "karl.tamm@clarion.example",
     "Short answers are fine; name where a document is published rather than sending it.", 6, 2),
    ("Mistral AI", "Contract desk", "contract-desk@mistral.example",
     "Questions 3, 5, 6 and 9 are open since our last talk.", 30, -4),
)  # fmt: skip

ANSWERS = {
    "Vectorhaus": {
        1: "Stage 1 took place in spring; stage 2 is booked for February. Every clause was assessed in September.",
        2: "Type 2, January to September, by an independent CPA firm. We show it under the NDA of 2024.",
        3: "From this period on it covers access to embeddings and logging of queries. Training data does not apply.",
        4: "Certified; the certificate is listed on our trust page.",
        5: "https://vectorhaus.example/subprocessors; 30 days of notice by mail, with a right to object.",
        6: "No. We train no models.",
        7: "Frankfurt only, backups included.",
        9: "Three classes. Customers hear within 48 hours where their data is concerned.",
    },
    "Clarion Annotation": {
        2: "None. We are fourteen people.",
        4: "Self-assessment of every clause of 2022, renewed each March.",
        6: "No. Labels belong to you.",
        7: "Tallinn. Two labellers work from Tartu.",
    },
}
TAKEN_OVER = (1, 2, 3, 5)


@seeders.add(order=55)
def seed_asks() -> None:
    manager = demo_actor(VERA, HOME)
    if VendorAsk.objects.within(manager.organisation).exists():
        return
    with manager.working():
        for row in ASKS:
            _ask(row, manager)


def _ask(row: tuple[Any, ...], by: Actor) -> None:
    vendor, name, email, message, ago, ends_in = row
    ask = VendorAsk(
        review=_review(named(Vendor, vendor, by), by), name=name, email=email, message=message,
        expires_on=timezone.localdate() + dt.timedelta(days=max(ends_in, 1)), owner=person_of(VERA),
    )  # fmt: skip
    saved(ask, by, days_ago=ago)
    ask = send_ask(ask=ask, by=by, at=timezone.now() - dt.timedelta(days=ago))
    texts = ANSWERS.get(vendor)
    if texts:
        door = _door(ask)
        note_opened(door, ask, at=timezone.now() - dt.timedelta(days=ago - 1))
        keep_draft(door=door, texts=texts)
    if vendor == "Vectorhaus":
        answer_ask(door=_door(ask), name=name, at=timezone.now() - dt.timedelta(days=ago - 5))
        ask.refresh_from_db()
        take_over(ask=ask, by=by, questions=TAKEN_OVER)
    if ends_in < 0:
        ask.expires_on = timezone.localdate() + dt.timedelta(days=ends_in)
        change_record(record=ask, by=by, lock=ask.lock)


def _review(vendor: Any, by: Actor) -> VendorReview:
    found = open_review_of(vendor)
    if found is None:
        found = begin_review(vendor=vendor, offering=None, kind=VendorReview.Kind.YEARLY, by=by)
    return found


def _door(ask: VendorAsk) -> Door:
    """The door that its person came through; nobody kept the secret."""
    link = AskLink.objects.within(ask.organisation).select_related("organisation").get(ask=ask.pk)
    return Door(link, ask, is_over=False)

"""How a record stands: which version is in force, which one is in review, and whether the draft says something else."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import NotVisible
from grc.access.roles import Reach
from grc.actions.versions import canonical, snapshot
from grc.models.approval import Approval, Review
from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.register import registers


@dataclass(frozen=True)
class Standing:
    """``differs``: the record as it stands now says something else than the version in force, or none is."""

    running: Review | None
    in_force: Review | None
    sent_back: Review | None
    differs: bool


def standing_of(record: Record) -> Standing:
    """How ``record`` stands. Asked twice of one object it answers once: it has to freeze the record to compare it."""
    known: Standing | None = record.__dict__.get("_standing")
    if known is None:
        known = record.__dict__["_standing"] = _standing(record)
    return known


def missing_of(record: Record) -> str:
    """Why ``record`` cannot be sent for approval as it stands; empty where it can. Asked twice, it answers once."""
    known: str | None = record.__dict__.get("_missing")
    if known is None:
        known = record.__dict__["_missing"] = registers.of(type(record)).not_ready(record)
    return known


def _standing(record: Record) -> Standing:
    latest = list(
        whole(Review.objects.within(record.organisation).filter(key=record.pk)).order_by("-sent_at", "-pk")[:1]
    )
    current = {
        review.state: review
        for review in whole(Review.objects.within(record.organisation).filter(key=record.pk)).filter(
            state__in=(Review.State.IN_REVIEW, Review.State.APPROVED)
        )
    }
    in_force = current.get(Review.State.APPROVED)
    return Standing(
        running=current.get(Review.State.IN_REVIEW),
        in_force=in_force,
        sent_back=latest[0] if latest and latest[0].state == Review.State.REJECTED else None,
        differs=in_force is None or in_force.version.sha256 != sha256_now(record),
    )


def standings_of(records: Sequence[Record]) -> dict[int, tuple[str, str]]:
    """Whether each of ``records``, of one organisation, is in force or in review: (words, tone) by its key. One query.

    Whether a draft says something else than its version in force is not asked: each would have to be frozen.
    """
    if not records:
        return {}
    rows = Review.objects.within(records[0].organisation).filter(
        key__in=[record.pk for record in records], state__in=(Review.State.IN_REVIEW, Review.State.APPROVED)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for key, state in rows.values_list("key", "state"):
        found[key].add(state)
    return {record.pk: _in_words(found[record.pk]) for record in records}


def _in_words(states: set[str]) -> tuple[str, str]:
    if Review.State.APPROVED not in states:
        return (_("In review"), "blue") if states else (_("Draft"), "yellow")
    return (_("In force, the next in review"), "blue") if len(states) > 1 else (_("In force"), "green")


def sha256_now(record: Record) -> str:
    """The hash that a version of ``record`` would have, made now."""
    with translation.override("en-gb"):
        return hashlib.sha256(canonical(snapshot(record))).hexdigest()


def whole(reviews: "QuerySet[Review]") -> "QuerySet[Review]":
    """Reviews with all that their pages show: version, record, author, and every approver's part."""
    parts = Approval.unscoped.select_related("approver").order_by("approver__name", "pk")
    return reviews.select_related(
        "organisation", "key", "key__organisation", "version", "version__made_by", "author", "signed_pdf"
    ).prefetch_related(Prefetch("approvals", queryset=parts))


def reviews_seen_by(actor: Actor) -> "QuerySet[Review]":
    """The reviews of records that ``actor`` may see."""
    seen = Q(pk__in=())
    for register in registers:
        if not register.meanings or not actor.can(register.view):
            continue
        of_register = Q(key__register=register.slug)
        if actor.reach(register.view) is not Reach.ALL or hasattr(register.model, "seen_by"):
            of_register &= Q(key__in=register.model.objects.permitted(actor, register.view).values("pk"))
        seen |= of_register
    return Review.objects.within(actor.organisation).filter(seen)


def review_seen_by(actor: Actor, public_id: UUID) -> Review:
    """One review. Raises ``NotVisible``."""
    review = whole(reviews_seen_by(actor)).filter(public_id=public_id).first()
    if review is None:
        raise NotVisible
    return review


def record_of(review: Review) -> Record:
    """The live record that the review is about, with what its page and its version need."""
    return live_record(review.key.register, review.key_id, review.organisation)


def live_record(slug: str, pk: int, organisation: Organisation) -> Record:
    register = registers.by_slug(slug)
    rows = register.model.objects.within(organisation)
    record: Record = rows.select_related("key", "organisation", *register.foreign(register.fields)).get(pk=pk)
    return record


def file_of(review: Review, sha256: str) -> File | None:
    """An attachment that the review's version lists, by its hash; also where it was removed from the record since."""
    listed = json.loads(bytes(review.version.body)).get("attachments", ())
    if all(entry["sha256"] != sha256 for entry in listed):
        return None
    hung = Attachment.objects.within(review.organisation).filter(about=review.key_id, file__sha256=sha256)
    found = hung.select_related("file").order_by("pk").first()
    return found.file if found else None


def part_of(review: Review, person: Person | None) -> Approval | None:
    """What ``person`` was asked in ``review``."""
    return next((part for part in review.approvals.all() if person is not None and part.approver_id == person.pk), None)

"""A review made readable: what is signed, what it changes, and where each approver stands."""

import json
from dataclasses import dataclass
from typing import Any

from grc.approvals.differences import Differences, Extra, differences, extras_of
from grc.approvals.people import still_approves
from grc.approvals.proofs import method_text
from grc.approvals.worded import Shown, worded_parts
from grc.models.approval import Approval, Review
from grc.models.version import Version


@dataclass(frozen=True)
class PartRead:
    """An approver's part. ``lost``: they were asked, and may no longer approve."""

    part: Approval
    method: str
    lost: bool


@dataclass(frozen=True)
class Reading:
    """``against``: the version in force that ``changes`` compares with; None where there was none before.

    ``worded``: the version's own part in its register's words; ``extras``: the same key by key, where it has none.
    """

    review: Review
    body: dict[str, Any]
    worded: list[tuple[str, list[Shown]]]
    extras: list[Extra]
    against: Version | None
    changes: Differences | None
    parts: list[PartRead]
    earlier: list[Review]


def body_of(version: Version) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(bytes(version.body))
    return body


def read_review(review: Review, history: list[Review]) -> Reading:
    """``history``: every review of the record, the latest first."""
    body = body_of(review.version)
    before, worded = _before(review, history), worded_parts(body)
    return Reading(
        review=review,
        body=body,
        worded=worded or [],
        extras=extras_of(body) if worded is None else [],
        against=before.version if before else None,
        changes=differences(body_of(before.version), body) if before else None,
        parts=[_part(review, part) for part in review.approvals.all()],
        earlier=[other for other in history if other.sent_at < review.sent_at and other.pk != review.pk],
    )


def _before(review: Review, history: list[Review]) -> Review | None:
    """The review whose version was in force when this one was sent: what the approver compares with."""
    return next(
        (
            other
            for other in history
            if other.pk != review.pk
            and other.state in (Review.State.APPROVED, Review.State.SUPERSEDED)
            and other.ended_at is not None
            and other.ended_at <= review.sent_at
        ),
        None,
    )


def _part(review: Review, part: Approval) -> PartRead:
    waiting = part.decision == "" and review.state == Review.State.IN_REVIEW
    lost = waiting and not still_approves(part.approver, review.organisation)
    return PartRead(part, method_text(part.method), lost)

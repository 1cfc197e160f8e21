"""Which editions of a statement there are: its versions, each as it was frozen, and the draft as it stands now."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aims.models import SoA
from aims.soa.frozen import Reading, read_frozen
from grc.access.actor import Actor
from grc.actions.versions import canonical, snapshot
from grc.approvals.standing import reviews_seen_by, whole
from grc.models.approval import Review
from grc.models.version import Version
from grc.reports.records import LANGUAGE

DRAFT = "draft"
STOOD = (Review.State.APPROVED, Review.State.SUPERSEDED)


@dataclass(frozen=True)
class Edition:
    """``number`` is that of a version, or “draft”; ``review``: the last in which somebody was asked to approve it."""

    number: str
    made_at: dt.datetime
    sha256: str = ""
    review: Review | None = None

    @property
    def is_draft(self) -> bool:
        return self.number == DRAFT

    @property
    def name(self) -> str:
        return _("Draft") if self.is_draft else _("Version %(number)s") % {"number": self.number}

    @property
    def approved(self) -> Review | None:
        """The review that approved it."""
        return self.review if self.review is not None and self.review.state in STOOD else None


def editions_of(soa: SoA, actor: Actor) -> list[Edition]:
    """The draft first, then the versions, the latest first."""
    reviews = {
        one.version_id: one for one in whole(reviews_seen_by(actor).filter(key=soa.pk)).order_by("sent_at", "pk")
    }
    versions = Version.objects.within(soa.organisation).filter(key=soa.pk).defer("body").order_by("-number")
    kept = [Edition(str(one.number), one.made_at, one.sha256, reviews.get(one.pk)) for one in versions]
    return [Edition(DRAFT, timezone.now()), *kept]


def usual_edition(editions: list[Edition]) -> Edition:
    """What is in force; the draft where nothing is."""
    in_force = (one for one in editions if one.review is not None and one.review.state == Review.State.APPROVED)
    return next(in_force, editions[0])


def body_of(soa: SoA, edition: Edition) -> dict[str, Any]:
    """The edition as plain data."""
    if edition.is_draft:
        with translation.override(LANGUAGE):
            body: dict[str, Any] = json.loads(canonical(snapshot(soa)))
        return body
    version = Version.objects.within(soa.organisation).get(key=soa.pk, number=int(edition.number))
    kept: dict[str, Any] = json.loads(bytes(version.body))
    return kept


def read_edition(soa: SoA, edition: Edition) -> Reading:
    with translation.override(LANGUAGE):
        return read_frozen(body_of(soa, edition))

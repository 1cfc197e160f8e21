"""When a review begins: a year after the last one by itself; on a change somebody is asked to begin it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from vendors.models import Offering, Vendor, VendorIncident, VendorNotice, VendorReview
from vendors.reviews.actions import Kind, NotReviewable, begin_review

AHEAD = dt.timedelta(days=30)
"""A yearly review begins so long before its day."""


@dataclass(frozen=True)
class Change:
    """Something that happened at a vendor since it was last reviewed. ``kind`` is that of the review it asks for."""

    vendor: Vendor
    kind: str
    why: str
    on: dt.date


def begin_due_reviews(organisation: Organisation, today: dt.date) -> int:
    """Open the reviews of vendors, and of offerings in use, that are due within 30 days; returns how many.

    Run again, it opens none twice. The context of ``organisation`` is set.
    """
    by, until, begun = Actor.system(organisation), today + AHEAD, 0
    vendors: Any = Vendor.objects.within(organisation).filter(archived_at=None, ended_on=None, review_on__lte=until)
    offerings: Any = Offering.objects.within(organisation).filter(
        archived_at=None, state__in=(Offering.State.APPROVED, Offering.State.SUSPENDED), review_on__lte=until,
        vendor__archived_at=None, vendor__ended_on=None,
    )  # fmt: skip
    asked = [(vendor, None) for vendor in vendors.select_related("owner").order_by("pk")]
    asked += [(one.vendor, one) for one in offerings.select_related("owner", "vendor__owner").order_by("pk")]
    for vendor, offering in asked:
        due_on = (offering or vendor).review_on
        try:
            begin_review(vendor=vendor, offering=offering, kind=Kind.YEARLY, due_on=due_on, by=by)
        except NotReviewable:  # one is under way already
            continue
        begun += 1
    return begun


def changes_to_review(organisation: Organisation, vendor: Vendor | None = None) -> list[Change]:
    """What happened since each vendor was last reviewed, or since a review of it began: the latest of each. Three
    queries."""
    rows: Any = VendorReview.objects.within(organisation).filter(archived_at=None)
    rows = rows.filter(vendor=vendor.pk) if vendor else rows
    begun = Max("created_at", filter=Q(outcome=VendorReview.Outcome.OPEN))
    rows = rows.order_by().values("vendor").annotate(done=Max("done_on"), begun=begun)
    looked_at = {row["vendor"]: _latest(row["done"], row["begun"]) for row in rows}
    found: dict[int, Change] = {}
    for change in _changes(organisation, vendor):
        before = found.get(change.vendor.pk)
        unseen = change.on > looked_at.get(change.vendor.pk, dt.date.min)
        if unseen and (before is None or change.on > before.on):
            found[change.vendor.pk] = change
    return list(found.values())


def kind_for(vendor: Vendor, offering: Offering | None) -> str:
    """The occasion of a review that begins now."""
    rows = VendorReview.objects.within(vendor.organisation).filter(vendor=vendor.pk, archived_at=None)
    requested = offering is not None and offering.state == Offering.State.REQUESTED
    if requested or not rows.exclude(outcome=VendorReview.Outcome.OPEN).exists():
        return VendorReview.Kind.FIRST
    change = next(iter(changes_to_review(vendor.organisation, vendor)), None)
    return change.kind if change else VendorReview.Kind.YEARLY


def _changes(organisation: Organisation, vendor: Vendor | None) -> Iterator[Change]:
    of = Q(archived_at=None, vendor__archived_at=None, vendor__ended_on=None)
    of &= Q(vendor=vendor.pk) if vendor else Q()
    notices: Any = VendorNotice.objects.within(organisation).filter(of, decision=VendorNotice.Decision.ACCEPTED)
    for notice in notices.select_related("vendor__organisation").order_by("pk"):
        yield Change(notice.vendor, Kind.CHANGE, _("Accepted: %s") % notice.name, notice.decided_on)
    incidents: Any = VendorIncident.objects.within(organisation).filter(of, our_data=VendorIncident.OurData.YES)
    for incident in incidents.select_related("vendor__organisation").order_by("pk"):
        on = timezone.localdate(incident.told_at or incident.known_at or incident.created_at)
        yield Change(incident.vendor, Kind.INCIDENT, _("Our data was concerned: %s") % incident.name, on)


def _latest(done: dt.date | None, begun: dt.datetime | None) -> dt.date:
    return max(done or dt.date.min, timezone.localdate(begun) if begun else dt.date.min)

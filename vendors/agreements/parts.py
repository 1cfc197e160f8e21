"""What agreements add to pages: how one stands, on top of its own; what binds a vendor, and covers an offering."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Register, registers
from grc.registries import Part, record_parts
from vendors.agreements.checklist import points_of, progress_of
from vendors.agreements.needing import keys_needing_dpa
from vendors.agreements.standing import Standing, covers_of, readable, standing_of, standings_of
from vendors.models import Agreement, Offering, Vendor

P = Permission


@dataclass(frozen=True)
class Line:
    """An agreement with how it stands, in a word and its colour."""

    agreement: Agreement
    standing: Standing
    word: str | Promise
    tone: str


def line_of(agreement: Agreement, standing: Standing) -> Line:
    today = timezone.localdate()
    if agreement.archived_at is not None:
        return Line(agreement, standing, _("Archived"), "")
    if standing.ends_on is not None and standing.ends_on < today:
        return Line(agreement, standing, _("Ended"), "red")
    if not standing.in_force:
        return Line(agreement, standing, _("Not in force yet"), "yellow")
    if agreement.kind != Agreement.Kind.DPA:
        return Line(agreement, standing, _("In force"), "green")
    if standing.counts_as_dpa:
        return Line(agreement, standing, _("Counts as a DPA"), "green")
    return Line(agreement, standing, _("Does not count as a DPA"), "red")


@record_parts.add(order=5)
def standing_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above everything: whether it counts, until when it binds, and what to look out for."""
    if not isinstance(record, Agreement):
        return
    agreement: Any = readable(Agreement.objects.within(record.organisation)).get(pk=record.pk)
    points = points_of(agreement, actor)
    line = line_of(agreement, standing_of(agreement, points, timezone.localdate()))
    may = record.archived_at is None and allows(actor, P.VENDORS_EDIT, record)
    has_points = agreement.kind == Agreement.Kind.DPA or bool(points)
    own = registers.of(Agreement)
    context = {
        "line": line,
        "progress": progress_of(points) if has_points else None,
        "points_url": own.url("points", agreement) if has_points else "",
        "end_url": own.url("end", agreement) if may and agreement.ended_on is None else "",
        "may_edit": may,
    }
    yield Part("vendors/agreements/standing.html", context, "top")


@record_parts.add(order=20)
def binding_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On a vendor and on an offering: what binds it, and whether a DPA counts for where personal data goes."""
    if isinstance(record, Vendor):
        which, of = Q(vendor=record.pk), f"vendor={record.reference}"
        offerings = list(Offering.objects.permitted(actor, P.VENDORS_VIEW).filter(vendor=record.pk, archived_at=None))
    elif isinstance(record, Offering):
        which = Q(offering=record.pk) | Q(vendor=record.vendor_id, offering=None)
        of = f"vendor={record.vendor.reference}&offering={record.reference}"
        offerings = [record]
    else:
        return
    rows = Agreement.objects.permitted(actor, P.VENDORS_VIEW).filter(which, archived_at=None).order_by("kind", "pk")
    today = timezone.localdate()
    covers = covers_of(offerings, today)
    needing = keys_needing_dpa(offerings)
    context = {
        "lines": [line_of(*pair) for pair in standings_of(rows, today)],
        "covers": [(one, covers[one.pk], one.pk in needing) for one in offerings],
        "of_vendor": isinstance(record, Vendor),
        "add_url": f"{registers.of(Agreement).list_url(actor.organisation.slug)}new?{of}"
        if record.archived_at is None and actor.can(P.VENDORS_EDIT)
        else "",
    }
    yield Part("vendors/agreements/binding.html", context)

"""A vendor’s notice to us: its last day follows what it rests on; what was decided; the words of an objection."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record, move_record
from grc.models.record import Record
from grc.registries import saved
from vendors.changes.actions import NotMovable
from vendors.models import Agreement, VendorFact, VendorNotice

P = Permission
WARNS = (14, 7, 1)
"""Days before the last one: from the first on it is said, from the second on loudly, from the third on in red."""


class NotDecidable(NotMovable):
    """This cannot be decided so; ``str()`` says why."""


@saved.add(order=65)
def keep_clocks(record: Record, by: Actor) -> None:
    """The days of an agreement or of a fact changed: open notices that rest on them get their last day anew."""
    if isinstance(record, Agreement):
        rows = VendorNotice.objects.within(record.organisation).filter(agreement=record)
    elif isinstance(record, VendorFact) and record.topic == VendorFact.Topic.NOTICE:
        rows = VendorNotice.objects.within(record.organisation).filter(vendor=record.offering.vendor_id)
    else:
        return
    rows = rows.filter(archived_at=None, decision=VendorNotice.Decision.OPEN, days=None)
    keeper = Actor.system(by.organisation, way=by.way)
    for notice in rows.select_related("key", "organisation", "agreement").order_by("pk"):
        before = notice.object_until
        notice.derive()
        if notice.object_until != before:
            reason = _("Days of %(reference)s") % {"reference": record.reference}
            move_record(record=notice, by=keeper, permission=P.VENDORS_EDIT, lock=notice.lock, reason=reason)


@transaction.atomic
def decide_notice(
    *, notice: VendorNotice, by: Actor, decision: str, reason: str, lock: int, on: dt.date | None = None
) -> VendorNotice:
    """Accept what a vendor announced, or object to it, today or ``on`` the day when that was done.

    Raises ``NotDecidable``, ``Denied``, ``StaleRecord``.
    """
    require(by, P.VENDORS_EDIT, notice)
    rows = VendorNotice.objects.within(by.organisation).select_for_update(of=("self",))
    if rows.values_list("decision", flat=True).get(pk=notice.pk) != VendorNotice.Decision.OPEN:
        raise NotDecidable(_("It is decided already."))
    if decision not in (VendorNotice.Decision.ACCEPTED, VendorNotice.Decision.OBJECTED):
        raise NotDecidable(_("Accept it, or object to it."))
    if not reason.strip():
        raise NotDecidable(_("Give the reason."))
    day = on or timezone.localdate()
    if not notice.received_on <= day <= timezone.localdate():
        raise NotDecidable(_("The day lies between the one on which it was received and today."))
    notice.decision, notice.reason, notice.decided_on = decision, reason.strip(), day
    return change_record(record=notice, by=by, lock=lock, reason=str(notice.get_decision_display()))


def left(notice: VendorNotice, today: dt.date) -> int | None:
    """Days until the last one on which we may object; below zero where it is over, None where none is known."""
    return (notice.object_until - today).days if notice.object_until else None


def tone_of_left(days: int | None) -> str:
    if days is None:
        return "yellow"
    first, loud, last = WARNS
    return "red" if days <= last else "orange" if days <= loud else "yellow" if days <= first else ""


def objection_text(notice: VendorNotice, by: Actor) -> str:
    """The words of a mail that objects, to be copied and completed by a person."""
    given = {
        "vendor": notice.vendor.name,
        "what": notice.name,
        "received": formats.day(notice.received_on),
        "basis": notice.agreement.name if notice.agreement else _("our data processing agreement"),
        "who": str(by.person or ""),
        "organisation": by.organisation.name,
    }
    words = _(
        "To %(vendor)s\n\n"
        "Objection to: %(what)s\n\n"
        "We received your notice of this change on %(received)s. Under %(basis)s we object to it.\n\n"
        "Our reasons: [reasons that concern the protection of personal data]\n\n"
        "Please confirm that you received this objection, and tell us how you will provide the service without the "
        "change. Until then we expect that our data is not processed in the changed way.\n\n"
        "%(who)s\n%(organisation)s"
    )
    return words % given

"""Incidents at vendors: whether we were told in time, closing them, and what is found."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record, create_record
from vendors.agreements.terms import term_of
from vendors.models import Agreement, VendorFinding, VendorIncident

P, State = Permission, VendorIncident.State
DONE_WITHIN = dt.timedelta(days=30)


class NotClosable(ValueError):
    """The incident cannot be closed, or no finding be made of it; ``str()`` says what is missing."""


@dataclass(frozen=True)
class Telling:
    """Whether we were told in time, by the shortest time that an agreement promises.

    ``deadline``: ``breach_hours`` of ``agreement`` after the vendor knew, None where one of them is not known.
    ``took``: from its knowing to our being told, or until now; ``late``: None where nothing can be said.
    """

    agreement: Agreement | None
    deadline: dt.datetime | None
    took: dt.timedelta | None
    late: bool | None


def telling_of(incident: VendorIncident, now: dt.datetime) -> Telling:
    """How the vendor kept its time. Hours are real hours: a change of clocks makes none longer or shorter."""
    return tellings_of([incident], now)[incident.pk]


def tellings_of(incidents: Sequence[VendorIncident], now: dt.datetime) -> dict[int, Telling]:
    """The same for many incidents of one organisation, by key. One query."""
    if not incidents:
        return {}
    rows: Any = Agreement.objects.within(incidents[0].organisation).filter(
        vendor__in={one.vendor_id for one in incidents}, archived_at=None, breach_hours__isnull=False
    )
    agreements = list(rows.select_related("organisation").order_by("breach_hours", "pk"))
    return {one.pk: judge_telling(one, agreements, now) for one in incidents}


def judge_telling(incident: VendorIncident, agreements: Sequence[Agreement], now: dt.datetime) -> Telling:
    """``agreements``: with ``breach_hours``, the shortest first. Those count that were in force when it was known."""
    known, told = incident.known_at, incident.told_at
    if known is None:
        return Telling(None, None, None, None)
    took = (told or now) - known
    day = timezone.localdate(known)
    binding = next((one for one in agreements if _binds(one, incident, day)), None)
    if binding is None or binding.breach_hours is None:
        return Telling(None, None, took, None)
    deadline = known.astimezone(dt.UTC) + dt.timedelta(hours=binding.breach_hours)
    late = (told or now) > deadline
    return Telling(binding, deadline, took, late if told or late else None)


def _binds(agreement: Agreement, incident: VendorIncident, day: dt.date) -> bool:
    if agreement.vendor_id != incident.vendor_id or agreement.offering_id not in (None, incident.offering_id):
        return False
    return term_of(agreement, day).in_force(day)


def close_incident(
    *, incident: VendorIncident, our_data: str, done: str, lock: int, by: Actor, impact: str = ""
) -> VendorIncident:
    """Raises ``NotClosable`` with all that is missing, ``StaleRecord``, ``Denied``."""
    require(by, P.VENDORS_EDIT, incident)
    if incident.state == State.CLOSED:
        raise NotClosable(_("It is closed already."))
    lacking = []
    if our_data not in (VendorIncident.OurData.NO, VendorIncident.OurData.YES):
        lacking.append(_("whether our data was concerned"))
    if not done.strip():
        lacking.append(_("what was done"))
    if lacking:
        raise NotClosable(_("Say %s.") % "; ".join(lacking))
    incident.our_data, incident.done, incident.impact = our_data, done.strip(), impact.strip()
    incident.state, incident.closed_on = State.CLOSED, timezone.localdate()
    return change_record(record=incident, by=by, lock=lock, reason=_("Closed"))


@transaction.atomic
def make_finding_of(*, incident: VendorIncident, by: Actor) -> VendorFinding:
    """A finding of an incident, once. Raises ``NotClosable``, ``Denied``."""
    require(by, P.VENDORS_EDIT, incident)
    VendorIncident.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=incident.pk)
    if (found := finding_of(incident)) is not None:
        raise NotClosable(_("It has its finding: %s.") % found.reference)
    telling = telling_of(incident, timezone.now())
    name = _("Told late: %s") if telling.late else _("After the incident: %s")
    finding = VendorFinding(
        organisation=by.organisation, vendor_id=incident.vendor_id, incident=incident, severity=incident.severity,
        name=(name % incident.name)[:200], due_on=timezone.localdate() + DONE_WITHIN, owner=incident.owner,
    )  # fmt: skip
    return create_record(record=finding, by=by, reason=incident.reference)


def finding_of(incident: VendorIncident) -> VendorFinding | None:
    """The finding in use that was made of it."""
    rows: Any = VendorFinding.objects.within(incident.organisation).filter(incident=incident.pk, archived_at=None)
    found: VendorFinding | None = rows.select_related("organisation").order_by("pk").first()
    return found

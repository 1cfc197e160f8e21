"""What is held about vendors in use, read once for all sheets. One query for each kind of record."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.agreements.terms import Term, term_of
from vendors.models import Agreement, Assurance, ExitPlan, Offering, Route, Vendor, VendorReview
from vendors.overview.lacks import IN_USE, UNUSED, WEIGHTY

VIEW = Permission.VENDORS_VIEW
LEI, EUID = "LEI", "EUID"
STOPPED = (Offering.State.REFUSED, Offering.State.ENDED)
_EUID = re.compile(r"[A-Z]{2}[A-Z0-9]*\.[A-Z0-9 ./_-]+", re.IGNORECASE)


@dataclass
class Holdings:
    """Records by the vendor's or the offering's key. ``today``: where the reader is."""

    today: dt.date
    vendors: list[Vendor]
    offerings: dict[int, list[Offering]] = field(default_factory=lambda: defaultdict(list))
    routes: dict[int, list[Route]] = field(default_factory=lambda: defaultdict(list))
    agreements: dict[int, list[Agreement]] = field(default_factory=lambda: defaultdict(list))
    assurances: dict[int, list[Assurance]] = field(default_factory=lambda: defaultdict(list))
    exits: dict[int, list[ExitPlan]] = field(default_factory=lambda: defaultdict(list))
    reviews: dict[int, list[VendorReview]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[int, Term] = field(default_factory=dict)
    """By agreement: how long it binds."""

    @property
    def weighty(self) -> list[Vendor]:
        return [vendor for vendor in self.vendors if vendor.criticality in WEIGHTY]

    def covering(self, vendor: int, offering: Offering) -> list[Agreement]:
        """The vendor's agreements that are for this offering, or for all of its vendor's."""
        return [one for one in self.agreements[vendor] if one.offering_id in (None, offering.pk)]


def holdings_of(actor: Actor) -> Holdings:
    """What ``actor`` may see about vendors in use, without what has ended before today and refused offerings.

    A vendor of whom everything was refused, and with whom nothing was signed, supplies nothing: it is left out.
    """
    vendors = list(_seen(Vendor, actor).filter(IN_USE).exclude(UNUSED).order_by("reference"))
    held = Holdings(timezone.localdate(), vendors)
    for offering in _of(Offering, actor).exclude(state__in=STOPPED):
        held.offerings[offering.vendor_id].append(offering)
    routes = _seen(Route, actor).filter(plan__archived_at=None, plan__allowed=True).select_related("plan", "through")
    for route in routes.order_by("reference"):
        held.routes[route.plan.offering_id].append(route)
    for agreement in _of(Agreement, actor).exclude(kind=Agreement.Kind.NDA):  # it arranges for no service
        term = term_of(agreement, held.today)
        if term.ends_on is None or term.ends_on >= held.today:
            held.terms[agreement.pk] = term
            held.agreements[agreement.vendor_id].append(agreement)
    for row in _of(Assurance, actor):
        held.assurances[row.vendor_id].append(row)
    for row in _of(ExitPlan, actor):
        held.exits[row.vendor_id].append(row)
    for review in _of(VendorReview, actor).exclude(done_on=None).order_by("-done_on", "-pk"):
        held.reviews[review.vendor_id].append(review)
    return held


def code_of(vendor: Vendor) -> tuple[str, str]:
    """The vendor's code and which it is: LEI or EUID, by which a legal person has to be named; empty: neither."""
    code = vendor.identifier.strip()
    if is_lei(code):
        return code.upper(), LEI
    return code, EUID if _EUID.fullmatch(code) else ""


def is_lei(code: str) -> bool:
    """Whether a text is a legal entity identifier, by form and check digits (ISO 17442, ISO/IEC 7064 MOD 97-10)."""
    plain = code.upper()
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", plain):
        return False
    return int("".join(str(int(char, 36)) for char in plain)) % 97 == 1


def _of(model: Any, actor: Actor) -> Any:
    return _seen(model, actor).filter(vendor__archived_at=None, vendor__ended_on=None).order_by("reference")


def _seen(model: Any, actor: Actor) -> Any:
    return model.objects.permitted(actor, VIEW).filter(archived_at=None)

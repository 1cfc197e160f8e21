"""Evidence about vendors that expires: what a vendor's record names as its file, or is linked with."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link
from vendors.models import Agreement, Assurance, CustomerCommitment, ReviewAnswer
from vendors.overview.dates import Entry, Kind, window

P = Permission
OF_VENDOR = ("vendors", "offerings", "agreements", "assurances", "vendor-reviews", "exit-plans")
"""Registers whose records may be linked with evidence about a vendor."""
NAMING: tuple[tuple[Any, str, str], ...] = (
    (Agreement, "file_id", "vendor"),
    (Agreement, "assessment_id", "vendor"),
    (Assurance, "file_id", "vendor"),
    (ReviewAnswer, "file_id", "review__vendor"),
)
Named = Mapping[int, tuple[str, str]]
"""By item: the name and reference of the vendor that it is about; empty where it hangs on a customer's contract."""


def expiring_evidence(actor: Actor, today: dt.date, vendor: str = "") -> list[Entry]:
    """One entry an item, however often it is named. ``vendor``: a part of its name, or its reference."""
    if not actor.can(P.EVIDENCE_VIEW):
        return []
    items = EvidenceItem.objects.permitted(actor, P.EVIDENCE_VIEW)
    items = items.filter(archived_at=None, expires_on__range=window(today))
    rows = items.order_by("pk").values_list("pk", "reference", "name", "expires_on", "owner__name")
    named = {**_linked(actor, items), **_signed(actor, items), **_named(actor, items)} if rows else {}
    return [
        Entry(Kind.EVIDENCE, on, name, "evidence", reference, *named[pk], owner or "")
        for pk, reference, name, on, owner in rows
        if pk in named and _keeps(named[pk], vendor)
    ]


def _keeps(named: tuple[str, str], vendor: str) -> bool:
    text, (name, reference) = vendor.casefold(), named
    return text in name.casefold() or text == reference.casefold()


def _named(actor: Actor, items: Any) -> Named:
    found: dict[int, tuple[str, str]] = {}
    for model, file, vendor in NAMING:
        rows = model.objects.permitted(actor, P.VENDORS_VIEW).filter(
            **{"archived_at": None, f"{vendor}__ended_on": None, f"{file}__in": items.values("pk")}
        )
        found |= {row[0]: (row[1], row[2]) for row in rows.values_list(file, f"{vendor}__name", f"{vendor}__reference")}
    return found


def _signed(actor: Actor, items: Any) -> Named:
    if not actor.can(P.CUSTOMERS_VIEW):
        return {}
    rows = CustomerCommitment.objects.permitted(actor, P.CUSTOMERS_VIEW).filter(archived_at=None)
    return dict.fromkeys(rows.filter(file__in=items.values("pk")).values_list("file_id", flat=True), ("", ""))  # type: ignore[arg-type]


def _linked(actor: Actor, items: Any) -> Named:
    """Items that are linked with a record about a vendor; the other end is named by its reference and title."""
    links = Link.objects.permitted(actor, P.LINKS_VIEW).filter(archived_at=None)
    one = links.filter(source__in=items.values("pk"), target__register__in=OF_VENDOR)
    other = links.filter(target__in=items.values("pk"), source__register__in=OF_VENDOR)
    found = [*one.values_list("source_id", "target__title", "target__reference"),
             *other.values_list("target_id", "source__title", "source__reference")]  # fmt: skip
    return {item: (title, reference) for item, title, reference in found}

"""Everything about vendors that runs out or is due, as far as its reader may see it. One query for each kind of record.

Rows are read as bare values: an organisation may have twenty thousand agreements, of which a page shows some dozens.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F, Q

from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link
from vendors.models import (
    Agreement,
    Assurance,
    CustomerCommitment,
    ExitPlan,
    Offering,
    ReviewAnswer,
    SubprocessorChange,
    Vendor,
    VendorAsk,
    VendorFact,
    VendorFinding,
    VendorNotice,
    VendorReview,
)
from vendors.overview.dates import Entry, Kind, agreement_days, assurance_days, replaced, window

P = Permission
OF_VENDOR = ("vendors", "offerings", "agreements", "assurances", "vendor-reviews", "exit-plans")
"""Registers whose records may be linked with evidence about a vendor."""
OVER = (Offering.State.REFUSED, Offering.State.ENDED)
Source = Callable[[Actor, dt.date], Iterator[Entry]]


def entries_of(actor: Actor, today: dt.date) -> list[Entry]:
    """Every entry that ``actor`` may see, from a year ago up to the end of the twelfth month."""
    first, last = window(today)
    sources: list[Source] = [_agreements, _assurances, _facts, _reviews, _leaving, _open_work, _notices]
    if actor.can(P.CUSTOMERS_VIEW):
        sources.append(_customers)
    if actor.can(P.EVIDENCE_VIEW):
        sources.append(_evidence)
    return [entry for source in sources for entry in source(actor, today) if first <= entry.on <= last]


def _rows(model: Any, actor: Actor, *fields: str, vendor: str = "vendor", view: Permission = P.VENDORS_VIEW) -> Any:
    """Bare rows of records in use, of vendors in use: with ``owner_name``, and ``supplier`` by name and reference."""
    rows = model.objects.permitted(actor, view).filter(archived_at=None)
    also: dict[str, Any] = {"owner_name": F("owner__name")}
    if vendor:
        rows = rows.filter(**{f"{vendor}__ended_on": None, f"{vendor}__archived_at": None})
        also |= {"supplier": F(f"{vendor}__name"), "supplier_reference": F(f"{vendor}__reference")}
    return rows.order_by("pk").annotate(**also).values_list("pk", "reference", *fields, *also, named=True)


def _entry(row: Any, kind: Kind, on: dt.date, what: str, register: str) -> Entry:
    vendor, reference = getattr(row, "supplier", ""), getattr(row, "supplier_reference", "")
    return Entry(kind, on, what, register, row.reference, vendor, reference, row.owner_name or "")


def _agreements(actor: Actor, today: dt.date) -> Iterator[Entry]:
    fields = ("name", "kind", "offering_id", "effective_on", "signed_on", "ends_on", "ended_on", "renewal",
              "renewal_months", "notice_days", "review_on")  # fmt: skip
    rows = list(_rows(Agreement, actor, *fields))
    days = [(row, kind, on) for row in rows for kind, on in agreement_days(row, today)]
    gone = replaced(_ends(rows, today), today)
    for row, kind, on in days:
        if row.pk not in gone:
            yield _entry(row, kind, on, row.name, "agreements")
    for row in rows:
        if row.review_on and row.pk not in gone and not (row.ended_on and row.ended_on < today):
            yield _entry(row, Kind.REVIEW, row.review_on, row.name, "agreements")


def _ends(rows: list[Any], today: dt.date) -> Iterator[tuple[int, Any, dt.date]]:
    for row in rows:
        of = (row.supplier_reference, row.kind, row.offering_id)
        end = row.ended_on or (row.ends_on if row.renewal == Agreement.Renewal.FIXED else None) or dt.date.max
        yield row.pk, of, end


def _assurances(actor: Actor, today: dt.date) -> Iterator[Entry]:
    fields = ("name", "standard", "offering_id", "status", "expires_on", "period_to", "bridge_until")
    rows = list(_rows(Assurance, actor, *fields))
    held = [
        (row, kind, on) for row in rows for kind, on in assurance_days(row.expires_on, row.period_to, row.bridge_until)
    ]
    of = {
        (row.pk, kind): (row.supplier_reference, row.standard, row.name, row.offering_id, kind)
        for row, kind, _on in held
    }
    gone = replaced([((row.pk, kind), of[row.pk, kind], on) for row, kind, on in held], today)
    for row, kind, on in held:
        if (row.pk, kind) not in gone:
            words = row.name or str(Assurance.Standard(row.standard).label)
            yield _entry(row, kind, on, words, "assurances")


def _facts(actor: Actor, today: dt.date) -> Iterator[Entry]:
    _first, last = window(today)
    rows = _rows(VendorFact, actor, "topic", "stale_on", "offering__name", vendor="offering__vendor")
    rows = rows.filter(stale_on__lte=last, offering__archived_at=None).exclude(offering__state__in=OVER)
    topics = {topic.value: str(topic.label) for topic in VendorFact.Topic}  # looked up once, not for every fact
    for row in rows:
        words = f"{row.offering__name}: {topics[row.topic]}"
        yield _entry(row, Kind.FACT, row.stale_on, words, "vendor-facts")


def _reviews(actor: Actor, today: dt.date) -> Iterator[Entry]:
    own = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None, ended_on=None)
    dated = own.exclude(review_on=None).order_by("pk").values_list("reference", "name", "review_on", "owner__name")
    for reference, name, on, owner in dated:
        yield Entry(Kind.REVIEW, on, name, "vendors", reference, name, reference, owner or "")  # type: ignore[arg-type]
    offerings = _rows(Offering, actor, "name", "review_on").exclude(state__in=OVER).exclude(review_on=None)
    for row in offerings:
        yield _entry(row, Kind.REVIEW, row.review_on, row.name, "offerings")
    begun = _rows(VendorReview, actor, "kind", "due_on").filter(outcome="open").exclude(due_on=None)
    for row in begun:
        yield _entry(row, Kind.REVIEW, row.due_on, str(VendorReview.Kind(row.kind).label), "vendor-reviews")


def _leaving(actor: Actor, today: dt.date) -> Iterator[Entry]:
    for row in _rows(ExitPlan, actor, "name", "review_on").exclude(review_on=None):
        yield _entry(row, Kind.EXIT, row.review_on, row.name, "exit-plans")


def _open_work(actor: Actor, today: dt.date) -> Iterator[Entry]:
    for row in _rows(VendorFinding, actor, "name", "due_on").filter(done_on=None).exclude(due_on=None):
        yield _entry(row, Kind.FINDING, row.due_on, row.name, "vendor-findings")
    asked = _rows(VendorAsk, actor, "name", "expires_on", vendor="review__vendor").filter(state=VendorAsk.State.SENT)
    for row in asked:
        yield _entry(row, Kind.QUESTIONNAIRE, row.expires_on, row.name, "vendor-asks")


def _notices(actor: Actor, today: dt.date) -> Iterator[Entry]:
    rows = _rows(VendorNotice, actor, "name", "object_until").filter(decision=VendorNotice.Decision.OPEN)
    for row in rows.exclude(object_until=None):
        yield _entry(row, Kind.OBJECT, row.object_until, row.name, "vendor-notices")


def _customers(actor: Actor, today: dt.date) -> Iterator[Entry]:
    changes = _rows(SubprocessorChange, actor, "name", "object_until", "effective_on", vendor="", view=P.CUSTOMERS_VIEW)
    for row in changes.filter(state=SubprocessorChange.State.ANNOUNCED):
        yield _entry(row, Kind.CUSTOMER_OBJECTION, row.object_until, row.name, "subprocessor-changes")
        yield _entry(row, Kind.CHANGE, row.effective_on, row.name, "subprocessor-changes")
    promised = _rows(CustomerCommitment, actor, "name", "ends_on", "review_on", vendor="", view=P.CUSTOMERS_VIEW)
    for row in promised.filter(Q(ends_on__isnull=False) | Q(review_on__isnull=False)):
        if row.ends_on:
            yield _entry(row, Kind.COMMITMENT, row.ends_on, row.name, "customer-commitments")
        if row.review_on and not (row.ends_on and row.ends_on < today):
            yield _entry(row, Kind.REVIEW, row.review_on, row.name, "customer-commitments")


def _evidence(actor: Actor, today: dt.date) -> Iterator[Entry]:
    """Items that expire and that a vendor's record names or is linked with; one entry an item, however often named."""
    named = _named_by(actor)
    rows = EvidenceItem.objects.permitted(actor, P.EVIDENCE_VIEW).filter(archived_at=None, pk__in=list(named))
    for row in rows.exclude(expires_on=None).select_related("owner").order_by("pk"):
        vendor, reference = named[row.pk]
        owner = row.owner.name if row.owner else ""
        yield Entry(Kind.EVIDENCE, row.expires_on, row.name, "evidence", row.reference, vendor, reference, owner)  # type: ignore[arg-type]


def _named_by(actor: Actor) -> dict[int, tuple[str, str]]:
    """By item: the name and reference of the vendor that it is about; empty where it hangs on a customer's contract."""
    found: dict[int, tuple[str, str]] = {}
    pairs = ((Agreement, "file_id", "vendor"), (Agreement, "assessment_id", "vendor"),
             (Assurance, "file_id", "vendor"), (ReviewAnswer, "file_id", "review__vendor"))  # fmt: skip
    for model, name, vendor in pairs:
        rows: Any = model.objects.permitted(actor, P.VENDORS_VIEW).filter(  # type: ignore[attr-defined]
            archived_at=None, **{f"{vendor}__ended_on": None, f"{name.removesuffix('_id')}__expires_on__isnull": False}
        )
        found |= {row[0]: (row[1], row[2]) for row in rows.values_list(name, f"{vendor}__name", f"{vendor}__reference")}
    if actor.can(P.CUSTOMERS_VIEW):
        signed = CustomerCommitment.objects.permitted(actor, P.CUSTOMERS_VIEW).filter(archived_at=None)
        found = dict.fromkeys(signed.exclude(file=None).values_list("file_id", flat=True), ("", "")) | found  # type: ignore[misc]
    return _linked(actor) | found


def _linked(actor: Actor) -> dict[int, tuple[str, str]]:
    """Items that are linked with a record about a vendor; the other end is named by its reference and title."""
    links = Link.objects.permitted(actor, P.LINKS_VIEW).filter(archived_at=None)
    one = links.filter(source__register="evidence", target__register__in=OF_VENDOR)
    other = links.filter(target__register="evidence", source__register__in=OF_VENDOR)
    found = [*one.values_list("source_id", "target__title", "target__reference"),
             *other.values_list("target_id", "source__title", "source__reference")]  # fmt: skip
    return {item: (title, reference) for item, title, reference in found}

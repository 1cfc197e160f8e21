"""The records that have days, kind by kind: which rows, from which of their dates, and in which words.

What another of the same outlives is history: an agreement or a certificate that has ended is left out while one of the
same vendor, kind and offering reaches further.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.agreements.terms import months_after
from vendors.models import (
    Agreement,
    Assurance,
    CustomerCommitment,
    ExitPlan,
    Offering,
    SubprocessorChange,
    Vendor,
    VendorAsk,
    VendorFact,
    VendorFinding,
    VendorNotice,
    VendorReview,
)
from vendors.overview.dates import REPORT_MONTHS, Binding, Kind, agreement_days, window

P = Permission
SLACK = dt.timedelta(days=3)
"""Months are not equally long: the database gives so many days more, and each day is judged afterwards."""
OVER = (Offering.State.REFUSED, Offering.State.ENDED)
KindAndDay = tuple[Kind, dt.date | None]
Narrow = Callable[[Any, dt.date], Any]


@dataclass(frozen=True)
class Source:
    """Records of one register. ``dates``: the columns from which ``days`` works out what happens when, given their
    values and today. ``vendor``: the way to the vendor, empty for vendors themselves, None where there is none.
    ``words``: columns from whose values ``what`` says what the record is called."""

    model: Any
    register: str
    dates: tuple[str, ...]
    days: Callable[[tuple[Any, ...], dt.date], Iterable[KindAndDay]]
    vendor: str | None = "vendor"
    view: Permission = P.VENDORS_VIEW
    words: tuple[str, ...] = ("name",)
    what: Callable[..., str] = str
    narrow: Narrow = lambda rows, _today: rows

    def rows(self, actor: Actor, today: dt.date, vendor: str = "") -> Any:
        """Records in use, of vendors in use, that ``actor`` sees; of vendors that ``vendor`` names a part of."""
        rows = self.model.objects.permitted(actor, self.view).filter(archived_at=None)
        if self.vendor is not None:
            rows = rows.filter(**{self.path("ended_on"): None, self.path("archived_at"): None})
        if vendor:
            rows = rows.filter(self._named(vendor)) if self.vendor is not None else rows.none()
        return self.narrow(rows, today)

    def path(self, name: str) -> str:
        """The way to a field of the vendor."""
        return f"{self.vendor}__{name}" if self.vendor else name

    def values(self, rows: Any) -> Any:
        """Reference, owner's name, vendor's name and reference, then ``dates``, then ``words`` of each row."""
        named: dict[str, Any] = {"supplier": Value(""), "supplier_reference": Value("")}
        if self.vendor is not None:
            named = {"supplier": F(self.path("name")), "supplier_reference": F(self.path("reference"))}
        rows = rows.annotate(owner_name=F("owner__name"), **named)
        return rows.values_list("reference", "owner_name", *named, *self.dates, *self.words)

    def _named(self, text: str) -> Q:
        return Q(**{f"{self.path('name')}__icontains": text}) | Q(**{f"{self.path('reference')}__iexact": text})


def sources_of(actor: Actor) -> list[Source]:
    return [*OF_VENDORS, *(OF_CUSTOMERS if actor.can(P.CUSTOMERS_VIEW) else ())]


def _dated(model: Any, register: str, kind: Kind, date: str, *, narrow: Narrow | None = None, **more: Any) -> Source:
    """Records one of whose dates is the day."""

    def within(rows: Any, today: dt.date) -> Any:
        rows = rows.filter(**{f"{date}__range": window(today)})
        return narrow(rows, today) if narrow else rows

    return Source(model, register, (date,), lambda dates, _today: [(kind, dates[0])], narrow=within, **more)


def _outlived(rows: Any, today: dt.date, end: Any, *same: str) -> Q:
    """Whether a row's ``end`` has passed while another of ``rows``, of the same vendor, offering and ``same``, has a
    later one."""
    marked = rows.annotate(until=end, about=Coalesce("offering_id", Value(0)))
    others = marked.filter(
        about=Coalesce(OuterRef("offering_id"), Value(0)),
        until__gt=OuterRef("until"),
        **{name: OuterRef(name) for name in ("vendor", *same)},
    )
    return Q(until__lt=today) & Q(Exists(others))


def _holding(rows: Any, today: dt.date) -> Any:
    fixed = Case(When(renewal=Agreement.Renewal.FIXED, then=F("ends_on")))
    end = Coalesce("ended_on", fixed, Value(dt.date.max), output_field=DateField())
    return rows.annotate(until=end).exclude(_outlived(rows, today, end, "kind"))


def _binding(rows: Any, today: dt.date) -> Any:
    rows = _holding(rows, today).filter(Q(ended_on=None) | Q(ended_on__gte=today))
    return rows.exclude(ended_on=None, ends_on=None)


def _reviewed_agreements(rows: Any, today: dt.date) -> Any:
    return _holding(rows, today).filter(Q(ended_on=None) | Q(ended_on__gte=today), review_on__range=window(today))


def _assured(kind: Kind, date: str) -> Source:
    """Certificates, reports or bridge letters: those that a later one of the same replaces are left out."""

    def days(dates: tuple[Any, ...], _today: dt.date) -> list[KindAndDay]:
        return [(kind, months_after(dates[0], months) if months else dates[0])]

    def narrow(rows: Any, today: dt.date) -> Any:
        dated = rows.exclude(**{date: None})
        passed = months_after(today, -months)
        gone = _outlived(dated, passed, F(date), "standard", "name")
        first, last = window(today)
        within = (months_after(first, -months) - SLACK, months_after(last, -months) + SLACK)
        return dated.annotate(until=F(date)).filter(**{f"{date}__range": within}).exclude(gone)

    months = REPORT_MONTHS if kind == Kind.REPORT else 0
    return Source(
        Assurance, "assurances", (date,), days, narrow=narrow, words=("name", "standard"),
        what=lambda name, standard: name or str(Assurance.Standard(standard).label),
    )  # fmt: skip


def _fact_words(offering: str, topic: str) -> str:
    return f"{offering}: {VendorFact.Topic(topic).label}"


def _change_days(dates: tuple[Any, ...], _today: dt.date) -> list[KindAndDay]:
    return list(zip((Kind.CUSTOMER_OBJECTION, Kind.CHANGE), dates, strict=True))


def _commitment_days(dates: tuple[Any, ...], today: dt.date) -> list[KindAndDay]:
    ends_on, review_on = dates
    over = ends_on is not None and ends_on < today
    return [(Kind.COMMITMENT, ends_on), (Kind.REVIEW, None if over else review_on)]


OF_VENDORS = (
    Source(
        Agreement, "agreements", ("ends_on", "ended_on", "renewal", "renewal_months", "notice_days"),
        lambda dates, today: agreement_days(Binding(*dates), today), narrow=_binding,
    ),
    Source(
        Agreement, "agreements", ("review_on",), lambda dates, _today: [(Kind.REVIEW, dates[0])],
        narrow=_reviewed_agreements,
    ),
    _assured(Kind.CERTIFICATE, "expires_on"),
    _assured(Kind.REPORT, "period_to"),
    _assured(Kind.BRIDGE, "bridge_until"),
    _dated(
        VendorFact, "vendor-facts", Kind.FACT, "stale_on", vendor="offering__vendor",
        narrow=lambda rows, _today: rows.filter(offering__archived_at=None).exclude(offering__state__in=OVER),
        words=("offering__name", "topic"), what=_fact_words,
    ),
    _dated(Vendor, "vendors", Kind.REVIEW, "review_on", vendor=""),
    _dated(
        Offering, "offerings", Kind.REVIEW, "review_on", narrow=lambda rows, _today: rows.exclude(state__in=OVER)
    ),
    _dated(
        VendorReview, "vendor-reviews", Kind.REVIEW, "due_on", words=("kind",),
        narrow=lambda rows, _today: rows.filter(outcome=VendorReview.Outcome.OPEN),
        what=lambda kind: str(VendorReview.Kind(kind).label),
    ),
    _dated(ExitPlan, "exit-plans", Kind.EXIT, "review_on"),
    _dated(
        VendorFinding, "vendor-findings", Kind.FINDING, "due_on",
        narrow=lambda rows, _today: rows.filter(done_on=None),
    ),
    _dated(
        VendorAsk, "vendor-asks", Kind.QUESTIONNAIRE, "expires_on", vendor="review__vendor",
        narrow=lambda rows, _today: rows.filter(state=VendorAsk.State.SENT),
    ),
    _dated(
        VendorNotice, "vendor-notices", Kind.OBJECT, "object_until",
        narrow=lambda rows, _today: rows.filter(decision=VendorNotice.Decision.OPEN),
    ),
)  # fmt: skip
OF_CUSTOMERS = (
    Source(
        SubprocessorChange, "subprocessor-changes", ("object_until", "effective_on"), _change_days, vendor=None,
        view=P.CUSTOMERS_VIEW, narrow=lambda rows, _today: rows.filter(state=SubprocessorChange.State.ANNOUNCED),
    ),
    Source(
        CustomerCommitment, "customer-commitments", ("ends_on", "review_on"), _commitment_days, vendor=None,
        view=P.CUSTOMERS_VIEW, narrow=lambda rows, _today: rows.exclude(ends_on=None, review_on=None),
    ),
)  # fmt: skip

"""What customers were promised, taken together: which promise binds, and what stands against one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.changes.places import names_of, outside
from vendors.changes.recipients import commitments_in_force, today_of
from vendors.models import Agreement, CustomerCommitment, Subprocessor

P = Permission


@dataclass(frozen=True)
class Against:
    """Something that stands against a promise: ``text`` says what, ``url`` leads to it."""

    commitment: CustomerCommitment
    text: str
    url: str
    tone: str = "red"


@dataclass
class Promises:
    """Of all commitments in force. ``shortest``, ``longest`` notice and ``fastest`` hours: whose promise binds."""

    rows: list[CustomerCommitment]
    against: list[Against] = field(default_factory=list)

    @property
    def longest(self) -> CustomerCommitment | None:
        """Who has most days to object: every change waits for them."""
        return max(self.rows, key=lambda one: one.notice_days, default=None)

    @property
    def shortest(self) -> CustomerCommitment | None:
        return min(self.rows, key=lambda one: one.notice_days, default=None)

    @property
    def fastest(self) -> CustomerCommitment | None:
        """Who has to be told of an incident first."""
        timed = [one for one in self.rows if one.incident_hours is not None]
        return min(timed, key=lambda one: one.incident_hours or 0, default=None)

    @property
    def residencies(self) -> list[tuple[str, list[CustomerCommitment]]]:
        found: dict[str, list[CustomerCommitment]] = {}
        for one in self.rows:
            if one.residency:
                found.setdefault(one.residency, []).append(one)
        return sorted(found.items())

    @property
    def unreachable(self) -> list[CustomerCommitment]:
        return [one for one in self.rows if not one.contact_email]


def read_promises(actor: Actor, at: dt.datetime | None = None) -> Promises:
    """Three queries, however many there are."""
    if not actor.can(P.CUSTOMERS_VIEW):
        return Promises([])
    rows = list(commitments_in_force(actor.organisation, today_of(at or timezone.now())))
    return Promises(rows, against(rows, actor))


def against(commitments: Sequence[CustomerCommitment], actor: Actor) -> list[Against]:
    """What of our list and of vendors' contracts stands against these promises. Two queries."""
    listed = Subprocessor.objects.permitted(actor, P.CUSTOMERS_VIEW).filter(archived_at=None)
    subprocessors = list(listed.exclude(state=Subprocessor.State.REMOVED).order_by("name", "pk"))
    training = _training_agreements(subprocessors, actor)
    found = []
    for commitment in commitments:
        found += [one for row in subprocessors for one in _place(commitment, row)]
        if not commitment.training_allowed:
            found += [_training(commitment, agreement) for agreement in training]
    return found


def _place(commitment: CustomerCommitment, row: Subprocessor) -> list[Against]:
    if not commitment.residency:
        return []
    beyond, given = outside(row.location, commitment.residency), {
        "name": row.name, "where": row.location, "promised": commitment.residency,
    }  # fmt: skip
    url = row.get_absolute_url()
    if beyond is None:
        text = _("%(name)s: whether “%(where)s” lies in “%(promised)s” cannot be told from the words.") % given
        return [Against(commitment, text, url, "yellow")]
    if not beyond:
        return []
    given["countries"] = ", ".join(names_of(beyond))
    text = _("%(name)s is in %(where)s; promised was %(promised)s. Outside: %(countries)s.") % given
    return [Against(commitment, text, url)]


def _training_agreements(subprocessors: Sequence[Subprocessor], actor: Actor) -> list[Agreement]:
    """Agreements that let a vendor on our list train on data."""
    vendors = {row.vendor_id for row in subprocessors if row.vendor_id is not None}
    rows = Agreement.objects.permitted(actor, P.VENDORS_VIEW).filter(
        Q(ended_on=None) | Q(ended_on__gt=timezone.localdate()),
        vendor__in=vendors, training=Agreement.Training.MAY, archived_at=None,
    )  # fmt: skip
    return list(rows.select_related("vendor").order_by("pk"))


def _training(commitment: CustomerCommitment, agreement: Agreement) -> Against:
    said = {"vendor": agreement.vendor.name, "agreement": agreement.reference}
    text = _("%(vendor)s may train on data (%(agreement)s); the customer did not allow it.") % said
    return Against(commitment, text, agreement.get_absolute_url())

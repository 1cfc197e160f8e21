"""A.10: vendors and customers. These controls ask for no document; the registers answer them."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from aims.clauses.facts import Facts, Next
from aims.clauses.found import Answer
from aims.models import SystemUse
from vendors.models import Agreement, CustomerCommitment, ExitPlan, Offering, Vendor, VendorReview

YEAR = dt.timedelta(days=366)
HEAVY = (Vendor.Criticality.HIGH, Vendor.Criticality.CRITICAL)


def in_use(facts: Facts) -> list[Vendor]:
    """Vendors that are not ended."""
    return [row for row in facts.rows(Vendor) if row.ended_on is None]


def a_vendor(facts: Facts) -> Next | None:
    if in_use(facts):
        return None
    return Next(_("Add the vendor whose model your most important AI system calls."), facts.new("vendors"))


def each_use_named(facts: Facts) -> Next | None:
    if facts.rows(SystemUse):
        return None
    return Next(_("Say which AI system uses which vendor, and which data reaches it."), facts.new("uses"))


def each_bound(facts: Facts) -> Next | None:
    """Whoever supplies something that is approved for use has an agreement with us."""
    bound = {row.vendor_id for row in facts.rows(Agreement) if row.ended_on is None}
    used = {row.vendor_id for row in facts.rows(Offering) if row.state == Offering.State.APPROVED}
    bare = next((row for row in in_use(facts) if row.pk in used and row.pk not in bound), None)
    if bare is None:
        return None
    return Next(
        _("Add the agreement with %s: it says who does what.") % bare.name,
        facts.new("agreements", vendor=bare.reference),
    )


def each_role_decided(facts: Facts) -> Next | None:
    rows = (row for row in facts.rows(Offering) if row.state == Offering.State.APPROVED)
    open_one = next((row for row in rows if row.gdpr_role == Offering.GDPRRole.UNDECIDED), None)
    return Next(_("Decide which role %s has under GDPR.") % open_one.name, facts.edit(open_one)) if open_one else None


def each_judged(facts: Facts) -> Next | None:
    rows = (row for row in in_use(facts) if row.criticality == Vendor.Criticality.UNDECIDED)
    open_one = next(rows, None)
    return Next(_("Judge how critical %s is.") % open_one.name, facts.edit(open_one)) if open_one else None


def each_reviewed(facts: Facts) -> Next | None:
    done = {row.vendor_id for row in facts.rows(VendorReview) if row.done_on and row.done_on >= facts.today - YEAR}
    used = {row.vendor_id for row in facts.rows(Offering) if row.state == Offering.State.APPROVED}
    late = next((row for row in in_use(facts) if row.pk in used and row.pk not in done), None)
    if late is None:
        return None
    return Next(
        _("Review %s: it was not reviewed within a year.") % late.name,
        facts.new("vendor-reviews", vendor=late.reference),
    )


def each_can_be_left(facts: Facts) -> Next | None:
    planned = {row.vendor_id for row in facts.rows(ExitPlan)}
    rows = (row for row in in_use(facts) if row.criticality in HEAVY and row.pk not in planned)
    bare = next(rows, None)
    return (
        Next(_("Plan how to go on without %s.") % bare.name, facts.new("exit-plans", vendor=bare.reference))
        if bare
        else None
    )


def a_commitment(facts: Facts) -> Next | None:
    if facts.rows(CustomerCommitment):
        return None
    words = _("Write down what the contract of your largest customer promises.")
    return Next(words, facts.new("customer-commitments"))


def each_with_a_clock(facts: Facts) -> Next | None:
    bare = next((row for row in facts.rows(CustomerCommitment) if row.incident_hours is None), None)
    return Next(_("Say within how many hours %s hears of an incident.") % bare.name, facts.edit(bare)) if bare else None


def _shared(facts: Facts) -> list[Any]:
    return [*facts.rows(Agreement), *facts.rows(CustomerCommitment)]


ANSWERS = (
    Answer(
        "A.10.2",
        ("agreements", "customer-commitments", "uses"),
        _shared,
        (a_vendor, each_use_named, each_bound, each_role_decided),
        by_document=True,
    ),
    Answer(
        "A.10.3",
        ("vendors", "offerings", "vendor-reviews", "exit-plans"),
        in_use,
        (a_vendor, each_judged, each_reviewed, each_can_be_left),
        by_document=True,
    ),
    Answer(
        "A.10.4",
        ("customer-commitments",),
        lambda facts: facts.rows(CustomerCommitment),
        (a_commitment, each_with_a_clock),
        by_document=True,
    ),
)

"""Nordhaven's promises to three customers, its seven subprocessors, three changes, two vendors' notices, two editions.

The customers are invented, and so is every contract. One announced change is held back by an objection; a draft plans a
day that is too early for the customer with forty-five days.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.demo import HOME, demo_actor
from grc.models.outbox import OutboxMessage
from grc.registries import seeders
from vendors.changes.actions import announce_change, list_existing, put_in_effect
from vendors.changes.inbound import decide_notice
from vendors.changes.objections import record_objection
from vendors.changes.public import publish_list
from vendors.changes.recipients import today_of
from vendors.demo.base import VERA, named, saved
from vendors.models import (
    CustomerCommitment,
    Subprocessor,
    SubprocessorChange,
    SubprocessorNotice,
    Subscriber,
    Vendor,
    VendorNotice,
)

# customer, address, zone, days to object, hours, where, audit rights, deletion in days, signed so many days ago
CUSTOMERS = (
    ("Hansekontor Brokers GmbH", "privacy@hansekontor.example", "Europe/Berlin", 30, 48, "EEA",
     "Once a year, with 30 days’ notice; reports of third parties first.", 30, 690),
    ("Pinehurst Fleet Services Inc.", "vendor-risk@pinehurst.example", "America/New_York", 45, 72,
     "EEA or United States", "On cause.", 60, 420),
    ("Kowhai Mutual Ltd", "dpo@kowhai.example", "Pacific/Auckland", 10, 24, "EU or New Zealand",
     "By questionnaire, each year.", 30, 300),
)  # fmt: skip

# vendor (empty: none in the register), company, service, where, data, safeguard, since so many days ago
LISTED = (
    ("Microsoft", "Microsoft Ireland Operations Limited", "Language models for claims and the assistant",
     "Sweden", ["customer", "personal"], "", 620),
    ("Amazon Web Services", "Amazon Web Services EMEA SARL", "Language models, object storage", "Dublin, Ireland",
     ["customer", "personal"], "", 610),
    ("Mistral AI", "Mistral AI SAS", "Summaries of broker submissions", "Paris, France", ["confidential"], "", 430),
    ("Vectorhaus", "Vectorhaus GmbH", "Vector store of the claims index", "Frankfurt, Germany",
     ["customer", "personal"], "", 500),
    ("", "Nordwerk Rechenzentren GmbH", "Hosting of the claims platform", "Hamburg, Germany",
     ["customer", "personal", "special"], "", 690),
    ("", "Helpwell ApS", "Tickets of the service desk", "Aarhus, Denmark", ["personal"], "", 640),
)  # fmt: skip


@seeders.add(order=19)
def seed_changes() -> None:
    vera = demo_actor(VERA, HOME)
    if CustomerCommitment.objects.within(vera.organisation).exists():
        return
    with vera.working():
        _customers(vera)
        for row in LISTED:
            _listed(row, vera)
        _spring(vera)
        _announced(vera)
        _draft(vera)
        _inbound(vera)


def _ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def _day(days: int) -> dt.date:
    return today_of(timezone.now()) + dt.timedelta(days=days)


def _customers(by: Actor) -> None:
    for name, email, zone, days, hours, where, audits, deletion, signed in CUSTOMERS:
        commitment = CustomerCommitment(
            name=name, contact_email=email, time_zone=zone, notice_days=days, incident_hours=hours, residency=where,
            audit_rights=audits, deletion_days=deletion, signed_on=_day(-signed), review_on=_day(365 - signed % 365),
        )  # fmt: skip
        saved(commitment, by, signed)
    saved(Subscriber(name="Union of claims handlers", email="datenschutz@claims-union.example"), by, 200)


def _company(row: tuple[Any, ...], by: Actor, days_ago: int) -> Subprocessor:
    vendor, company, service, where, data, safeguard = row
    made: Subprocessor = saved(
        Subprocessor(
            vendor=named(Vendor, vendor, by) if vendor else None, name=company, service=service, location=where,
            data=data, safeguard=safeguard,
        ),
        by, days_ago,
    )  # fmt: skip
    return made


def _listed(row: tuple[Any, ...], by: Actor) -> None:
    *company, since = row
    made = _company(tuple(company), by, 180)
    reason = "Named in the annex of every DPA."
    list_existing(subprocessor=made, by=by, since=_day(-since), reason=reason, lock=made.lock)


def _spring(by: Actor) -> None:
    """In effect last spring; nobody objected."""
    row = (
        "Clarion Annotation",
        "Clarion Annotation OÜ",
        "Labels claims for tests",
        "Tallinn, Estonia",
        ["personal"],
        "",
    )
    change = SubprocessorChange(
        name="Clarion labels claims for tests", kind="add", subprocessor=_company(row, by, 260),
        effective_on=_day(-190),
        reason="Tests of fraud signals need labelled claims; names are removed before.",
    )  # fmt: skip
    saved(change, by, 255)
    moved = announce_change(change=change, by=by, lock=change.lock, at=_ago(250))
    _sent(by, _ago(250))
    put_in_effect(change=moved, by=by, at=_ago(190))
    publish_list(by=by, note="Clarion Annotation joins.", at=_ago(189))


def _announced(by: Actor) -> None:
    """One customer objects: their contract says EEA, and the new company is in Ohio."""
    row = ("", "Quillmail Inc.", "Sends letters of the assistant by mail", "Ohio, United States", ["personal"],
           "SCC, module 3")  # fmt: skip
    change = SubprocessorChange(
        name="Quillmail sends letters", kind="add", subprocessor=_company(row, by, 30), effective_on=_day(40),
        reason="Letters of the assistant are sent on the same day.",
    )  # fmt: skip
    saved(change, by, 25)
    announce_change(change=change, by=by, lock=change.lock, at=_ago(20))
    _sent(by, _ago(20))
    publish_list(by=by, note="Quillmail is planned.", at=_ago(20))
    notices = SubprocessorNotice.objects.within(by.organisation).filter(change=change)
    notice = notices.get(customer__name=CUSTOMERS[0][0])
    record_objection(
        notice=notice, by=by, lock=notice.lock, received_at=_ago(5),
        objection="Our agreement keeps personal data in the EEA. Please send our letters by another way.",
    )  # fmt: skip


def _draft(by: Actor) -> None:
    where = "Frankfurt, Germany"
    row = ("Google Cloud", "Google Cloud EMEA Limited", "Comparison of fraud signals", where, ["internal"], "")
    change = SubprocessorChange(
        name="Google compares fraud signals", kind="add", subprocessor=_company(row, by, 8), effective_on=_day(30),
        reason="A second model shows where fraud signals differ.",
    )  # fmt: skip
    saved(change, by, 7)


def _inbound(by: Actor) -> None:
    saved(
        VendorNotice(
            vendor=named(Vendor, "Mistral AI", by), name="New subprocessor for abuse monitoring", kind="subprocessor",
            details="A company in Ireland looks at flagged requests. Their DPA, § 7, gives ten days to object.",
            received_on=_day(-6), effective_on=_day(20), days=10,
        ),
        by, 6,
    )  # fmt: skip
    notice = VendorNotice(
        vendor=named(Vendor, "Vectorhaus", by), name="Backups move to a second data centre", kind="place",
        details="From Frankfurt to Berlin; the same company.", received_on=_day(-40), effective_on=_day(-5), days=30,
    )  # fmt: skip
    saved(notice, by, 40)
    reason = "Still in Germany, same operator, same certificate. Looked at the annex."
    decide_notice(notice=notice, by=by, decision="accepted", reason=reason, lock=notice.lock, on=_day(-25))


def _sent(by: Actor, at: dt.datetime) -> None:
    """What this story told its invented customers left at the time; nothing is mailed when it is set up."""
    addresses = [row[1] for row in CUSTOMERS] + ["datenschutz@claims-union.example"]
    waiting = OutboxMessage.objects.within(by.organisation).filter(kind="mail", delivered_at=None)
    waiting.filter(payload__to__in=addresses).update(delivered_at=at, attempts=1)

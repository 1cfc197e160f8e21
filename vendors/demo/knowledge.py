"""What the demo firm knows of its vendors.

The six real companies stand as the library of known providers has them, with the dates of its sources: nobody here
claims to have opened one. Certificates and reports that were seen are those of invented vendors alone.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.demo import HOME, demo_actor
from grc.registries import seeders
from vendors.demo.base import VERA, named
from vendors.knowledge.adopting import adopt_providers
from vendors.knowledge.library import library
from vendors.knowledge.verifying import verify_fact
from vendors.models import Assurance, Offering, Vendor, VendorFact

# vendor, offering, and of each fact: topic, what is known, days, source, first looked at so many days ago, again since
# then (None: not), good for so many days
FACTS: tuple[tuple[str, str, tuple[tuple[Any, ...], ...]], ...] = (
    ("Vectorhaus", "Vectorhaus Cloud", (
        ("training", "Embeddings and metadata are used for nothing but the service.", None,
         "Vectorhaus DPA of 2025, § 3", 340, 12, 180),
        ("retention", "Deleted 30 days after the end; backups 14 days later.", 30, "Vectorhaus DPA of 2025, § 9", 340,
         12, 180),
        ("residency", "Frankfurt only; support from Germany.", None, "Vectorhaus DPA of 2025, annex 2", 340, 12, 180),
        ("notice", "30 days’ notice by mail; one may object for 14 days.", 30, "Vectorhaus DPA of 2025, § 6", 160,
         None, 180),
        ("subprocessors", "https://trust.vectorhaus.example/subprocessors", None,
         "https://trust.vectorhaus.example/subprocessors", 205, None, 180),
    )),
    ("Clarion Annotation", "Labelling of claims", (
        ("training", "Labels and texts belong to the customer; nothing is kept for other projects.", None,
         "Clarion’s questionnaire, question 6", 90, 20, 180),
        ("residency", "Tallinn; labellers work in the office.", None, "Clarion’s questionnaire, question 7", 90, None,
         180),
        ("retention", "Texts are deleted when a batch is accepted.", 0, "Clarion’s questionnaire, question 9", 220,
         None, 180),
    )),
    ("Telmo Data", "Parts prices", (
        ("training", "The feed carries no data of ours.", None, "Telmo contract, § 2", 120, None, 365),
    )),
)  # fmt: skip

HELD: tuple[dict[str, Any], ...] = (
    {
        "vendor": "Vectorhaus", "standard": "iso27001", "status": "certified", "body": "Rheincert GmbH",
        "accreditation": "DAkkS", "number": "RC-27001-4471", "scope": "Operation of the Vectorhaus Cloud, Frankfurt.",
        "issued": -420, "expires": 676, "confirmed": -201,
        "confirmed_with": "Rheincert’s public register of certificates",
    },
    {
        "vendor": "Vectorhaus", "standard": "soc2", "status": "report", "body": "Lindqvist Assurance AB",
        "soc_type": 2, "period_from": -790, "period_to": -426, "bridge_until": 35, "opinion": "unqualified",
        "criteria": ["security", "availability", "confidentiality"], "ai_controls": "no",
        "exceptions": "Access of one leaver was removed after nine days instead of one.",
        "carve_outs": "The data centre in Frankfurt, and what its operator does.",
        "our_part": "Rotate API keys yearly; remove users who leave; keep network rules up to date.",
        "scope": "Vectorhaus Cloud.",
    },
    {
        "vendor": "Vectorhaus", "standard": "iso42001", "status": "in-progress",
        "scope": "Programme begun; stage 1 is announced for spring.",
    },
    {
        "vendor": "Clarion Annotation", "standard": "iso27001", "status": "self",
        "scope": "Self-assessment of every clause, signed by the managing director.",
    },
    {
        "vendor": "Clarion Annotation", "standard": "iso42001", "status": "none",
        "scope": "Asked in the review: no programme.",
    },
)  # fmt: skip


@seeders.add(order=16)
def seed_knowledge() -> None:
    manager = demo_actor(VERA, HOME)
    if VendorFact.objects.within(manager.organisation).exists():
        return
    with manager.working():
        adopt_providers(keys=list(library().providers), by=manager)
        for vendor, offering, facts in FACTS:
            of = Offering.objects.within(manager.organisation).select_related("organisation")
            for values in facts:
                _fact(of.get(name=offering, vendor=named(Vendor, vendor, manager)), values, manager)
        for number, held in enumerate(HELD):
            _held(dict(held), manager, days_ago=200 - 3 * number)


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def dated(record: Any, by: Actor, days_ago: int) -> Any:
    record.organisation, record.owner = by.organisation, by.person
    record._history_date = timezone.now() - dt.timedelta(days=days_ago)
    return create_record(record=record, by=by)


def _fact(offering: Offering, values: tuple[Any, ...], by: Actor) -> None:
    topic, says, days, source, looked, again, good_for = values
    fact = VendorFact(
        offering=offering, topic=topic, says=says, days=days, source=source, verified_on=day(-looked),
        good_for_days=good_for, confidence=VendorFact.Confidence.HIGH,
    )  # fmt: skip
    fact = dated(fact, by, looked)
    if again is not None:
        fact._history_date = timezone.now() - dt.timedelta(days=again)
        verify_fact(fact=fact, by=by, lock=fact.lock, on=day(-again))


def _held(values: dict[str, Any], by: Actor, days_ago: int) -> None:
    vendor = named(Vendor, values.pop("vendor"), by)
    days = {f"{name}_on": day(values.pop(name)) for name in ("issued", "expires", "confirmed") if name in values}
    days |= {name: day(values.pop(name)) for name in ("period_from", "period_to", "bridge_until") if name in values}
    dated(Assurance(vendor=vendor, **values, **days), by, days_ago)

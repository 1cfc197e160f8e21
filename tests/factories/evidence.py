"""Factories of this app's registers."""

import datetime as dt
import hashlib
import itertools
from typing import Any

from evidence.models import EvidenceItem, EvidenceRequest, EvidenceWanted, Source
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.factories import factory, make

numbers = itertools.count(1)


@factory("evidence")
def evidence_item(by: Actor, **fields: Any) -> EvidenceItem:
    values = {"name": f"Report {next(numbers)}", "kind": EvidenceItem.Kind.REPORT}
    return create_record(record=EvidenceItem(organisation=by.organisation, **values | fields), by=by)


@factory("sources")
def source(by: Actor, **fields: Any) -> Source:
    number = next(numbers)
    values = {
        "name": f"Proxy {number}",
        "url": f"http://127.0.0.1:9/{number}",
        "origin": f"proxy-{number}.example/log",
        "pinned_key": hashlib.sha256(str(number).encode()).hexdigest(),
    }
    return create_record(record=Source(organisation=by.organisation, **values | fields), by=by)


@factory("evidence-wanted")
def evidence_wanted(by: Actor, **fields: Any) -> EvidenceWanted:
    values = {"name": f"Log {next(numbers)}", "first_on": dt.date(2026, 1, 31)}
    if "about" not in fields:
        fields["about"] = make("ai-systems", by).key
    return create_record(record=EvidenceWanted(organisation=by.organisation, **values | fields), by=by)


@factory("evidence-requests")
def evidence_request(by: Actor, **fields: Any) -> EvidenceRequest:
    values = {"name": f"Log {next(numbers)}", "due_on": dt.date(2027, 1, 31)}
    if "about" not in fields:
        fields["about"] = make("ai-systems", by).key
    return create_record(record=EvidenceRequest(organisation=by.organisation, **values | fields), by=by)

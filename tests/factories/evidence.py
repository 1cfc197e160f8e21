"""Factories of this app's registers."""

import itertools
from typing import Any

from evidence.models.item import EvidenceItem
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.factories import factory

numbers = itertools.count(1)


@factory("evidence")
def evidence_item(by: Actor, **fields: Any) -> EvidenceItem:
    values = {"name": f"Report {next(numbers)}", "kind": EvidenceItem.Kind.REPORT}
    return create_record(record=EvidenceItem(organisation=by.organisation, **values | fields), by=by)

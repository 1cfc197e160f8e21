"""Factories of this app's registers."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from audits.models import Engagement
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.factories import factory, make

numbers = itertools.count(1)


@factory("engagements")
def engagement(by: Actor, **fields: Any) -> Engagement:
    now, today = timezone.now(), timezone.localdate()
    number = next(numbers)
    values: dict[str, Any] = {
        "name": f"Stage 1 no. {number}",
        "kind": Engagement.Kind.STAGE_1,
        "body": "Certbody",
        "auditor_name": "Eva",
        "auditor_email": f"eva{number}@certbody.example",
        "records_from": today - dt.timedelta(days=30),
        "records_to": today,
        "access_from": now - dt.timedelta(hours=1),
        "access_until": now + dt.timedelta(days=14),
    }
    if "system" not in fields:
        fields["system"] = make("ai-systems", by)
    return create_record(record=Engagement(organisation=by.organisation, **values | fields), by=by)

"""What these tests make: a framework to ask about, and plans of a few steps."""

import datetime as dt
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.models import PlanStep
from controls.actions.frameworks import adopt_framework
from grc.access.actor import Actor
from tests.factories import make

PAGES, API = "/o/nordhaven/", "/api/v1/o/nordhaven/"


def adopt(by: Actor) -> None:
    adopt_framework(key="iso42001", by=by)


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


def step(by: Actor, name: str, starts: int, days: int = 10, **fields: Any) -> PlanStep:
    made: PlanStep = make("plan", by, name=name, starts_on=day(starts), days=days, **fields)
    return made


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)

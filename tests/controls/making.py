"""What the tests of these pages need: frameworks of a size, controls with evidence, and counted queries."""

import io
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from controls.models import Control, Framework, Requirement
from evidence.actions.items import add_file
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.actions.links import link_records
from tests.factories import make


def framework_of(by: Actor, count: int, short: str, **fields: Any) -> tuple[Framework, list[Requirement]]:
    """A framework of our own with ``count`` requirements, ``X.1`` and so on."""
    framework = make("frameworks", by, short=short, name=f"{short} in full", **fields)
    rows = [
        make("requirements", by, framework=framework, code=f"{short}.{number}", name=f"Topic {number} of {short}")
        for number in range(1, count + 1)
    ]
    return framework, rows


def serve(by: Actor, *requirements: Requirement, state: str = "planned", **fields: Any) -> Control:
    """A control that serves ``requirements``; every second link is written from the requirement's side."""
    if state == "operating":
        fields |= {"how": "So it is done.", "operating_since": "2026-01-01"}
    control: Control = make("controls", by, state=state, **fields)
    for number, requirement in enumerate(requirements):
        one, other = (requirement, control) if number % 2 else (control, requirement)
        link_records(source=one, reference=other.reference, by=by)
    return control


def prove(by: Actor, control: Control, **fields: Any) -> EvidenceItem:
    """Evidence with a file, linked with ``control``."""
    item: EvidenceItem = make("evidence", by, **fields)
    add_file(item=item, upload=io.BytesIO(f"a,b\r\n{item.reference},1\r\n".encode()), name="table.csv", by=by)
    link_records(source=item, reference=control.reference, by=by)
    return item


def queries_of(ask: Callable[[], Any]) -> list[str]:
    """The statements of the second time: the first one warms what is read once per process."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return [query["sql"] for query in queries]

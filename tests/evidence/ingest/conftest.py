"""A log over HTTP, and a source that is connected to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from evidence.models.source import Source
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.evidence.ingest.served_log import ServedLog, serving
from tests.evidence.tlog.honest_log import key_of, of_decisions


@pytest.fixture
def served() -> Iterator[ServedLog]:
    """A log of ten decisions."""
    with serving(of_decisions(10)) as log:
        yield log


@pytest.fixture
def connect(system: Actor, settings: Any) -> Callable[..., Source]:
    """``connect(served)``: a source of ``system``'s organisation, with the log's first key pinned."""

    def make(served: ServedLog, by: Actor = system, **fields: Any) -> Source:
        port = served.url.rpartition(":")[2]
        settings.OUTBOUND_ALLOWED = [*settings.OUTBOUND_ALLOWED, f"127.0.0.1:{port}=127.0.0.1/32"]
        values: dict[str, Any] = {
            "name": "Proxy 1",
            "url": served.url,
            "origin": served.log.log_id,
            "pinned_key": key_of("first").public_key.hex(),
        }
        source = create_record(record=Source(organisation=by.organisation, **values | fields), by=by)
        return Source.objects.within(by.organisation).select_related("key", "organisation").get(pk=source.pk)

    return make

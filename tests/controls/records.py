"""Signed logs for questions: written by an honest recorder, taken in by the real ingestion."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evidence.actions.sources import run_pull
from evidence.models import Source
from evidence.tlog import moment
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.evidence.ingest.served_log import serving
from tests.evidence.tlog.honest_log import HonestLog, key_of

MINUTE = 60 * moment.SECOND


def now_us() -> int:
    return int(dt.datetime.now(dt.UTC).timestamp()) * moment.SECOND


class TimedLog(HonestLog):
    """``add(minutes_ago, body)`` writes a record that is dated so long before the log was begun."""

    def __init__(self, log_id: str = "proxy-1.acme.example/decisions") -> None:
        super().__init__(log_id)
        self.now = now_us()

    def add(self, minutes_ago: float, body: dict[str, Any]) -> int:
        """Gives the record's position."""
        self.append(body | {"ts": moment.to_text(self.now - int(minutes_ago * MINUTE))})
        return len(self.entries) - 1


@contextmanager
def taken_in(log: HonestLog, by: Actor, settings: Any) -> Iterator[Source]:
    """The log as a source of ``by``'s organisation, every record of it taken in."""
    with serving(log) as served:
        port = served.url.rpartition(":")[2]
        settings.OUTBOUND_ALLOWED = [*settings.OUTBOUND_ALLOWED, f"127.0.0.1:{port}=127.0.0.1/32"]
        made = Source(
            organisation=by.organisation,
            name="Proxy",
            url=served.url,
            origin=log.log_id,
            pinned_key=key_of(log.key).public_key.hex(),
        )
        create_record(record=made, by=by)
        source = Source.objects.within(by.organisation).select_related("key", "organisation").get(pk=made.pk)
        run_pull(source=source)
        yield source

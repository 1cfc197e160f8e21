"""A proxy as its operator runs it: a real recorder in a folder, served over HTTP, and its source in Assay."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from evidence.actions.sources import run_pull
from evidence.models import Source
from evidence.recorder.identifiers import uuid7
from evidence.recorder.server import Contract, LogServer, Tokens
from evidence.recorder.settings import Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder
from evidence.tlog.keys import Key
from grc.access.actor import Actor
from tests.factories import make

LOOKUP_TOKEN = "look-up"
POLICY = b"The claims policy, version 3."
CUSTOMER = "customer-4711"
FIELDS: dict[str, Any] = {
    "actor": {"role": "svc-claims", "auth": "api-key", "tenant": "claims"},
    "system": {"id": "claims-triage", "version": "2026.10"},
    "policy": {"id": "claims-policy", "version": "2026.10.3", "sha256": sha256(POLICY).hexdigest()},
    "data": {"classes": ["claims", "health"], "region": "eu-central"},
    "outcome": "allow",
    "model": {"provider": "openai", "name": "gpt-4o", "version": "2024-11-20"},
    "controls": [{"id": "pii-filter", "version": "2", "result": "pass", "microseconds": 812}],
    "disclosure": {"shown": True, "id": "ai-notice", "version": "1"},
}


@dataclass
class Proxy:
    recorder: Recorder
    server: LogServer
    key: Key
    clock: list[int]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def decide(self, *, customer: str = CUSTOMER, completed: bool = True, **fields: Any) -> str:
        """A decision with its completion; gives its id."""
        decision_id = uuid7(self.clock[0])
        said = {**FIELDS, "decision_id": decision_id, "subject_ref": self.recorder.persons.reference(customer)}
        self.recorder.append("decision", said | fields)
        self.clock[0] += 1_000_000
        if completed:
            done = {"decision_id": decision_id, "outcome": "allow", "model": FIELDS["model"], "output_commit": "c" * 64}
            self.recorder.append("completion", done | {"human": {"action": "confirmed"}})
        self.clock[0] += 1_000_000
        return decision_id

    def source(self, by: Actor, **fields: Any) -> Source:
        values: dict[str, Any] = {
            "name": "Claims proxy",
            "url": self.url,
            "origin": self.recorder.log_id,
            "pinned_key": self.key.public_key.hex(),
            "lookup_token": LOOKUP_TOKEN,
        }
        made: Source = make("sources", by, **values | fields)
        return made


def pull(source: Source) -> None:
    """Pull as the worker does, and demand that it went well."""
    with Actor.system(source.organisation).working():
        run_pull(
            source=Source.objects.within(source.organisation).select_related("organisation", "key").get(pk=source.pk)
        )


@contextmanager
def running_proxy(folder: Path, *, log_id: str = "proxy-1.nordhaven.example/decisions", start: int) -> Iterator[Proxy]:
    """A recorder whose clock (microseconds since 1970) goes on by itself with each decision, from ``start`` on."""
    clock = [start]
    key = initialise(folder, Settings(log_id), at=start)
    recorder = Recorder(folder, clock=lambda: clock[0])
    contract = Contract(folder, tokens=Tokens(lookup=LOOKUP_TOKEN), publish=recorder.publish)
    server = LogServer(("127.0.0.1", 0), contract).start()
    before = settings.OUTBOUND_ALLOWED
    settings.OUTBOUND_ALLOWED = [*before, f"127.0.0.1:{server.port}=127.0.0.0/8"]
    try:
        yield Proxy(recorder, server, key, clock)
    finally:
        settings.OUTBOUND_ALLOWED = before
        server.stop()
        recorder.close()

"""One request on its way through a proxy: its decision recorded before the model is asked, its completion after.

This is what a proxy's hooks call. It knows what LiteLLM's dictionaries look like, and imports nothing of it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from evidence.recorder import litellm_request as request
from evidence.recorder.contents import Content
from evidence.recorder.identifiers import clean, uuid7
from evidence.recorder.litellm_answer import Answer
from evidence.recorder.policy import Policy, Ruling
from evidence.recorder.writer import Receipt, Recorder

KEEP = 100_000
TIMEOUT = 10.0
"""Seconds that a request waits for its record."""

_log = logging.getLogger(__name__)


class NotRecorded(RuntimeError):
    """The record could not be made durable, and the policy says that nothing goes on then."""


@dataclass
class Flight:
    """A request whose decision is recorded: under which id, for which person (blinded reference), with which
    outcome, and the model it was meant for."""

    decision_id: str
    person: bytes | None
    outcome: str
    model: dict[str, str]


class Proxied:
    """Turns requests and answers into records of one recorder, under one policy. Safe for threads."""

    def __init__(self, recorder: Recorder, policy: Policy) -> None:
        self.recorder = recorder
        self.policy = policy
        self._lock = threading.Lock()
        self._flights: OrderedDict[str, Flight] = OrderedDict()

    def find(self, decision_id: str) -> Flight | None:
        """The request of this decision, until its completion was taken."""
        with self._lock:
            return self._flights.get(decision_id)

    def take(self, decision_id: str) -> Flight | None:
        """The same, once: whoever takes it writes its completion."""
        with self._lock:
            return self._flights.pop(decision_id, None)

    async def decide(
        self, data: Mapping[str, Any], auth: Any, model: dict[str, str]
    ) -> tuple[Flight, Ruling, dict[str, Any]]:
        """Judge a request and record the decision, durably, before this returns.

        ``model``: the record's ``model``. Gives with the ruling the parts of the request that the policy
        redacted, to be sent instead. Raises ``NotRecorded``.
        """
        ruling = self.policy.decide(request.asked(data, auth))
        content = request.content(data)
        changed: dict[str, Any] = {}
        if any(code.startswith("redacted:") for code in ruling.reason_codes):
            changed = request.with_texts(content, self.policy.redact)
            content = changed
        flight = await self._recorded_decision(data, auth, ruling, model, content)
        return flight, ruling, changed

    async def blocked_before(
        self, data: Mapping[str, Any], auth: Any, model: dict[str, str], reasons: list[str]
    ) -> Flight:
        """Record the decision of a request that another part of the proxy refused before the policy saw it."""
        asked = request.asked(data, auth)
        ruling = Ruling(self.policy.decide(asked).system_id, "deny", reasons)
        return await self._recorded_decision(data, auth, ruling, model, request.content(data))

    async def complete(self, flight: Flight, answer: Answer, model: dict[str, str]) -> None:
        """Record what a model answered, durably, before this returns. Raises ``NotRecorded``."""
        await self._durable(self.submit_completion(flight, answer, model, "allow", []))

    async def fail(self, flight: Flight, outcome: str, reasons: list[str]) -> None:
        """Record that a request got no answer. Raises ``NotRecorded``."""
        await self._durable(self.submit_completion(flight, Answer(), flight.model, outcome, reasons))

    def submit_completion(
        self, flight: Flight, answer: Answer, model: dict[str, str], outcome: str, reasons: list[str]
    ) -> Future[Receipt]:
        """Hand the completion over without waiting; for a stream whose reader hung up there is nobody to hold."""
        tools, contents = answer.tools(flight.decision_id, flight.person)
        fields: dict[str, Any] = {"decision_id": flight.decision_id, "outcome": outcome}
        if reasons:
            fields["reason_codes"] = [clean(reason, 128) for reason in reasons]
        if model.get("name"):
            fields["model"] = model
        if answer.said_something:
            kept = Content.new(flight.decision_id, "output", flight.person, answer.body())
            contents.append(kept)
            fields["output_commit"] = kept.commit
        if tools:
            fields["tools"] = tools
        return self.recorder.submit("completion", fields, contents)

    async def _recorded_decision(
        self, data: Mapping[str, Any], auth: Any, ruling: Ruling, model: dict[str, str], content: dict[str, Any]
    ) -> Flight:
        # Looking a person's key up may write to the disk, so it must not hold up the proxy's event loop.
        try:
            flight, fields, kept = await asyncio.to_thread(self._decision, data, auth, ruling, model, content)
        except Exception as error:
            _log.exception("A decision record could not be made")
            if not self.policy.proceeds_unrecorded:
                raise NotRecorded("The decision could not be recorded") from error
            return Flight(uuid7(time.time_ns() // 1000), None, ruling.outcome, model)
        await self._durable(self.recorder.submit("decision", fields, [kept]))
        with self._lock:
            self._flights[flight.decision_id] = flight
            while len(self._flights) > KEEP:  # requests that were cancelled before any answer
                self._flights.popitem(last=False)
        return flight

    def _decision(
        self, data: Mapping[str, Any], auth: Any, ruling: Ruling, model: dict[str, str], content: dict[str, Any]
    ) -> tuple[Flight, dict[str, Any], Content]:
        persons = self.recorder.persons
        decision_id = uuid7(time.time_ns() // 1000)
        subject = request.subject(data, auth)
        person = persons.digest(subject) if subject else None
        kept = Content.new(decision_id, "input", person, request.canonical(content))
        fields: dict[str, Any] = {
            "decision_id": decision_id,
            "actor": request.actor(auth, persons.reference),
            "system": self.policy.system_fields(ruling.system_id),
            "policy": self.policy.fields(),
            "outcome": ruling.outcome,
            "reason_codes": ruling.reason_codes,
            "input_commit": kept.commit,
            "controls": [*ruling.controls, *request.guardrails(data)],
            **request.said_fields(data, persons.reference),
        }
        if subject:
            fields["subject_ref"] = persons.reference(subject)
        if model.get("name"):
            fields["model"] = model
        if tools := request.tools_returned(data):
            fields["tools"] = tools
        return Flight(decision_id, person, ruling.outcome, model), fields, kept

    async def _durable(self, written: Future[Receipt]) -> None:
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(written)), TIMEOUT)
        except Exception as error:
            if self.policy.proceeds_unrecorded:
                _log.error("Going on without a record, as the policy says: %s", error)
                return
            raise NotRecorded("The decision could not be recorded") from error

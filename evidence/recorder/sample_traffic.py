"""Believable requests to the AI systems of Nordhaven Insurance, a fictional firm: what is asked, decided and
answered. Everything is drawn from one random generator, so a seed gives the same traffic again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from evidence.recorder.contents import Content
from evidence.recorder.identifiers import uuid7
from evidence.recorder.litellm_request import canonical
from evidence.recorder.persons import PersonKeys
from evidence.tlog import moment

KNOWN_REFERENCE = "CLM-2026-004417"
"""A customer's reference that always occurs, for whoever shows how to find one."""

POLICIES = (("nordhaven-ai-use", "2026.10.3"), ("nordhaven-ai-use", "2026.11.1"))
POLICY_CHANGED_DAYS_AGO = 11
GPT = ("openai", "gpt-4o-2024-11-20")
CLAUDE = ("anthropic", "claude-sonnet-4-5-20250929")
MISTRAL = ("mistral", "mistral-large-2411")
MINI = ("openai", "gpt-4o-mini-2024-07-18")
"""Called by one system now and then, though the firm has registered it nowhere: Assay is to find that."""

STRAY = 0.02


@dataclass(frozen=True)
class System:
    """One AI system: its share of the traffic, models, and what its requests look like."""

    id: str
    version: str
    share: float
    models: tuple[tuple[str, str], ...]
    prefix: str
    template: str
    classes: tuple[str, ...]
    flow: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    tools: tuple[str, ...] = ()
    impact_assessment: str = ""
    office_hours: bool = True
    disclosed: bool = False
    human: bool = False
    strays: tuple[tuple[str, str], ...] = ()


SYSTEMS = (
    System(
        "claims-triage", "3.4.0", 0.34, (CLAUDE, CLAUDE, GPT), "CLM-2026-", "claims/triage", ("personal", "financial"),
        "claims-intake", ("Water damage in the cellar, photographs attached.", "Hail damage to a car, first report.",
        "Burst pipe in the kitchen, neighbour affected."),
        ("Plausible. Suggested: approve up to EUR 1,400.", "Incomplete. Suggested: ask for the repair estimate.",
        "Unusual pattern. Suggested: send to a senior handler."),
        ("read_policy_terms", "lookup_claim_history"), "AIA-0001", human=True,
    ),
    System(
        "customer-assistant", "1.12.2", 0.41, (GPT, GPT, MISTRAL), "CUS-", "assistant/chat", ("personal",),
        "portal-chat", ("Where do I send the photographs of the damage?", "When is my next premium due?",
        "Does my cover include bicycles?"),
        ("You can send them in the portal, under your claim.", "On the first of next month.", "Yes, up to EUR 2,000."),
        ("open_ticket",), "AIA-0002", office_hours=False, disclosed=True, strays=(MINI,),
    ),
    System(
        "underwriting-summary", "2.0.1", 0.15, (MISTRAL, CLAUDE), "APP-2026-", "underwriting/summary",
        ("personal", "financial"), "underwriting-file",
        ("Summarise the building file.", "Summarise the survey report."),
        ("Building of 1974, roof renewed in 2019.", "No damp found; wiring of 1998."), impact_assessment="AIA-0003",
    ),
    System(
        "fraud-signals", "0.9.3", 0.10, (GPT,), "CLM-2026-", "fraud/signals", ("personal",), "claims-screening",
        ("Screen this claim for known patterns.",), ("No signal above the threshold.", "Same account in two claims."),
        ("compare_accounts",), "AIA-0004",
    ),
)  # fmt: skip

_OUTCOMES = (
    ("allow", 0.90, ()),
    ("redact", 0.045, ("redacted:iban",)),
    ("deny", 0.025, ("data_class_blocked:health",)),
    ("escalate", 0.02, ("data_class_escalated:health",)),
    ("deny", 0.01, ("blocked_term",)),
)
_CONTROLS = ("caller", "model", "data-class", "blocked-term", "redaction")
_INTERVENES = {"redacted": "redaction", "data_class_blocked": "data-class", "data_class_escalated": "data-class"}


class Event(NamedTuple):
    """A record to be: its instant (microseconds since 1970), kind, fields, and what its commitments hold."""

    at: int
    kind: str
    fields: dict[str, Any]
    contents: list[Content]


class Traffic:
    """Makes requests. ``now``: microseconds since 1970, against which the policy's change is reckoned."""

    def __init__(self, persons: PersonKeys, *, seed: int, now: int) -> None:
        self._persons = persons
        self._random = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._policy_changed = now - POLICY_CHANGED_DAYS_AGO * moment.DAY
        self._references: dict[str, str] = {}

    def history(self, first: int, last: int, count: int) -> list[Event]:
        """``count`` requests between two instants with the rhythm of office days, in the order of time."""
        events: list[Event] = []
        for _ in range(count):
            system = self._system()
            at = self._random.randint(first, last)
            while self._random.random() > _busy(at, system):
                at = self._random.randint(first, last)
            events += self.request(at, system)
        events = [event for event in events if event.at <= last]
        return sorted(events, key=lambda event: event.at)

    def request(self, at: int, system: System | None = None) -> Iterator[Event]:
        """One request: its decision, and where a model was asked its completion."""
        system = system or self._system()
        decision_id = uuid7(at)
        customer = self._customer(system)
        person = self._persons.digest(customer)
        asked = Content.new(decision_id, "input", person, canonical({"messages": [
            {"role": "user", "content": f"{customer}: {self._random.choice(system.asks)}"}]}))  # fmt: skip
        outcome, reasons = self._outcome()
        stray = bool(system.strays) and self._random.random() < STRAY
        model = self._random.choice(system.strays if stray else system.models)
        fields = self._decision(at, system, outcome, reasons)
        fields |= {
            "decision_id": decision_id,
            "subject_ref": self._reference(customer),
            "input_commit": asked.commit,
            "model": {"provider": model[0], "name": model[1], "deployment": f"{system.id}-eu"},
            "trace_id": f"{self._random.getrandbits(128):032x}",
        }
        yield Event(at, "decision", fields, [asked])
        if outcome != "deny":
            yield self._completion(at, system, decision_id, person, model)

    def _decision(self, at: int, system: System, outcome: str, reasons: tuple[str, ...]) -> dict[str, Any]:
        policy_id, version = POLICIES[at >= self._policy_changed]
        wrong = {_INTERVENES.get(reason.partition(":")[0], "blocked-term") for reason in reasons}
        fields: dict[str, Any] = {
            "actor": {
                "ref": self._reference(f"actor/{system.id}-service"), "role": "application", "auth": "api-key",
                "tenant": "nordhaven",
            },
            "system": {"id": system.id, "version": system.version},
            "policy": {"id": policy_id, "version": version, "sha256": _hash(f"{policy_id}@{version}")},
            "data": {"classes": list(system.classes), "flow_id": system.flow, "region": "eu-central"},
            "outcome": outcome,
            "reason_codes": list(reasons),
            "prompt": {"template": system.template, "revision": "r17", "sha256": _hash(system.template)},
            "controls": [
                {
                    "id": name, "version": version, "result": "intervened" if name in wrong else "pass",
                    "microseconds": self._random.randint(3, 400),
                }
                for name in _CONTROLS
            ],
        }  # fmt: skip
        if system.impact_assessment:
            fields["system"]["impact_assessment"] = system.impact_assessment
            fields["system"]["impact_assessment_sha256"] = _hash(system.impact_assessment)
        if system.disclosed:
            fields["disclosure"] = {"shown": True, "id": "ai-notice", "version": "4"}
        if system.human:
            handler = f"human/handler-{self._random.randint(1, 9)}"
            fields["human"] = {"ref": self._reference(handler), "action": "review_required"}
        return fields

    def _completion(self, at: int, system: System, decision_id: str, person: bytes, model: tuple[str, str]) -> Event:
        failed = self._random.random() < 0.015
        fields: dict[str, Any] = {
            "decision_id": decision_id,
            "outcome": "error" if failed else "allow",
            "model": {"provider": model[0], "name": model[1], "version": model[1]},
        }
        kept: list[Content] = []
        if failed:
            fields["reason_codes"] = [self._random.choice(("Timeout", "status_503"))]
        else:
            text = canonical([{"role": "assistant", "content": self._random.choice(system.answers)}])
            kept.append(Content.new(decision_id, "output", person, text))
            fields["output_commit"] = kept[0].commit
            if system.tools and self._random.random() < 0.4:
                kept.append(Content.new(decision_id, "params", person, canonical({"query": decision_id[:8]})))
                fields["tools"] = [
                    {
                        "actor": "model", "name": self._random.choice(system.tools), "intent": "read",
                        "params_commit": kept[1].commit, "outcome": "requested",
                        "correlation_id": f"call_{decision_id[-8:]}",
                    }
                ]  # fmt: skip
        return Event(at + self._random.randint(350_000, 6_000_000), "completion", fields, kept)

    def _system(self) -> System:
        return self._random.choices(SYSTEMS, [system.share for system in SYSTEMS])[0]

    def _outcome(self) -> tuple[str, tuple[str, ...]]:
        outcome, _, reasons = self._random.choices(_OUTCOMES, [weight for _, weight, _ in _OUTCOMES])[0]
        return outcome, reasons

    def _customer(self, system: System) -> str:
        if system.prefix.startswith("CLM") and self._random.random() < 0.02:
            return KNOWN_REFERENCE
        return f"{system.prefix}{self._random.randint(4_300, 4_419):06}"

    def _reference(self, name: str) -> str:
        if name not in self._references:
            self._references[name] = self._persons.reference(name)
        return self._references[name]


def beats(events: list[Event], first: int, every: int) -> list[Event]:
    """The events with a heartbeat after each ``every`` microseconds, counting what lies between."""
    result: list[Event] = []
    counts: Mapping[str, int] = {"decision": 0, "completion": 0}
    due = first + every
    for event in events:
        while event.at >= due:
            said = {"decisions": counts["decision"], "completions": counts["completion"]}
            result.append(Event(due, "heartbeat", {"counts": said}, []))
            counts = {"decision": 0, "completion": 0}
            due += every
        counts = {**counts, event.kind: counts[event.kind] + 1}
        result.append(event)
    return result


def _busy(at: int, system: System) -> float:
    when = datetime.fromtimestamp(at / moment.SECOND, UTC)
    day = 8 <= when.hour < 18
    if system.office_hours:
        return (0.05 if when.weekday() >= 5 else 1.0) * (1.0 if day else 0.04)
    return (0.5 if when.weekday() >= 5 else 0.8) * (1.0 if 7 <= when.hour < 23 else 0.06)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""The policy that decides a request: a small JSON file, named in every record by id, version and SHA-256.

::

    {"id": "ai-use", "version": "2026.11.1", "when_the_recorder_fails": "refuse",
     "blocked_terms": ["launch code"],
     "redacted": {"card-number": "\\\\b(?:[0-9][ -]?){13,16}\\\\b"},
     "systems": {"claims-triage": {"version": "3.4.0", "callers": ["claims-service"], "models": ["claims-*"],
                 "blocked_data_classes": ["health"], "escalated_data_classes": ["minor"]}}}

``callers`` are key aliases, team ids or user ids of the proxy; ``models`` are the proxy's model names, ``*`` stands
for any text. ``when_the_recorder_fails`` is ``refuse`` (the default) or ``proceed``.
"""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from grc import strict_json

UNREGISTERED = "unregistered"
_TEXTS = ("version", "impact_assessment", "impact_assessment_sha256")
_LISTS = ("callers", "models", "blocked_data_classes", "escalated_data_classes")


class PolicyRefused(ValueError):
    """The policy file cannot be used; ``str()`` is a sentence that names the place."""


class Asked(NamedTuple):
    """What a request asks: who calls (alias, team, user), for which system ("" where the request names none),
    which model, data classes, and every text in it."""

    callers: tuple[str, ...]
    system: str
    model: str
    data_classes: tuple[str, ...]
    texts: Sequence[str]


@dataclass
class Ruling:
    """``outcome``: allow, redact, escalate or deny; ``controls``: what was checked, as the record says it."""

    system_id: str
    outcome: str = "allow"
    reason_codes: list[str] = field(default_factory=list)
    controls: list[dict[str, Any]] = field(default_factory=list)

    def add(self, outcome: str, reason: str) -> None:
        """A reason never softens what another one demanded."""
        ranks = ("allow", "redact", "escalate", "deny")
        self.outcome = max(self.outcome, outcome, key=ranks.index)
        self.reason_codes.append(reason)


class Policy:
    """A policy as read; ``sha256`` is that of the file's exact bytes, hex."""

    def __init__(self, raw: bytes) -> None:
        """Raises ``PolicyRefused``."""
        try:
            value = strict_json.loads(raw, max_depth=6, floats=False)
            self.id, self.version = _text(value, "id"), _text(value, "version")
            self.systems = {name: _system(name, item) for name, item in value["systems"].items()}
            self.redacted = {name: re.compile(text) for name, text in value.get("redacted", {}).items()}
            self.blocked_terms = [term.casefold() for term in _list(value, "blocked_terms")]
        except re.error as error:
            raise PolicyRefused(f"A pattern under redacted cannot be read: {error}") from None
        except (strict_json.JSONRefused, PolicyRefused) as error:
            raise PolicyRefused(f"The policy is refused: {error}") from None
        except (KeyError, TypeError, AttributeError):
            raise PolicyRefused("The policy is an object with id, version and systems, as documented") from None
        failure = value.get("when_the_recorder_fails", "refuse")
        if failure not in ("refuse", "proceed"):
            raise PolicyRefused("when_the_recorder_fails is refuse or proceed")
        self.proceeds_unrecorded = failure == "proceed"
        self.sha256 = sha256(raw).hexdigest()

    @classmethod
    def read(cls, path: Path) -> Policy:
        """Raises ``PolicyRefused``, also where the file is missing."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise PolicyRefused(f"The policy {path} cannot be read: {error.strerror}") from None

    def fields(self) -> dict[str, str]:
        """The record's ``policy``."""
        return {"id": self.id, "version": self.version, "sha256": self.sha256}

    def system_fields(self, system_id: str) -> dict[str, str]:
        """The record's ``system``."""
        known = self.systems.get(system_id, {"version": ""})
        return {"id": system_id, **{name: known[name] for name in _TEXTS if name in known}}

    def decide(self, asked: Asked) -> Ruling:
        """Judge a request. Every control runs, so that the record says all that was wrong."""
        system_id = asked.system or self._only_system_of(asked.callers)
        ruling = Ruling(system_id or UNREGISTERED)
        checks: tuple[tuple[str, Callable[[Ruling, Asked, Mapping[str, Any]], None]], ...] = (
            ("caller", self._check_caller),
            ("model", self._check_model),
            ("data-class", self._check_data_classes),
            ("blocked-term", self._check_terms),
            ("redaction", self._check_redaction),
        )
        system = self.systems.get(ruling.system_id, {})
        for name, check in checks:
            began, before = time.perf_counter_ns(), len(ruling.reason_codes)
            check(ruling, asked, system)
            result = "pass" if len(ruling.reason_codes) == before else "intervened"
            taken = (time.perf_counter_ns() - began) // 1000
            control = {"id": name, "version": self.version, "result": result, "microseconds": taken}
            ruling.controls.append(control)
        return ruling

    def redact(self, text: str) -> str:
        """``text`` with every match of a redacted pattern replaced by its name in brackets."""
        for name, pattern in self.redacted.items():
            text = pattern.sub(f"[{name}]", text)
        return text

    def _only_system_of(self, callers: tuple[str, ...]) -> str:
        own = [name for name, system in self.systems.items() if set(callers) & set(system.get("callers", ()))]
        return own[0] if len(own) == 1 else ""

    def _check_caller(self, ruling: Ruling, asked: Asked, system: Mapping[str, Any]) -> None:
        if not system:
            ruling.add("deny", "system_not_registered")
        elif not set(asked.callers) & set(system.get("callers", ())):
            ruling.add("deny", "caller_not_permitted")

    def _check_model(self, ruling: Ruling, asked: Asked, system: Mapping[str, Any]) -> None:
        if not any(fnmatch.fnmatchcase(asked.model, pattern) for pattern in system.get("models", ())):
            ruling.add("deny", "model_not_permitted")

    def _check_data_classes(self, ruling: Ruling, asked: Asked, system: Mapping[str, Any]) -> None:
        for name in asked.data_classes:
            if name in system.get("blocked_data_classes", ()):
                ruling.add("deny", f"data_class_blocked:{name}")
            elif name in system.get("escalated_data_classes", ()):
                ruling.add("escalate", f"data_class_escalated:{name}")

    def _check_terms(self, ruling: Ruling, asked: Asked, system: Mapping[str, Any]) -> None:
        folded = [text.casefold() for text in asked.texts]
        if any(term in text for term in self.blocked_terms for text in folded):
            ruling.add("deny", "blocked_term")

    def _check_redaction(self, ruling: Ruling, asked: Asked, system: Mapping[str, Any]) -> None:
        for name, pattern in self.redacted.items():
            if any(pattern.search(text) for text in asked.texts):
                ruling.add("redact", f"redacted:{name}")


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value[name]
    if type(text) is not str or not 0 < len(text) <= 512:
        raise PolicyRefused(f"{name} is a text of 1 to 512 characters")
    return text


def _list(value: Mapping[str, Any], name: str) -> list[str]:
    items = value.get(name, [])
    if type(items) is not list or not all(type(item) is str and item for item in items):
        raise PolicyRefused(f"{name} is a list of texts")
    return items


def _system(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(value) - {*_TEXTS, *_LISTS}
    if unknown:
        raise PolicyRefused(f"The system {name} has the unknown field {min(unknown)}")
    system: dict[str, Any] = {part: _text(value, part) for part in _TEXTS if part in value}
    system.update({part: _list(value, part) for part in _LISTS})
    if "version" not in system:
        raise PolicyRefused(f"The system {name} lacks its version")
    return system

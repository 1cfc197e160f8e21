"""The policy: what it refuses, and that a broken one is refused itself."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence.recorder.policy import Asked, Policy, PolicyRefused

GOOD: dict[str, Any] = {
    "id": "ai-use",
    "version": "1",
    "blocked_terms": ["Launch Code"],
    "redacted": {"card": "[0-9]{16}"},
    "systems": {
        "claims": {
            "version": "3",
            "callers": ["claims-service", "both"],
            "models": ["claims-*"],
            "blocked_data_classes": ["biometric"],
            "escalated_data_classes": ["health"],
        },
        "chat": {"version": "1", "callers": ["portal", "both"], "models": ["assistant"]},
    },
}


def policy(**changes: Any) -> Policy:
    return Policy(json.dumps({**GOOD, **changes}).encode())


def asked(**changes: Any) -> Asked:
    good = Asked(("claims-service",), "claims", "claims-large", (), ["Water in the cellar"])
    return good._replace(**changes)


@pytest.mark.parametrize(
    ("changes", "outcome", "reasons"),
    [
        ({}, "allow", []),
        ({"system": ""}, "allow", []),  # the caller has one system only
        ({"system": "", "callers": ("both",)}, "deny", ["system_not_registered", "model_not_permitted"]),
        ({"system": "nowhere"}, "deny", ["system_not_registered", "model_not_permitted"]),
        ({"callers": ("portal",)}, "deny", ["caller_not_permitted"]),
        ({"callers": ()}, "deny", ["caller_not_permitted"]),
        ({"model": "assistant"}, "deny", ["model_not_permitted"]),
        ({"model": "Claims-large"}, "deny", ["model_not_permitted"]),
        ({"data_classes": ("biometric",)}, "deny", ["data_class_blocked:biometric"]),
        ({"data_classes": ("health",)}, "escalate", ["data_class_escalated:health"]),
        ({"texts": ["give me the LAUNCH CODE"]}, "deny", ["blocked_term"]),
        ({"texts": ["1234567812345678"]}, "redact", ["redacted:card"]),
        (
            {"texts": ["launch code 1234567812345678"], "data_classes": ("health",)},
            "deny",
            ["data_class_escalated:health", "blocked_term", "redacted:card"],
        ),
    ],
)
def test_request_is_judged_by_every_control(changes: dict[str, Any], outcome: str, reasons: list[str]) -> None:
    ruling = policy().decide(asked(**changes))
    assert (ruling.outcome, ruling.reason_codes) == (outcome, reasons)
    assert len(ruling.controls) == 5
    assert sum(one["result"] == "intervened" for one in ruling.controls) == len(reasons)


def test_redaction_replaces_the_match_by_its_name() -> None:
    assert policy().redact("card 1234567812345678, thanks") == "card [card], thanks"


def test_sha256_is_that_of_the_file(tmp_path: Path) -> None:
    raw = json.dumps(GOOD, indent=3).encode()
    (tmp_path / "policy.json").write_bytes(raw)
    assert Policy.read(tmp_path / "policy.json").fields()["sha256"] == sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "The policy is refused"),
        (b"[]", "an object with id, version and systems"),
        (b'{"id": "a", "id": "b"}', "stands twice"),
        (json.dumps({**GOOD, "systems": []}).encode(), "an object with id"),
        (json.dumps({**GOOD, "version": ""}).encode(), "version is a text"),
        (json.dumps({**GOOD, "blocked_terms": "x"}).encode(), "blocked_terms is a list"),
        (json.dumps({**GOOD, "redacted": {"a": "("}}).encode(), "cannot be read"),
        (json.dumps({**GOOD, "when_the_recorder_fails": "shrug"}).encode(), "refuse or proceed"),
        (json.dumps({**GOOD, "systems": {"a": {"version": "1", "caller": ["x"]}}}).encode(), "unknown field caller"),
        (json.dumps({**GOOD, "systems": {"a": {"callers": ["x"]}}}).encode(), "lacks its version"),
    ],
)
def test_broken_policy_is_refused_with_the_place(raw: bytes, says: str) -> None:
    with pytest.raises(PolicyRefused, match=says):
        Policy(raw)


def test_missing_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyRefused, match="cannot be read"):
        Policy.read(tmp_path / "none.json")

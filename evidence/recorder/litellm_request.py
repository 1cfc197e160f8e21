"""What a LiteLLM request says, in the words of a decision record. No LiteLLM is imported here: a request is a
dictionary, the caller an object with attributes.

What the application alone can know it says under ``metadata.decision_record``: ``system``, ``data_classes``,
``flow_id``, ``region``, ``prompt`` {template, revision}, ``disclosure`` {shown, id, version}, ``human`` {ref, action}.
The record repeats that as the application's word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from evidence.recorder.identifiers import clean
from evidence.recorder.policy import Asked

METADATA = ("litellm_metadata", "metadata")
DECLARED = "decision_record"
CONTENT = ("messages", "input", "prompt", "contents", "system", "instructions", "query", "documents", "tools")
MAX_ITEMS = 32
_SHORT = 128


def metadata(data: Mapping[str, Any]) -> dict[str, Any]:
    """Both of LiteLLM's metadata dictionaries as one; which of them it uses depends on the route."""
    found: dict[str, Any] = {}
    for name in METADATA:
        part = data.get(name)
        if isinstance(part, dict):
            found.update(part)
    return found


def declared(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the application says under ``metadata.decision_record``; nothing where that is no object."""
    said = metadata(data).get(DECLARED)
    return said if isinstance(said, dict) else {}


def content(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a request that the model is shown."""
    return {name: data[name] for name in CONTENT if data.get(name) is not None}


def canonical(value: Any) -> bytes:
    """The bytes that are committed to: JSON with sorted keys and no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace")


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, whatever the nesting."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text changed, images and other ``data:`` addresses apart."""
    if isinstance(value, str):
        return value if value.startswith("data:") else change(value)
    if isinstance(value, dict):
        return {key: with_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item, change) for item in value]
    return value


def callers(auth: Any) -> tuple[str, ...]:
    """The names under which the policy may know this caller."""
    names = (getattr(auth, name, None) for name in ("key_alias", "team_id", "team_alias", "user_id"))
    return tuple(name for name in names if isinstance(name, str) and name)


def asked(data: Mapping[str, Any], auth: Any) -> Asked:
    """What the policy judges."""
    said = declared(data)
    return Asked(
        callers(auth),
        clean(said.get("system") or "", _SHORT),
        clean(data.get("model") or ""),
        _names(said.get("data_classes")),
        list(texts(content(data))),
    )


def subject(data: Mapping[str, Any], auth: Any) -> str:
    """The application's own reference for the person whom this is about; "" where it names none."""
    found = getattr(auth, "end_user_id", None) or data.get("user")
    return clean(found) if isinstance(found, str) else ""


def actor(auth: Any, reference: Callable[[str], str]) -> dict[str, str]:
    """The record's ``actor``; ``reference`` turns a name into its HMAC."""
    names = callers(auth)
    role = getattr(auth, "user_role", None)
    fields = {
        "role": clean(getattr(role, "value", role) or "application", _SHORT),
        "auth": "api-key",
        "tenant": clean(getattr(auth, "org_id", None) or getattr(auth, "team_id", None) or "", _SHORT),
    }
    if names:
        fields["ref"] = reference(f"actor/{names[0]}")
    return {name: value for name, value in fields.items() if value}


def said_fields(data: Mapping[str, Any], reference: Callable[[str], str]) -> dict[str, Any]:
    """The record's ``data``, ``prompt``, ``disclosure``, ``human`` and ``trace_id``, as far as they were said."""
    said = declared(data)
    fields: dict[str, Any] = {
        "data": _part(said, ("flow_id", "region")),
        "prompt": _part(said.get("prompt"), ("template", "revision")),
    }
    if names := list(_names(said.get("data_classes"))):
        fields["data"]["classes"] = names
    system_text = _system_text(data)
    if fields["prompt"] and system_text:
        fields["prompt"]["sha256"] = sha256(system_text.encode("utf-8", "replace")).hexdigest()
    disclosure = said.get("disclosure")
    if isinstance(disclosure, dict) and type(disclosure.get("shown")) is bool:
        fields["disclosure"] = {"shown": disclosure["shown"], **_part(disclosure, ("id", "version"))}
    human = said.get("human")
    if isinstance(human, dict) and isinstance(human.get("ref"), str) and human["ref"].strip():
        fields["human"] = {"ref": reference(f"human/{clean(human['ref'])}"), **_part(human, ("action",))}
    fields["trace_id"] = _trace(data)
    return {name: value for name, value in fields.items() if value}


def guardrails(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """LiteLLM's own guardrails that ran, as the record's ``controls``."""
    found = metadata(data).get("standard_logging_guardrail_information")
    controls = []
    for item in (found if isinstance(found, list) else [])[:MAX_ITEMS]:
        if not isinstance(item, dict):
            continue
        seconds = item.get("duration")
        taken = int(seconds * 1_000_000) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0
        status = clean(item.get("guardrail_status") or "unknown", _SHORT)
        controls.append(
            {
                "id": clean(item.get("guardrail_name") or "guardrail", _SHORT),
                "version": clean(item.get("guardrail_version") or "", _SHORT),
                "result": {"success": "pass", "guardrail_intervened": "intervened"}.get(status, status),
                "microseconds": taken,
            }
        )
    return controls


def tools_returned(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Results of tools that the application hands to the model with this request, as the record's ``tools``."""
    messages = data.get("messages")
    names: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for message in messages if isinstance(messages, list) else []:
        if not isinstance(message, dict):
            continue
        if message.get("role") != "tool":
            found = []  # only what stands after the last turn is new
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                names[str(call.get("id"))] = str(call["function"].get("name"))
        if message.get("role") == "tool":
            call_id = str(message.get("tool_call_id") or "")
            tool = {
                "actor": "application",
                "name": clean(names.get(call_id) or message.get("name") or "unknown", _SHORT),
                "outcome": "returned",
                "correlation_id": clean(call_id, _SHORT),
            }
            found.append(tool)
    return found[:MAX_ITEMS]


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(clean(item, _SHORT) for item in value[:MAX_ITEMS] if isinstance(item, str))


def _part(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {name: clean(value[name], _SHORT) for name in names if isinstance(value.get(name), str)}


def _system_text(data: Mapping[str, Any]) -> str:
    messages = data.get("messages")
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, dict) and message.get("role") == "system":
            text = message.get("content")
            return text if isinstance(text, str) else ""
    text = data.get("system") or data.get("instructions")
    return text if isinstance(text, str) else ""


def _trace(data: Mapping[str, Any]) -> str:
    request = data.get("proxy_server_request")
    headers = request.get("headers") if isinstance(request, dict) else None
    parts = str((headers or {}).get("traceparent", "")).split("-")
    if len(parts) == 4 and len(parts[1]) == 32:
        return clean(parts[1], _SHORT)
    return clean(data.get("litellm_trace_id") or data.get("litellm_call_id") or "", _SHORT)

"""What a model answered, in the words of a completion record. No LiteLLM is imported here: answers are objects with
``model_dump``, dictionaries, or bytes of a stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evidence.recorder.contents import Content
from evidence.recorder.identifiers import clean
from evidence.recorder.litellm_request import MAX_ITEMS, canonical

_SHORT = 128


class Answer:
    """An answer, whole or gathered from the chunks of a stream.

    What is committed to: the list of choices' messages where the answer has choices, else the whole answer
    without what the proxy added. For a stream the chunks' pieces are joined to the same form; chunks without
    choices are kept in their order.
    """

    def __init__(self) -> None:
        self._choices: dict[int, dict[str, Any]] = {}
        self._others: list[Any] = []
        self.model = ""

    @classmethod
    def whole(cls, response: Any) -> Answer:
        answer = cls()
        value = _plain(response)
        answer._note_model(value)
        choices = value.get("choices") if isinstance(value, dict) else None
        if isinstance(choices, list) and choices:
            for index, choice in enumerate(choices):
                answer._choices[index] = _message(choice)
        else:
            answer._others.append(value)
        return answer

    def add(self, chunk: Any) -> None:
        """One chunk of a stream."""
        value = _plain(chunk)
        self._note_model(value)
        choices = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(choices, list):
            self._others.append(value)
            return
        for choice in choices:
            if isinstance(choice, dict):
                self._add_delta(choice)

    @property
    def said_something(self) -> bool:
        return bool(self._choices or self._others)

    def body(self) -> bytes:
        """The bytes that are committed to."""
        if not self._choices:
            return canonical(self._others[0] if len(self._others) == 1 else self._others)
        return canonical([self._choices[index] for index in sorted(self._choices)])

    def tools(self, decision_id: str, person: bytes | None) -> tuple[list[dict[str, str]], list[Content]]:
        """The tools that the model asked for, as the record's ``tools``, and their parameters."""
        tools, contents = [], []
        for call in self._calls()[:MAX_ITEMS]:
            function = call.get("function") or {}
            parameters = str(function.get("arguments") or "").encode("utf-8", "replace")
            kept = Content.new(decision_id, "params", person, parameters)
            contents.append(kept)
            tools.append(
                {
                    "actor": "model",
                    "name": clean(function.get("name") or "unknown", _SHORT),
                    "params_commit": kept.commit,
                    "outcome": "requested",
                    "correlation_id": clean(call.get("id") or "", _SHORT),
                }
            )
        return tools, contents

    def _calls(self) -> list[dict[str, Any]]:
        return [call for index in sorted(self._choices) for call in self._choices[index].get("tool_calls", [])]

    def _note_model(self, value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("model"), str) and not self.model:
            self.model = clean(value["model"])

    def _add_delta(self, choice: Mapping[str, Any]) -> None:
        delta = choice.get("delta")
        message = self._choices.setdefault(int(choice.get("index") or 0), {"role": "assistant", "content": ""})
        if isinstance(delta, dict):
            message["content"] += delta.get("content") or ""
            for call in delta.get("tool_calls") or []:
                _add_call(message.setdefault("tool_calls", []), call)
        if choice.get("finish_reason"):
            message["finish_reason"] = str(choice["finish_reason"])


def _add_call(calls: list[dict[str, Any]], piece: Mapping[str, Any]) -> None:
    index = int(piece.get("index") or 0)
    while len(calls) <= min(index, MAX_ITEMS):
        calls.append({"id": "", "function": {"name": "", "arguments": ""}})
    call = calls[min(index, MAX_ITEMS)]
    call["id"] = call["id"] or str(piece.get("id") or "")
    function = piece.get("function") or {}
    call["function"]["name"] += str(function.get("name") or "")
    call["function"]["arguments"] += str(function.get("arguments") or "")


def _message(choice: Any) -> dict[str, Any]:
    if not isinstance(choice, dict):
        return {"content": str(choice)}
    message = choice.get("message")
    if not isinstance(message, dict):
        return {"role": "assistant", "content": str(choice.get("text") or "")}
    found: dict[str, Any] = {"role": message.get("role"), "content": message.get("content") or ""}
    calls = [call for call in message.get("tool_calls") or [] if isinstance(call, dict)]
    if calls:
        found["tool_calls"] = [
            {
                "id": str(call.get("id") or ""),
                "function": {
                    "name": str((call.get("function") or {}).get("name") or ""),
                    "arguments": str((call.get("function") or {}).get("arguments") or ""),
                },
            }
            for call in calls
        ]
    if choice.get("finish_reason"):
        found["finish_reason"] = str(choice["finish_reason"])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if callable(dump) else value

"""From LiteLLM's requests and answers to a record's words, whatever a caller sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.recorder import litellm_request as request
from evidence.recorder.identifiers import clean, uuid7
from evidence.recorder.litellm_answer import Answer
from evidence.recorder.policy import Policy
from evidence.recorder.proxied import Proxied
from evidence.recorder.writer import Recorder
from evidence.tlog import keys, record
from tests.evidence.recorder.conftest import LOG_ID
from tests.evidence.recorder.log_reader import LogReader
from tests.evidence.recorder.test_policy import GOOD

AUTH = SimpleNamespace(key_alias="claims-service", team_id=None, user_id="u", end_user_id=None, user_role=None)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"model": "gpt-4o-2024-11-20", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def test_streamed_tool_call_is_put_together_from_its_pieces() -> None:
    answer = Answer()
    first = {"index": 0, "id": "call_1", "function": {"name": "pay", "arguments": '{"eur"'}}
    answer.add(chunk({"role": "assistant", "content": None, "tool_calls": [first]}))
    answer.add(chunk({"tool_calls": [{"index": 0, "function": {"arguments": ": 5}"}}]}))
    answer.add(chunk({"tool_calls": [{"index": 1, "id": "call_2", "function": {"name": "log", "arguments": ""}}]}))
    answer.add(chunk({}, "tool_calls"))
    whole = Answer.whole(
        {
            "model": "gpt-4o-2024-11-20",
            "choices": [
                {
                    "finish_reason": "tool_calls",
                    "message": {
                        "role": "assistant",
                        "content": None,
                        "tool_calls": [
                            {
                                "id": "call_1",
                                "type": "function",
                                "function": {"name": "pay", "arguments": '{"eur": 5}'},
                            },
                            {"id": "call_2", "type": "function", "function": {"name": "log", "arguments": ""}},
                        ],
                    },
                }
            ],
        }
    )
    assert answer.body() == whole.body()
    tools, kept = answer.tools(uuid7(0), None)
    assert [(tool["name"], tool["correlation_id"]) for tool in tools] == [("pay", "call_1"), ("log", "call_2")]
    assert [one.body for one in kept] == [b'{"eur": 5}', b""]
    assert [tool["params_commit"] for tool in tools] == [one.commit for one in kept]


def test_tool_index_of_a_hostile_stream_does_not_fill_the_memory() -> None:
    answer = Answer()
    answer.add(chunk({"tool_calls": [{"index": 10**9, "id": "x", "function": {"name": "n", "arguments": ""}}]}))
    assert len(answer.tools(uuid7(0), None)[0]) <= request.MAX_ITEMS


def test_chunks_without_choices_are_kept_in_their_order() -> None:
    answer = Answer()
    answer.add(b"event: a\n\n")
    answer.add({"type": "response.completed"})
    assert json.loads(answer.body()) == ["event: a\n\n", {"type": "response.completed"}]


def test_answer_of_nothing_says_nothing() -> None:
    assert not Answer().said_something


def test_only_tool_results_after_the_last_turn_are_new() -> None:
    call = {"id": "c1", "function": {"name": "read", "arguments": ""}}
    messages: list[dict[str, Any]] = [
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "x"},
    ]
    found = request.tools_returned({"messages": messages})
    assert found == [{"actor": "application", "name": "read", "outcome": "returned", "correlation_id": "c1"}]
    assert request.tools_returned({"messages": [*messages, {"role": "user", "content": "and?"}]}) == []


def test_images_are_not_redacted_and_texts_around_them_are() -> None:
    value = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,secret"}}, {"text": "a secret"}]
    changed = request.with_texts(value, lambda text: text.replace("secret", "[x]"))
    assert changed[0] == value[0] and changed[1] == {"text": "a [x]"}


@given(st.text(st.characters(), max_size=700))
def test_cleaned_text_is_one_that_a_record_may_carry(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= record.MAX_TEXT and "\x00" not in cleaned
    cleaned.encode()


def test_identifier_is_a_version_seven_uuid_that_begins_with_its_time() -> None:
    first, second = uuid7(1_795_226_720_000_000), uuid7(1_795_226_721_000_000)
    assert first < second and first[14] == "7" and first[19] in "89ab"
    assert int(first[:8] + first[9:13], 16) == 1_795_226_720_000


@settings(max_examples=60, deadline=None)
@given(said=ANYTHING, messages=ANYTHING, user=ANYTHING, model=ANYTHING, guardrails=ANYTHING)
def test_no_request_makes_a_record_that_a_reader_refuses(
    said: Any, messages: Any, user: Any, model: Any, guardrails: Any
) -> None:
    data = {
        "model": model,
        "messages": messages,
        "user": user,
        "metadata": {request.DECLARED: said, "standard_logging_guardrail_information": guardrails},
    }

    def fields() -> dict[str, Any]:
        ruling = Policy(json.dumps(GOOD).encode()).decide(request.asked(data, AUTH))
        return {
            "system": {"id": ruling.system_id, "version": ""},
            "policy": {"id": "a", "version": "1", "sha256": "0" * 64},
            "outcome": ruling.outcome,
            "reason_codes": ruling.reason_codes,
            "controls": [*ruling.controls, *request.guardrails(data)],
            "tools": request.tools_returned(data),
            "actor": request.actor(AUTH, lambda _: "a" * 64),
            **request.said_fields(data, lambda _: "a" * 64),
        }

    frame = {
        "v": 1, "log_id": LOG_ID, "boot_id": "3b1f2b0e-1111-4222-8333-444455556666", "seq": 0, "prev": "0" * 64,
        "ts": "2026-11-21T03:24:40.123456Z", "kind": "decision", "decision_id": uuid7(0),
    }  # fmt: skip
    record.parse(json.dumps({**fields(), **frame}).encode())
    request.canonical(request.content(data))


def test_decision_is_durable_before_decide_returns_and_is_completed_once(
    recorder: Recorder, key: keys.Key, serve: Callable[..., str]
) -> None:
    proxied = Proxied(recorder, Policy(json.dumps(GOOD).encode()))
    data = {"model": "claims-large", "messages": [{"role": "user", "content": "1234567812345678"}], "user": "CLM-1"}

    async def through() -> None:
        before = recorder.size
        flight, ruling, changed = await proxied.decide(data, AUTH, {"name": "claims-large"})
        assert recorder.size == before + 1 and ruling.outcome == "redact"
        assert changed["messages"][0]["content"] == "[card]"
        taken = proxied.take(flight.decision_id)
        assert taken is flight and proxied.take(flight.decision_id) is None
        await proxied.complete(flight, Answer.whole({"choices": [{"text": "ok"}]}), {"name": "m"})

    asyncio.run(through())
    reader = LogReader(serve(recorder), key, LOG_ID)
    assert reader.pull() is None
    first, second = (one.record for one in reader.records[1:])
    assert (first.kind, second.kind) == ("decision", "completion") and first.decision_id == second.decision_id
    assert first.subject_ref == recorder.persons.find("CLM-1")


@pytest.mark.parametrize("alias", ["", None, 5])
def test_caller_without_a_name_is_nobody(alias: Any) -> None:
    auth = SimpleNamespace(key_alias=alias)
    assert request.callers(auth) == () and "ref" not in request.actor(auth, lambda _: "a" * 64)

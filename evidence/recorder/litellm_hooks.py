"""The recorder inside a LiteLLM proxy. In LiteLLM's configuration::

    litellm_settings:
      callbacks: evidence.recorder.litellm_hooks.recorder

and in the environment: ``RECORDER_DIR``, a folder made by ``python -m evidence.recorder init``; ``RECORDER_POLICY``,
the policy file; ``RECORDER_LISTEN``, where the log is served (``127.0.0.1:9940`` by default); and, where wanted,
``RECORDER_READ_TOKEN`` and ``RECORDER_LOOKUP_TOKEN``.

Tried with LiteLLM 1.106.0. Its success-logging callbacks run in a queue after the answer has gone out; none of them
is used here.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import litellm
from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

from evidence.recorder import litellm_request as request
from evidence.recorder.identifiers import clean
from evidence.recorder.litellm_answer import Answer
from evidence.recorder.policy import Policy, Ruling
from evidence.recorder.proxied import Flight, NotRecorded, Proxied
from evidence.recorder.server import Contract, LogServer, Tokens, listen_address
from evidence.recorder.writer import Recorder

DECISION = "recorder_decision_id"
HEADER = "x-decision-id"


class RecorderHooks(CustomLogger):  # type: ignore[misc]
    """LiteLLM calls these in this order: ``async_pre_call_hook`` before a model is asked, then for a whole answer
    ``async_post_call_success_hook`` and for a stream ``async_post_call_streaming_iterator_hook``, or
    ``async_post_call_failure_hook`` for whatever failed or was refused anywhere. Each is awaited."""

    def __init__(self, proxied: Proxied) -> None:
        super().__init__()
        self._proxied = proxied

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        self._stand_last()
        _mark(data, "")
        try:
            flight, ruling, changed = await self._proxied.decide(data, user_api_key_dict, _asked_model(data))
        except NotRecorded as error:
            raise _refusal(503, str(error), "") from error
        _mark(data, flight.decision_id)
        if ruling.outcome == "deny":
            raise _refusal(403, _sentence(ruling), flight.decision_id)
        data.update(changed)
        return data

    async def async_post_call_success_hook(self, data: dict[str, Any], user_api_key_dict: Any, response: Any) -> Any:
        flight = self._proxied.take(_marked(data))
        if flight is None:
            return None
        answer = Answer.whole(response)
        try:
            await self._proxied.complete(flight, answer, _answered_model(response, data, answer, flight))
        except NotRecorded as error:
            raise _refusal(503, "The answer could not be recorded", flight.decision_id) from error
        return None

    async def async_post_call_streaming_iterator_hook(
        self, user_api_key_dict: Any, response: Any, request_data: dict[str, Any]
    ) -> AsyncIterator[Any]:
        answer, hidden = Answer(), response
        whole = False
        try:
            async for chunk in response:
                answer.add(chunk)
                yield chunk
            whole = True
        except Exception:
            # The proxy now calls the failure hook, which writes the completion.
            whole = True
            await self._failed(request_data, answer, "stream_broke_off")
            raise
        finally:
            if not whole:
                self._hung_up(request_data, answer, hidden)
        flight = self._proxied.take(_marked(request_data))
        if flight is not None:
            try:
                await self._proxied.complete(flight, answer, _answered_model(hidden, request_data, answer, flight))
            except NotRecorded as error:
                raise _refusal(503, "The answer could not be recorded", flight.decision_id) from error

    async def async_post_call_failure_hook(
        self,
        request_data: dict[str, Any],
        original_exception: Exception,
        user_api_key_dict: Any,
        traceback_str: str | None = None,
    ) -> None:
        marked = _marked(request_data)
        flight = self._proxied.take(marked)
        reasons = _reasons(original_exception, request_data)
        try:
            if flight is not None and flight.outcome != "deny":
                outcome = "deny" if _is_refusal(original_exception) else "error"
                await self._proxied.fail(flight, outcome, reasons)
            elif flight is None and not marked and _was_let_in(request_data, original_exception):
                flight = await self._proxied.blocked_before(
                    request_data, user_api_key_dict, _asked_model(request_data), reasons
                )
                self._proxied.take(flight.decision_id)
                _mark(request_data, flight.decision_id)
        except NotRecorded:
            return  # the request gets no answer anyway; the gap record will count what is missing

    async def async_post_call_response_headers_hook(
        self,
        data: dict[str, Any],
        user_api_key_dict: Any,
        response: Any,
        request_headers: dict[str, str] | None = None,
        litellm_call_info: dict[str, Any] | None = None,
    ) -> dict[str, str] | None:
        marked = _marked(data)
        return {HEADER: marked} if marked else None

    def _stand_last(self) -> None:
        # What the record says must be what the other guardrails left, so ours comes after them.
        if litellm.callbacks and litellm.callbacks[-1] is not self:
            litellm.callbacks = [one for one in litellm.callbacks if one is not self] + [self]

    async def _failed(self, data: dict[str, Any], answer: Answer, reason: str) -> None:
        flight = self._proxied.take(_marked(data))
        if flight is not None:
            self._proxied.submit_completion(flight, answer, flight.model, "error", [reason])

    def _hung_up(self, data: dict[str, Any], answer: Answer, response: Any) -> None:
        flight = self._proxied.take(_marked(data))
        if flight is not None:
            model = _answered_model(response, data, answer, flight)
            self._proxied.submit_completion(flight, answer, model, "error", ["client_disconnected"])


def _mark(data: dict[str, Any], decision_id: str) -> None:
    """Leave the id where the later hooks find it, over anything that the caller put there."""
    names = [name for name in request.METADATA if isinstance(data.get(name), dict)]
    for name in names:
        data[name][DECISION] = decision_id
    if not names:
        data["metadata"] = {DECISION: decision_id}


def _marked(data: Mapping[str, Any]) -> str:
    found = request.metadata(data).get(DECISION)
    return found if isinstance(found, str) else ""


def _refusal(status: int, sentence: str, decision_id: str) -> HTTPException:
    detail = {"error": sentence, "decision_id": decision_id} if decision_id else {"error": sentence}
    return HTTPException(status, detail, headers={HEADER: decision_id} if decision_id else None)


def _sentence(ruling: Ruling) -> str:
    return f"The policy for {ruling.system_id} refuses this request: {', '.join(ruling.reason_codes)}."


def _reasons(error: Exception, data: Mapping[str, Any]) -> list[str]:
    named = [f"guardrail:{one['id']}" for one in request.guardrails(data) if one["result"] == "intervened"]
    return named or [type(error).__name__, *([f"status_{_status(error)}"] if _status(error) else [])]


def _status(error: Exception) -> str:
    return str(getattr(error, "status_code", None) or getattr(error, "code", None) or "")


def _is_refusal(error: Exception) -> bool:
    """Whether a control said no, rather than something having gone wrong."""
    return "Guardrail" in type(error).__name__ or (isinstance(error, HTTPException) and error.status_code < 429)


def _was_let_in(data: Mapping[str, Any], error: Exception) -> bool:
    """Whether this was a request for a model by a caller whom the proxy knows: only then was there a decision.

    Without this, anyone who can reach the proxy could fill the log.
    """
    return bool(data.get("litellm_call_id")) and bool(request.content(data)) and _status(error) != "401"


def _asked_model(data: Mapping[str, Any]) -> dict[str, str]:
    """The model asked for, and which model stands behind that name where there is exactly one."""
    name = clean(data.get("model") or "")
    behind = set()
    router = _router()
    if router is not None and name:
        for deployment in router.get_model_list(model_name=name) or []:
            behind.add(str(deployment.get("litellm_params", {}).get("model") or ""))
    if len(behind) == 1:
        return _model_fields(behind.pop(), name)
    return {"name": name} if name else {}


def _router() -> Any:
    from litellm.proxy import proxy_server

    return proxy_server.llm_router


def _answered_model(response: Any, data: Mapping[str, Any], answer: Answer, flight: Flight) -> dict[str, str]:
    hidden = getattr(response, "_hidden_params", None)
    name = hidden.get("litellm_model_name") if isinstance(hidden, dict) else None
    details = getattr(data.get("litellm_logging_obj"), "model_call_details", None)
    if not name and isinstance(details, dict):
        provider, model = details.get("custom_llm_provider"), details.get("model")
        name = f"{provider}/{model}" if provider and model and "/" not in model else model
    alias = flight.model.get("deployment", "")
    fields = flight.model if not name or name == alias else _model_fields(str(name), alias)
    if not fields.get("name"):
        return fields
    return {**fields, "version": answer.model if answer.model not in ("", alias) else fields["name"]}


def _model_fields(name: str, deployment: str) -> dict[str, str]:
    provider, separator, model = name.partition("/")
    fields = {"provider": clean(provider), "name": clean(model)} if separator else {"name": clean(name)}
    return {**fields, "deployment": deployment} if deployment else fields


def _open() -> RecorderHooks:
    folder = Path(os.environ.get("RECORDER_DIR", ""))
    if not os.environ.get("RECORDER_DIR") or not os.environ.get("RECORDER_POLICY"):
        raise RuntimeError("Set RECORDER_DIR and RECORDER_POLICY, so that the recorder knows where and by what.")
    policy = Policy.read(Path(os.environ["RECORDER_POLICY"]))
    recorder = Recorder(folder)
    _close_with_the_proxy(recorder)
    tokens = Tokens(os.environ.get("RECORDER_READ_TOKEN", ""), os.environ.get("RECORDER_LOOKUP_TOKEN", ""))
    address = listen_address(os.environ.get("RECORDER_LISTEN", "127.0.0.1:9940"))
    LogServer(address, Contract(folder, tokens=tokens, publish=recorder.publish)).start()
    return RecorderHooks(Proxied(recorder, policy))


def _close_with_the_proxy(recorder: Recorder) -> None:
    # Uvicorn ends the process by the signal that stopped it, so no atexit function runs; LiteLLM has no hook for
    # its end. Where a later LiteLLM has no such function, each restart is declared like a crash.
    from litellm.proxy import proxy_server

    shut_down = getattr(proxy_server, "proxy_shutdown_event", None)
    atexit.register(recorder.close)
    if shut_down is None:
        return

    async def shut_down_in_order(*arguments: Any, **named: Any) -> None:
        try:
            await shut_down(*arguments, **named)
        finally:
            await asyncio.to_thread(recorder.close)

    proxy_server.proxy_shutdown_event = shut_down_in_order


def __getattr__(name: str) -> RecorderHooks:
    """``recorder``, opened when LiteLLM asks for it and not when this module is merely imported."""
    if name != "recorder":
        raise AttributeError(name)
    hooks = _open()
    globals()["recorder"] = hooks
    return hooks

"""A guardrail of LiteLLM's own kind, so that the demonstration shows how another control's refusal is recorded."""

from __future__ import annotations

import re
from typing import Any

from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail, log_guardrail_information

from evidence.recorder import litellm_request

_CREDENTIAL = re.compile(r"\b(?:sk-[A-Za-z0-9]{16,}|AKIA[A-Z0-9]{16})\b")


class NoCredentials(CustomGuardrail):  # type: ignore[misc]
    """Refuses a request whose text holds what looks like an access key."""

    @log_guardrail_information  # type: ignore[untyped-decorator]
    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        if any(_CREDENTIAL.search(text) for text in litellm_request.texts(litellm_request.content(data))):
            raise HTTPException(400, {"error": "The request holds what looks like an access key."})
        return data

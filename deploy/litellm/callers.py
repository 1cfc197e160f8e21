"""Who may call the demonstration proxy: one bearer token for each application, made anew at every start."""

from __future__ import annotations

import hmac
import json
import os
from typing import Any

from litellm.proxy._types import ProxyException, UserAPIKeyAuth


async def authenticate(request: Any, api_key: str) -> UserAPIKeyAuth:
    """LiteLLM's ``custom_auth``: whose token this is. ``DEMO_CALLERS`` is a JSON object of alias to token."""
    for alias, token in json.loads(os.environ["DEMO_CALLERS"]).items():
        if hmac.compare_digest(api_key.encode(), token.encode()):
            return UserAPIKeyAuth(api_key=api_key, key_alias=alias, team_id="nordhaven", user_id=alias)
    raise ProxyException("This token is not known here.", "auth_error", "api_key", 401)

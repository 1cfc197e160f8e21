"""There and back: what is sent along to a provider, kept in the browser's session, and demanded again on return."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.identity.oidc.provider import Endpoints, ProviderFailed, discover, exchange_code, user_info
from grc.identity.oidc.tokens import LEEWAY, read_id_token
from grc.models.identity import IdentityProvider

_KEY = "assay_provider_flows"
_LIFE = 600
_AT_ONCE = 5
FRESH_SECONDS = 30
SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True)
class Flow:
    """One way to a provider and back. ``again``: somebody who is signed in shows once more that it is them."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    again: bool
    begun_at: float


def begin(request: HttpRequest, provider: IdentityProvider, *, next_url: str = "", again: bool = False) -> str:
    """The address at the provider to which the browser goes now. Raises ``ProviderFailed``."""
    endpoints = discover(provider)
    flow = Flow(
        provider=str(provider.public_id),
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        next=next_url,
        again=again,
        begun_at=time.time(),
    )
    waiting = [kept for kept in request.session.get(_KEY, []) if time.time() - kept["begun_at"] < _LIFE]
    request.session[_KEY] = [*waiting[-_AT_ONCE + 1 :], asdict(flow)]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback_url(request, provider),
        "scope": " ".join(_scopes(provider, endpoints)),
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if again:
        # asked in any case by the one; the other makes the provider say when it asked, and at nought some ask for ever
        asked |= {"prompt": "login", "max_age": str(FRESH_SECONDS)}
    glue = "&" if "?" in endpoints.authorization else "?"
    return f"{endpoints.authorization}{glue}{urlencode(asked)}"


def come_back(request: HttpRequest, provider: IdentityProvider) -> tuple[Flow, dict[str, Any]]:
    """The flow that this browser began, and the claims that the provider makes. It works once.

    Raises ``ProviderFailed``.
    """
    flow = _take(request, provider)
    if error := request.GET.get("error"):
        raise ProviderFailed(_("It let nobody in: %(error)s.") % {"error": error[:60]})
    endpoints = discover(provider)
    if request.GET.get("iss", endpoints.issuer) != endpoints.issuer:
        raise ProviderFailed(_("The answer comes from another provider."))
    answer = exchange_code(
        provider,
        endpoints,
        code=request.GET.get("code", ""),
        verifier=flow.verifier,
        redirect_uri=callback_url(request, provider),
    )
    claims = read_id_token(
        str(answer.get("id_token", "")), endpoints=endpoints, client_id=provider.client_id, nonce=flow.nonce
    )
    if flow.again:
        _demand_fresh(claims, flow)
    wanted = {"email", *([provider.role_claim] if provider.role_map else [])}
    if wanted - set(claims) and endpoints.userinfo and answer.get("access_token"):
        told = user_info(endpoints, str(answer["access_token"]))
        if told.get("sub") != claims["sub"]:
            raise ProviderFailed(_("It speaks of two people at once."))
        claims = told | claims  # what is signed comes first
    return flow, claims


def _scopes(provider: IdentityProvider, endpoints: Endpoints) -> list[str]:
    """What is asked for: some providers give a claim such as ``groups`` to whoever asks for a scope of its name."""
    asks = provider.role_map and provider.role_claim in endpoints.scopes and provider.role_claim not in SCOPES
    return [*SCOPES, *([provider.role_claim] if asks else [])]


def callback_url(request: HttpRequest, provider: IdentityProvider) -> str:
    """Where the provider sends people back to: what is entered over there as the redirect address."""
    return request.build_absolute_uri(reverse("provider-callback", args=[provider.public_id]))


def _take(request: HttpRequest, provider: IdentityProvider) -> Flow:
    given, waiting = request.GET.get("state", ""), request.session.get(_KEY, [])
    found = next((kept for kept in waiting if hmac.compare_digest(kept["state"].encode(), given.encode())), None)
    if found is None or found["provider"] != str(provider.public_id) or time.time() - found["begun_at"] > _LIFE:
        raise ProviderFailed(_("This sign-in was not begun here, or too long ago."))
    request.session[_KEY] = [kept for kept in waiting if kept is not found]
    return Flow(**found)


def _demand_fresh(claims: dict[str, Any], flow: Flow) -> None:
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or at < flow.begun_at - LEEWAY:
        raise ProviderFailed(_("It does not say that it asked you once more just now."))

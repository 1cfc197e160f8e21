"""Talking to an OpenID Connect provider: every call through ``grc.outbound``, as to any address that people type in."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.core.cache import cache
from django.utils.translation import gettext as _

from grc import strict_json
from grc.models.identity import IdentityProvider
from grc.models.secret import Sealed, SecretUnreadable
from grc.outbound import OutboundFailed, OutboundRefused, Response, fetch
from grc.outbound.allowed import allow_list

WELL_KNOWN = "/.well-known/openid-configuration"
_MAX_DOCUMENT = 256 * 1024
_TIMEOUT = 10.0
_KEPT_SECONDS = 300


class ProviderFailed(Exception):
    """The provider cannot be reached, or says something that cannot be trusted; ``str()`` is for an administrator."""


@dataclass(frozen=True)
class Endpoints:
    """What a provider says of itself, checked: ``userinfo`` is empty where it has none."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    basic: bool
    scopes: frozenset[str]


def discover(provider: IdentityProvider, *, fresh: bool = False) -> Endpoints:
    """The provider's endpoints, from its discovery document. Raises ``ProviderFailed``."""
    document = _document(provider.issuer.rstrip("/") + WELL_KNOWN, fresh=fresh)
    try:
        found = Endpoints(
            issuer=str(document["issuer"]),
            authorization=str(document["authorization_endpoint"]),
            token=str(document["token_endpoint"]),
            keys=str(document["jwks_uri"]),
            userinfo=str(document.get("userinfo_endpoint") or ""),
            # as the standard has it: without a word about it, basic is meant
            basic="client_secret_basic"
            in (document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]),
            scopes=frozenset(str(scope) for scope in document.get("scopes_supported") or ()),
        )
    except (KeyError, TypeError):
        raise ProviderFailed(_("Its discovery document lacks what a provider must say.")) from None
    if found.issuer.rstrip("/") != provider.issuer.rstrip("/"):
        raise ProviderFailed(_("It calls itself %(issuer)s.") % {"issuer": found.issuer[:300]})
    for url in (found.authorization, found.token, found.keys, found.userinfo):
        if url:
            demand_https(url)
    return found


def signing_keys(endpoints: Endpoints, *, fresh: bool = False) -> list[dict[str, Any]]:
    """The provider's public keys as JWKs. Raises ``ProviderFailed``."""
    keys = _document(endpoints.keys, fresh=fresh).get("keys")
    if not isinstance(keys, list) or not keys:
        raise ProviderFailed(_("It publishes no keys."))
    return [key for key in keys[:50] if isinstance(key, dict) and key.get("use", "sig") == "sig"]


def exchange_code(
    provider: IdentityProvider, endpoints: Endpoints, *, code: str, verifier: str, redirect_uri: str
) -> dict[str, Any]:
    """The token endpoint's answer to a code. Raises ``ProviderFailed``."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": provider.client_id,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if secret := _secret(provider):
        if endpoints.basic:
            pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_secret"] = secret
    answer = _call(endpoints.token, method="POST", headers=headers, body=urlencode(form).encode())
    if answer.status != 200:
        raise ProviderFailed(
            _("It did not take the code that it gave (status %(status)d).") % {"status": answer.status}
        )
    return _json(answer)


def user_info(endpoints: Endpoints, access_token: str) -> dict[str, Any]:
    """What the userinfo endpoint says. Raises ``ProviderFailed``."""
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    answer = _call(endpoints.userinfo, headers=headers)
    if answer.status != 200:
        raise ProviderFailed(_("It gives no user information (status %(status)d).") % {"status": answer.status})
    return _json(answer)


def demand_https(url: str) -> None:
    """Raise ``ProviderFailed`` for an address without TLS, unless its host and port are on the administrator's list."""
    parts = urlsplit(url)
    try:
        host, port = (parts.hostname or "").lower(), parts.port or 80
    except ValueError:
        raise ProviderFailed(_("Its address is not valid.")) from None
    listed = any(entry.host == host and entry.port == port for entry in allow_list().entries)
    if parts.scheme != "https" and not (parts.scheme == "http" and listed):
        raise ProviderFailed(_("%(host)s is not called by https.") % {"host": host or url[:100]})


def _document(url: str, *, fresh: bool) -> dict[str, Any]:
    demand_https(url)
    name = "oidc:" + base64.urlsafe_b64encode(url.encode()).decode()[:180]
    if not fresh and (known := cache.get(name)):
        return dict(known)
    answer = _call(url, headers={"Accept": "application/json"})
    if answer.status != 200:
        raise ProviderFailed(_("%(url)s answers with status %(status)d.") % {"url": url, "status": answer.status})
    document = _json(answer)
    cache.set(name, document, _KEPT_SECONDS)
    return document


def _call(url: str, **named: Any) -> Response:
    try:
        return fetch(url, allow=allow_list(), max_bytes=_MAX_DOCUMENT, timeout=_TIMEOUT, **named)
    except (OutboundFailed, OutboundRefused) as error:
        raise ProviderFailed(error.reason) from None


def _json(answer: Response) -> dict[str, Any]:
    try:
        value = strict_json.loads(answer.body, max_bytes=_MAX_DOCUMENT, max_depth=16)
    except strict_json.JSONRefused:
        raise ProviderFailed(_("%(url)s does not answer in JSON.") % {"url": answer.url}) from None
    if not isinstance(value, dict):
        raise ProviderFailed(_("%(url)s does not answer in JSON.") % {"url": answer.url})
    return value


def _secret(provider: IdentityProvider) -> str:
    if not isinstance(provider.client_secret, Sealed):
        return ""
    try:
        return provider.client_secret.open()
    except SecretUnreadable as error:
        raise ProviderFailed(str(error)) from None

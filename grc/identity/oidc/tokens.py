"""An ID token, taken apart with suspicion: signature, issuer, audience, time and nonce are all demanded."""

import hmac
from typing import Any

import jwt
from django.utils.translation import gettext as _

from grc.identity.oidc.provider import Endpoints, ProviderFailed, signing_keys

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key. ``none`` and those with a shared secret are refused, whatever the token says."""

LEEWAY = 60
"""Seconds by which two clocks may differ."""


def read_id_token(raw: str, *, endpoints: Endpoints, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that was made by this provider, for us, for this sign-in. Raises ``ProviderFailed``."""
    try:
        header = jwt.get_unverified_header(raw)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise ProviderFailed(_("Its token is not signed with a public key."))
        key = _key(endpoints, header.get("kid"), algorithm)
        claims: dict[str, Any] = jwt.decode(
            raw,
            key=key,
            algorithms=[algorithm],
            audience=client_id,
            issuer=endpoints.issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "sub"], "strict_aud": False},
        )
    except jwt.PyJWTError as error:
        raise ProviderFailed(_("Its token cannot be trusted: %(why)s.") % {"why": error}) from None
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise ProviderFailed(_("Its token was made for somebody else."))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderFailed(_("Its token belongs to another sign-in."))
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise ProviderFailed(_("Its token does not say whom it is about."))
    return claims


def _key(endpoints: Endpoints, kid: str | None, algorithm: str) -> Any:
    for fresh in (False, True):  # keys change: what is not found is asked for once more
        keys = signing_keys(endpoints, fresh=fresh)
        fitting = [key for key in keys if key.get("kid") == kid] if kid else keys
        if len(fitting) == 1:
            return jwt.PyJWK(fitting[0], algorithm).key
    raise ProviderFailed(_("Its token is signed with a key that it does not publish."))

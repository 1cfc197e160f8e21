"""An ID token is believed when everything about it is right, and a way back when this browser began it."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from grc.access.actor import Actor
from grc.identity.oidc import tokens
from grc.identity.oidc.provider import Endpoints, ProviderFailed, demand_https, discover
from grc.identity.providers import check_provider
from grc.models import Organisation
from grc.models.identity import IdentityProvider

ISSUER = "https://id.example"
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
ENDPOINTS = Endpoints(ISSUER, f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k", "", basic=True, scopes=frozenset())


def jwk(key: Any, kid: str) -> dict[str, Any]:
    return jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"}


@pytest.fixture(autouse=True)
def published(monkeypatch: Any) -> None:
    monkeypatch.setattr(tokens, "signing_keys", lambda endpoints, *, fresh=False: [jwk(KEY, "one"), jwk(OTHER, "two")])


def token(key: Any = KEY, kid: str | None = "one", algorithm: str = "RS256", **changed: Any) -> str:
    now = time.time()
    body = {"iss": ISSUER, "aud": "assay", "sub": "n-1", "nonce": "nonce", "iat": now, "exp": now + 300} | changed
    body = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


def read(raw: str) -> dict[str, Any]:
    return tokens.read_id_token(raw, endpoints=ENDPOINTS, client_id="assay", nonce="nonce")


def test_right_token_is_believed() -> None:
    assert read(token())["sub"] == "n-1"
    assert read(token(aud=["assay", "other"], azp="assay"))["sub"] == "n-1"
    assert read(token(OTHER, "two", "PS256"))["sub"] == "n-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"aud": ["assay", "other"]},
        {"aud": ["assay", "other"], "azp": "other"},
        {"aud": None},
        {"exp": time.time() - 3600},
        {"exp": None},
        {"iat": time.time() + 3600},
        {"iat": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"nbf": time.time() + 3600},
    ],
    ids=lambda changed: "-".join(
        str(name if isinstance(value, float) else (name, value)) for name, value in changed.items()
    ),
)
def test_wrong_claim_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ProviderFailed):
        read(token(**changed))


def test_wrong_signature_is_refused() -> None:
    for raw in (
        token(rsa.generate_private_key(65537, 2048)),
        token(KEY, "two"),
        token(KEY, "three"),
        token(KEY, None),  # two keys fit: which one is not said
        token("a shared secret of thirty-two bytes", "one", "HS256"),
        jwt.encode({"sub": "n-1", "nonce": "nonce"}, None, algorithm="none"),  # type: ignore[arg-type]
        token()[:-4] + "AAAA",
        "not a token",
        "",
    ):
        with pytest.raises(ProviderFailed):
            read(raw)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example", "https://127.0.0.1:9/", "https://169.254.169.254/", "https://localhost/", "https://10.0.0.1/",
        "https://[::1]/", "file:///etc/passwd",
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_address_inside_is_never_called(issuer: str) -> None:
    with pytest.raises(ProviderFailed):
        discover(IdentityProvider(issuer=issuer))


def test_plain_http_needs_the_administrators_list(settings: Any) -> None:
    settings.OUTBOUND_ALLOWED = ["id.internal:8080=10.0.0.0/8"]
    demand_https("http://id.internal:8080/x")
    for url in ("http://id.internal/x", "http://id.internal:8081/", "http://other:8080/", "ftp://id.internal:8080/"):
        with pytest.raises(ProviderFailed):
            demand_https(url)


@pytest.mark.django_db
def test_way_back_that_this_browser_did_not_begin_is_refused(organisation: Organisation) -> None:
    with Actor.system(organisation).working():
        provider = IdentityProvider.unscoped.create(
            organisation=organisation, name="P", issuer=ISSUER, client_id="assay", domains=["x.example"]
        )
    for query in (
        "",
        "?code=x",
        "?code=x&state=",
        "?code=x&state=guessed",
        "?error=access_denied&state=x",
        "?state=%00",
    ):
        answer = Client().get(f"/account/provider/{provider.public_id}/callback{query}")
        assert answer.status_code == 403, query
        assert "sessionid" not in answer.cookies


@pytest.mark.django_db
def test_connection_test_says_what_is_wrong(organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    row = IdentityProvider(organisation=organisation, issuer="https://127.0.0.1:9", name="P")
    with by.working():
        (check,) = check_provider(provider=row, by=by)
    assert not check.good
    assert "not on the open internet" in check.sentence

"""Who calls the API: a personal token, or a browser's session (with its CSRF token)."""

import hashlib
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from grc.models.person import Person
from grc.models.token import APIToken

PREFIX = "assay_"


def digest(secret: str) -> str:
    """What is kept of a token. A plain hash is enough: the secret is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer assay_…``. Judged at every request: expired, revoked or orphaned is 401."""

    def authenticate(self, request: Request) -> tuple[Person, APIToken] | None:
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _space, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
            raise exceptions.AuthenticationFailed(_("Send your token as “Authorization: Bearer assay_…”."))
        token = (
            APIToken.objects.filter(digest=digest(secret.strip()), revoked_at=None, expires_at__gt=Now())
            .filter(Q(person__is_active=True))
            .select_related("person")
            .first()
        )
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is unknown, revoked or expired."))
        APIToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' own session; the answer without one is 401, as for a token."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "grc.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "assay_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "grc.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}

"""The session behind a code: a signed cookie that is good for one door, on its own address, for a working day.

It holds no key of the database and nothing about the browser's other sessions. It ends with the browser, after eight
hours, and with the secret that it was opened by: a link that is sent again or withdrawn leaves none behind.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from vendors.asking.links import Door

COOKIE = "ask"
HOURS = 8
_signer = TimestampSigner(salt="vendors.asking.session")


def begin(response: HttpResponse, request: HttpRequest, door: Door) -> None:
    """Let the browser that showed the code in."""
    value = _signer.sign(f"{door.link.digest}.{secrets.token_urlsafe(16)}")
    response.set_cookie(
        COOKIE, value, path=request.path, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def end(response: HttpResponse, request: HttpRequest) -> None:
    response.delete_cookie(COOKIE, path=request.path, samesite="Lax")


def is_inside(request: HttpRequest, door: Door) -> bool:
    """Whether this browser has shown the code of this very door."""
    try:
        value = _signer.unsign(request.COOKIES.get(COOKIE, ""), max_age=HOURS * 3600)
    except BadSignature:
        return False
    return constant_time_compare(value.partition(".")[0], door.link.digest)


def token_of(request: HttpRequest) -> str:
    """What a form of this session carries, and no other site's can: these pages send no ``Origin`` that Django's own
    check could compare, because they send no referrer."""
    return salted_hmac("vendors.asking.form", request.COOKIES.get(COOKIE, ""), algorithm="sha256").hexdigest()


def is_own_form(request: HttpRequest) -> bool:
    return constant_time_compare(request.POST.get("token", "").encode(), token_of(request).encode())

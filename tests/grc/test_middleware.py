from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from grc.middleware import ClientAddressMiddleware


@pytest.mark.parametrize(
    ("behind", "header", "address"),
    [
        (False, "6.6.6.6", "127.0.0.1"),
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (True, "2001:db8::1", "2001:db8::1"),
        (True, "nonsense", ""),
        (True, "", ""),
    ],
)
def test_client_address_is_what_our_own_proxy_wrote(settings: Any, behind: bool, header: str, address: str) -> None:
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", headers={"x-forwarded-for": header} if header else {})
    ClientAddressMiddleware(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address

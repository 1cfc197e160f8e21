"""Rules for sessions that hold on every page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from grc.identity.sessions import is_bound, is_over, note_seen
from grc.views.errors import denied

OF_THE_PERSON = frozenset(
    {
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "usersessions_list",
        "tokens",
        "token-revoke",
    }
)
"""Pages (by name) that change what belongs to a person in every organisation."""


class SessionRulesMiddleware:
    """A limited session ends in time, and a session that an organisation's provider vouched for (or the emergency
    account's) does not reach what belongs to its person everywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if is_over(request):
                logout(request)
            else:
                note_seen(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in OF_THE_PERSON and request.user.is_authenticated and is_bound(request):
            return denied(
                request,
                _(
                    "Passwords, second steps, sessions and tokens belong to you in every organisation. This session "
                    "rests on one organisation's word alone: sign in with your own password or passkey to change them."
                ),
            )
        return None

"""Who is here, and what a refusal looks like."""

import ipaddress
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.context import Context, client_address, set_context, working_in
from grc.db.conflicts import conflict
from grc.formats import USUAL, written_for
from grc.identity.door import demand_session
from grc.identity.second_factor import SecondFactorNeeded
from grc.models.organisation import Organisation
from grc.views.errors import bad_request, denied, not_found, page

Answer = Callable[[HttpRequest], HttpResponse]


class ClientAddressMiddleware:
    """Behind a proxy of ours (``BEHIND_PROXY``), the client is the last address that the proxy wrote down.

    What a client claims stands before it in the header, and is not looked at.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY:
            last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            try:
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
            except ValueError:
                request.META["REMOTE_ADDR"] = ""
        return self.get_response(request)


class ReaderMiddleware:
    """Dates in the reader's zone; and what was shown to somebody who has logged in stays in no cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", "UTC")
        try:
            timezone.activate(zoneinfo.ZoneInfo(zone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.activate(zoneinfo.ZoneInfo("UTC"))
        try:
            with written_for(getattr(request.user, "region", USUAL)):
                response = self.get_response(request)
        finally:
            timezone.deactivate()
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response


class ActorMiddleware:
    """``/o/<organisation>/...``: the person's roles there, or a 404 as if the organisation did not exist."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        with working_in(Context(None, None, "page", client_address(request))):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None  # the API sets its actor once it knows whose token it is
        if "organisation" not in kwargs:
            set_context(Context(None, request.user.pk, "page", client_address(request)))
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        organisation = Organisation.objects.filter(slug=kwargs["organisation"]).first()
        actor = organisation and Actor.of(request.user, organisation, address=client_address(request))
        if not actor:
            return not_found(request)
        try:
            demand_session(request, person=request.user, organisation=organisation, roles=actor.roles)  # type: ignore[arg-type]
        except NotVisible:
            return not_found(request)
        except SecondFactorNeeded:
            return to_second_step(request)
        request.actor = actor  # type: ignore[attr-defined]
        set_context(actor.context)
        return None


def to_second_step(request: HttpRequest) -> HttpResponse:
    """Where a person finds out what their role still asks of them, and does it."""
    return redirect(f"{reverse('second-step')}?{urlencode({'next': request.get_full_path()})}")


class RefusalMiddleware:
    """The gate's exceptions become pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, SecondFactorNeeded):
            return to_second_step(request)
        if isinstance(error, Denied):
            return denied(request, error.reason)
        if isinstance(error, NotVisible | Http404):
            return not_found(request)
        if isinstance(error, RequestDataTooBig):
            return bad_request(request, error)
        if (sentence := conflict(error)) is not None:
            return page(request, 409, gettext("Somebody was faster"), sentence)
        return None

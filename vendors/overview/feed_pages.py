"""The address of the vendor calendar: where somebody gets theirs, and what a calendar program is answered there."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View

from grc.access.roles import Permission
from grc.context import client_address
from grc.notices.digests import zone_of
from grc.views.gated import GatedPage
from vendors.overview.calendar import calendar_of
from vendors.overview.feeds import AN_HOUR, TooOften, feed_of, fetch_by, make_feed, note_fetch, revoke_feed
from vendors.overview.ics import MEDIA_TYPE
from vendors.overview.pages import ics_of

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class AddressPage(GatedPage):
    """One's own address: made, shown once, revoked."""

    sees = (Permission.VENDORS_VIEW,)
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("do") == "revoke":
            revoke_feed(by=self.actor)
            return redirect(self.url("vendor-calendar-address"))
        made = f"{settings.SITE_URL}{make_feed(by=self.actor)}"
        return self._page(made, status=201)

    def _page(self, made: str = "", status: int = 200) -> HttpResponse:
        feed = feed_of(self.actor)
        return self.show("vendors/overview/address.html", status=status, feed=feed, made=made)


@method_decorator(login_not_required, name="dispatch")
class FeedPage(View):
    """The calendar as a file, by its secret. Looking changes nothing but when it was last fetched."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        request.user = AnonymousUser()  # who has signed in in this browser is another question
        try:
            fetch = fetch_by(secret, client_address(request))
        except TooOften:
            return HttpResponse(status=429, headers={"Retry-After": str(AN_HOUR), **HEADERS})
        if fetch is None:
            raise Http404
        with fetch.actor.working(), timezone.override(zone_of(fetch.feed.person)):
            note_fetch(fetch)
            text = ics_of(calendar_of(fetch.actor), fetch.actor)
        return HttpResponse(text.encode(), content_type=MEDIA_TYPE, headers=HEADERS)

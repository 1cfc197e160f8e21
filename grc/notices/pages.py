"""What somebody should know, and how they want to hear of it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from grc.models.notice import Notice
from grc.models.person import Person
from grc.notices.actions import choose_mail, mark_all_read, mark_read
from grc.notices.forms import MailForm
from grc.notices.inbox import notices_of, unread_count
from grc.shell import current_actor

PAGE_SIZE = 50
ICONS = {
    Notice.Kind.MENTION: "message-2",
    Notice.Kind.COMMENT: "message",
    Notice.Kind.TASK: "checkbox",
    Notice.Kind.DUE: "calendar",
    Notice.Kind.APPROVAL: "signature",
    Notice.Kind.ALARM: "alert-triangle",
    Notice.Kind.JOB: "clock",
    Notice.Kind.PEOPLE: "users",
}


class NoticesPage(View):
    """Everything that the reader is told here, newest first."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        unread = request.GET.get("unread") == "1"
        rows = notices_of(actor).filter(read_at=None) if unread else notices_of(actor)
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        shown = [(notice, ICONS[Notice.Kind(notice.kind)]) for notice in page]
        context = {"page": page, "notices": shown, "unread": unread, "unread_count": unread_count(actor)}
        return render(request, "notices/notices.html", context)


class BellPage(View):
    """The number in the page's head, asked for again now and then. ``shown``: what stands there already."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        count = unread_count(current_actor(request))
        if request.GET.get("shown") == str(count):
            return HttpResponse(status=204)
        return render(request, "notices/bell.html", {"unread": count})


class OpenNoticePage(View):
    """Marks a notice as read and leads to what it tells of."""

    def get(self, request: HttpRequest, organisation: str, notice: uuid.UUID) -> HttpResponse:
        found = get_object_or_404(notices_of(current_actor(request)), public_id=notice)
        mark_read(notice=found)
        here = url_has_allowed_host_and_scheme(found.url, None) and found.url.startswith("/")
        return redirect(found.url if here else "notices", *([] if here else [organisation]))


class ReadNoticePage(View):
    """Read, or unread again (``read=0``)."""

    def post(self, request: HttpRequest, organisation: str, notice: uuid.UUID) -> HttpResponse:
        found = get_object_or_404(notices_of(current_actor(request)), public_id=notice)
        mark_read(notice=found, read=request.POST.get("read") != "0")
        return _back(request, organisation)


class ReadAllPage(View):
    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        count = mark_all_read(by=current_actor(request))
        said = ngettext("%(n)d notice is marked as read.", "%(n)d notices are marked as read.", count)
        messages.success(request, said % {"n": count})
        return _back(request, organisation)


class SettingsPage(View):
    """``/me/notices``: which notices come by mail, and when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "notices/settings.html", {"form": MailForm(person=_person(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailForm(request.POST, person=_person(request))
        if not form.is_valid():
            return render(request, "notices/settings.html", {"form": form}, status=422)
        choose_mail(person=_person(request), wishes=form.wishes())
        messages.success(request, _("Your settings are saved."))
        return redirect("notice-settings")


def _back(request: HttpRequest, organisation: str) -> HttpResponse:
    response = redirect("notices", organisation)
    if request.POST.get("unread") == "1":
        response["Location"] += "?unread=1"
    return response


def _person(request: HttpRequest) -> Person:
    person: Person = request.user  # type: ignore[assignment]
    return person

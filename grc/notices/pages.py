"""What somebody should know, and how they want to hear of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.models.person import Person
from grc.notices.actions import choose_mail
from grc.notices.forms import MailForm


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


def _person(request: HttpRequest) -> Person:
    person: Person = request.user  # type: ignore[assignment]
    return person

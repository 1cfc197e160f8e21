"""What a text that is being written will look like."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from grc.formatted.page import shown
from grc.formatted.reading import MOST
from grc.views.gated import GatedPage


class PreviewPage(GatedPage):
    """Keeps nothing and reads nothing but what it is sent: for every member."""

    sees = ()

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("text", "").replace("\x00", "")
        if len(text) > MOST:
            return HttpResponse(_("The text is too long."), status=422, content_type="text/plain; charset=utf-8")
        return render(request, "components/formatted.html", {"shown": shown(text, "preview")})

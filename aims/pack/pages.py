"""The page of the Stage 1 pack: what it holds, what is open, and the button that makes it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from aims.pack.jobs import start_pack
from aims.pack.reading import NEEDED
from aims.pack.screen import screen
from grc.reports.answer import KINDS
from grc.views.gated import GatedPage


class PackPage(GatedPage):
    sees = NEEDED

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in KINDS:
            return self._page(status=422, error=_("Choose PDF or Word."))
        job = start_pack(kind=kind, by=self.actor)
        return redirect("job", self.actor.organisation.slug, job.public_id)

    def _page(self, status: int = 200, error: str = "") -> HttpResponse:
        return self.show("aims/pack/pack.html", status=status, found=screen(self.actor), error=error)

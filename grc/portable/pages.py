"""Where an administrator takes everything away. Whoever asks proves once more who they are."""

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from grc.access.gate import require
from grc.access.roles import Permission
from grc.jobs.lines import job_line, jobs_of
from grc.portable.actions import ARCHIVE, start_archive
from grc.shell import current_actor

SHOWN = 10


class ArchivePage(View):
    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        require(actor, Permission.ORGANISATION_EXPORT)
        made = jobs_of(actor).filter(kind=ARCHIVE)[:SHOWN]
        return render(request, "portable/archive.html", {"lines": [job_line(job, actor) for job in made]})

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        require(actor, Permission.ORGANISATION_EXPORT)
        if is_reauthentication_required(request, app="account"):
            messages.info(request, _("Confirm who you are. Then you come back here, and ask once more."))
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        job = start_archive(by=actor)
        return redirect("job", organisation, job.public_id)

"""Background work: what one asked for, how far it is, what came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.jobs.actions import cancel_job, watch_job
from grc.jobs.lines import JobLine, job_line, jobs_of
from grc.jobs.runners import may_see
from grc.models.activity import ActivityEvent
from grc.models.job import Job
from grc.shell import current_actor

PAGE_SIZE = 50


class JobBase(View):
    """A page of one's own jobs: somebody else's do not exist."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    def job(self, public_id: uuid.UUID) -> Job:
        found: Job = get_object_or_404(jobs_of(self.actor).select_related("product"), public_id=public_id)
        return found


class JobsPage(JobBase):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(jobs_of(self.actor).defer("result"), PAGE_SIZE).get_page(request.GET.get("page"))
        return render(request, "jobs/list.html", {"page": page, "lines": [job_line(job, self.actor) for job in page]})


class JobPage(JobBase):
    """How one job goes; htmx asks for the part again until it has ended."""

    def get(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        found = self.job(job)
        watch_job(found)
        part = bool(getattr(request, "htmx", False))
        line = job_line(found, self.actor)
        return render(request, "jobs/progress.html" if part else "jobs/detail.html", {"line": line})


def progress_part(request: HttpRequest, line: JobLine) -> HttpResponse | None:
    """What a page with the result of one job answers htmx: how far it is, or that the page is to be read anew.

    None for whoever asks for the whole page.
    """
    if not getattr(request, "htmx", False):
        return None
    if not line.active:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "jobs/progress.html", {"line": line, "poll_url": request.path})


class CancelJobPage(JobBase):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        found = self.job(job)
        if cancel_job(job=found, by=self.actor):
            messages.success(request, _("Stopped. Nothing of it was kept."))
        else:
            messages.info(request, _("It had ended already."))
        return redirect("job", self.actor.organisation.slug, found.public_id)


class JobFilePage(JobBase):
    """What a job made: for whoever asked for it, as long as they may see what is in it."""

    def get(self, request: HttpRequest, job: uuid.UUID) -> FileResponse:
        found = self.job(job)
        if found.product is None or not may_see(found, self.actor):
            raise Http404
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, detail=found.product.name)
        return attachment(found.product)

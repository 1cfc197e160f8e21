"""The sealed log on pages: verify it now, take it away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from evidence.models.seal import ActivitySeal
from evidence.sealing.alarm import head_of
from evidence.sealing.bundle import NotSealed, disclose_log
from evidence.sealing.home import CHECK, findings_of
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.jobs.actions import start_job
from grc.models.job import Job
from grc.shell import current_actor

AT_ONCE = 20_000
"""Events that are verified while one waits; more are a worker's job."""


def start_check(seal: ActivitySeal, *, by: Actor) -> Job:
    return start_job(kind=CHECK, title=_("Verify the activity log"), params={}, by=by, apart=seal.size > AT_ONCE)


def bundle_response(seal: ActivitySeal, raw: bytes, after: int) -> HttpResponse:
    """The bundle as an attachment, named after the log's organisation, the day and what it holds."""
    name = f"activity-{seal.organisation.slug}-{timezone.now():%Y-%m-%d}-from-{after + 1}.zip"
    response = HttpResponse(raw, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read_after(given: str) -> int | None:
    """How many events somebody has already; None for what is no such number."""
    if not given:
        return 0
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 15 else None


class SealView(View):
    """A page about the sealed log: a 404 for whoever may not see activity."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.ACTIVITY_VIEW):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def seal(self) -> ActivitySeal:
        seal = head_of(self.actor.organisation)
        if seal is None:
            raise Http404
        return seal


class SealCheckPage(SealView):
    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        seal = self.seal()
        job = start_check(seal, by=self.actor)
        if job.state != Job.State.DONE:
            messages.info(request, _("The log is being verified. Look at this page again in a while."))
            return redirect("activity", organisation)
        seal.refresh_from_db()
        found = findings_of(seal)
        if found:
            text = ngettext(
                "The log does not hold: %(n)d finding.", "The log does not hold: %(n)d findings.", len(found)
            )
            messages.error(request, text % {"n": len(found)})
        else:
            messages.success(request, _("All %(n)d sealed events are as they were sealed.") % {"n": seal.size})
        return redirect("activity", organisation)


class SealBundlePage(SealView):
    """The whole log, or what comes after the first ``after`` events that one has already."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        require(self.actor, Permission.SETTINGS_VIEW)
        seal, after = self.seal(), read_after(request.GET.get("after", "").strip())
        try:
            if after is None:
                raise NotSealed(_("Say with a number how many events you have already."))
            raw = disclose_log(seal, after=after, by=self.actor)
        except NotSealed as error:
            messages.error(request, str(error))
            return redirect("activity", organisation)
        return bundle_response(seal, raw, after)

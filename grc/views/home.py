from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from grc.access.room import running_periods
from grc.identity.sessions import is_good_for
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.registries import figures
from grc.shell import current_actor
from grc.work.gathering import to_do, work_of

MOST = 10
"""So much of what is to be done stands on the home page; the rest is one click away."""


class StartPage(View):
    """``/``: where this person's work is: their organisation, or the room that was opened for them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person: Person = request.user  # type: ignore[assignment]
        held = Membership.objects.filter(person=person, ended_at=None).select_related("organisation").order_by("pk")
        for membership in held:
            if is_good_for(request, membership.organisation):
                return redirect("home", membership.organisation.slug)
        periods = list(running_periods(person).select_related("scope"))
        if len(periods) == 1:
            return redirect("room", periods[0].scope.public_id)
        return render(request, "room/rooms.html", {"periods": periods})


class HomePage(View):
    """What to do next, and how things stand."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        work = to_do(work_of(actor))
        return render(
            request,
            "home.html",
            {
                "todos": work[:MOST],
                "count": len(work),
                "figures": [figure for source in figures for figure in source(actor)],
                "today": timezone.localdate(),
            },
        )


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 while the database answers."""
    if request.method not in {"GET", "HEAD"}:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})

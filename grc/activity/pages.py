"""The pages of the activity log."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.activity.export import MOST_EXPORTED, export_activity
from grc.activity.query import SYSTEM, WAYS, ActivityQuery, people_named
from grc.activity.sentences import WAY_NAMES, days_of, lines_of
from grc.models.activity import ActivityEvent
from grc.registers.query import BadQuery
from grc.registers.register import registers
from grc.registries import activity_parts
from grc.shell import current_actor


class ActivityView(View):
    """A page about activity: a 404 for whoever may not see it."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.ACTIVITY_VIEW):
            raise Http404
        kwargs.pop("organisation", None)
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadQuery as error:
            return self.show("activity/bad_query.html", status=400, error=error)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context["list_url"] = reverse("activity", args=[self.actor.organisation.slug])
        return render(self.request, template, context, status=status)


class ActivityPage(ActivityView):
    """What people and programs did, newest first, by day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = ActivityQuery.read(self.actor, request.GET)
        listing = query.listing()
        return self.show(
            "activity/list.html",
            query=query,
            days=days_of(lines_of(listing.events, self.actor)),
            next_cursor=listing.next_cursor,
            people=people_named(self.actor),
            system=SYSTEM,
            verbs=sorted(ActivityEvent.Verb.choices, key=lambda choice: str(choice[1])),
            registers=[(r.slug, r.plural) for r in registers if self.actor.can(r.view)],
            ways=[(way, WAY_NAMES[way]) for way in WAYS],
            most_exported=MOST_EXPORTED,
            parts=[part for add in activity_parts for part in add(self.actor)],
        )


class ActivityExportPage(ActivityView):
    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        return export_activity(ActivityQuery.read(self.actor, request.GET), kind=kind, by=self.actor)

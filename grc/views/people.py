from collections import defaultdict

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from grc.access.roles import ROLES, Permission
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.shell import current_actor

PAGE_SIZE = 100


class PeoplePage(View):
    """Who works here, in which roles, and what each role may do."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        if not actor.can(Permission.PEOPLE_VIEW):
            raise Http404
        roles_of: dict[Person, list[object]] = defaultdict(list)
        running = Membership.objects.filter(organisation=actor.organisation, ended_at=None)
        for membership in running.select_related("person").order_by("person__name", "pk"):
            roles_of[membership.person].append(ROLES[membership.role].name)
        return render(request, "people.html", {"people": dict(roles_of), "roles": ROLES.values()})


class ActivityPage(View):
    """What people did, newest first."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        if not actor.can(Permission.ACTIVITY_VIEW):
            raise Http404
        events = ActivityEvent.objects.within(actor.organisation).select_related("record__organisation")
        verb = request.GET.get("verb", "")
        if verb in ActivityEvent.Verb.values:
            events = events.filter(verb=verb)
        page = Paginator(events.order_by("-at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
        people = Person.objects.in_bulk({event.person for event in page if event.person}, field_name="public_id")
        rows = [(event, people.get(event.person)) for event in page]
        return render(
            request,
            "activity.html",
            {"page": page, "rows": rows, "verbs": ActivityEvent.Verb.choices, "verb": verb},
        )

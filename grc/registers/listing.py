"""The list of every register: views, filters, columns, and what may be chosen for a change of many."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from grc.access.gate import allows
from grc.access.roles import Reach
from grc.approvals.standing import standings_of
from grc.registers.cells import cells
from grc.registers.filters import RecordFilter, TagFilter
from grc.registers.pages import PAGE_SIZE, RegisterPage
from grc.registers.query import BadQuery, ListQuery
from grc.registries import list_actions
from grc.search.saved_views import Views, views_of

EVERYTHING = "all"
"""The ``view`` that is none: the whole list, whatever one's own starts with."""


class ListPage(RegisterPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        views = views_of(self.actor, self.register)
        if views.start and not request.GET:
            return redirect(self._address(f"view={views.start.public_id}", views.start.query))
        try:
            query = ListQuery.read(self.register, self.actor, request.GET)
            rows = query.rows()
        except BadQuery as error:
            return self.show("registers/bad_query.html", status=400, error=error)
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        changeable = self._changeable(page)
        standings = standings_of(list(page)) if self.register.lists_approval else {}
        return self.show(
            "registers/list.html",
            query=query,
            page=page,
            headings=[(name, self.register.heading(name)) for name in query.columns],
            rows=[
                (cells(self.register, record, query.columns), record.pk in changeable, standings.get(record.pk))
                for record in page
            ],
            filters=query.filters,
            all_columns=self._columns(query),
            can_add=allows(self.actor, self.register.edit),
            choosing=bool(changeable),
            actions=[action for add in list_actions for action in add(self.register, self.actor)],
            narrowed=query.narrowed,
            **self._views(views, query),
        )

    def _views(self, views: Views, query: ListQuery) -> dict[str, Any]:
        slug = self.actor.organisation.slug
        given = self.request.GET.get("view", "")
        view, address = views.named(given), query.address()
        own = view is not None and self.actor.person is not None and view.person_id == self.actor.person.pk
        return {
            "views": [(each, self._address(f"view={each.public_id}", each.query)) for each in views.all],
            "view": view,
            "view_is_own": own,
            "view_is_start": view is not None and view == views.start,
            "view_changed": view is not None and view.query != address,
            "view_param": str(view.public_id) if view else EVERYTHING if views.start else "",
            "all_url": self._address(f"view={EVERYTHING}") if views.start else self.register.list_url(slug),
            "address": address,
            "worth_saving": bool(address),
        }

    def _address(self, *parts: str) -> str:
        return f"{self.register.list_url(self.actor.organisation.slug)}?{'&'.join(part for part in parts if part)}"

    def _columns(self, query: ListQuery) -> list[tuple[str, str, bool]]:
        """Every column: first those that are shown, in their order."""
        known = dict.fromkeys((*query.columns, *self.register.columns, *self.register.more_columns))
        return [(name, self.register.heading(name), name in query.columns) for name in known if name != "reference"]

    def _changeable(self, page: Any) -> set[int]:
        # asked once for the whole page
        keys = [record.pk for record in page]
        if self.actor.reach(self.register.edit) is not Reach.OWN:
            return set(keys) if self.actor.can(self.register.edit) else set()
        rows: QuerySet[Any] = self.register.model.objects.permitted(self.actor, self.register.edit).filter(pk__in=keys)
        return set(rows.values_list("pk", flat=True))


class ChoicesPage(RegisterPage):
    """What a filter offers for the letters typed so far, where there is too much to offer at once."""

    def get(self, request: HttpRequest, field: str) -> HttpResponse:
        query = ListQuery(self.register, self.actor)
        found = next((each for each in query.filters if each.name == field), None)
        if not isinstance(found, RecordFilter | TagFilter):
            raise Http404
        text = request.GET.get("look", "").replace("\x00", "").strip()[:80]
        found.given = {param: request.GET.getlist(param) for param in found.params}
        # what is chosen stays on top of the panel, and is not offered twice
        choices = [choice for choice in found.look_up(text) if not choice.chosen]
        return render(request, "registers/parts/choices.html", {"param": found.params[0], "choices": choices})

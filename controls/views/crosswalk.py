"""The crosswalk: two frameworks side by side, narrowed, exported, and judged."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import urlencode

from controls.crosswalk import HEADINGS, ONLY, CrosswalkQuery, crosswalk_of, table_of
from controls.models import Framework, Mapping
from controls.views.base import ControlsView, frameworks_in_use
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS, table_file
from grc.registers.query import Choice

P = Permission
PAGE_SIZE = 50
"""Requirements of the first framework on a page, with all their counterparts."""


class CrosswalkView(ControlsView):
    sees, name = (P.FRAMEWORKS_VIEW,), "framework-crosswalk"

    def back(self, **kwargs: object) -> str:
        return self.url(self.name)


class CrosswalkPage(CrosswalkView):
    def get(self, request: HttpRequest) -> HttpResponse:
        frameworks = frameworks_in_use(self.actor)
        if len(frameworks) < 2:
            return self.show("controls/crosswalk_empty.html")
        query = CrosswalkQuery.read(request.GET, frameworks)
        found = crosswalk_of(query, self.actor)
        can_judge = self.actor.can(P.FRAMEWORKS_EDIT)
        return self.show(
            "controls/crosswalk.html",
            query=query,
            crosswalk=found,
            page=Paginator(found.lines, PAGE_SIZE).get_page(request.GET.get("page")),
            frameworks=frameworks,
            filters=_filters(query),
            only=[Choice(key, str(name), key == query.only) for key, name in ONLY.items()],
            swapped=urlencode({"from": query.target.reference, "to": query.source.reference}),
            pair=urlencode({"from": query.source.reference, "to": query.target.reference}),
            can_judge=can_judge,
            choosing=can_judge,
            back=request.get_full_path(),
        )


class CrosswalkExportPage(CrosswalkView):
    """What the page shows, all of its pages."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        frameworks = frameworks_in_use(self.actor)
        if len(frameworks) < 2:
            raise Http404
        query = CrosswalkQuery.read(request.GET, frameworks)
        rows = list(table_of(crosswalk_of(query, self.actor).lines))
        name = f"{_slug(query.source)}-{_slug(query.target)}"
        record_activity(
            by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"crosswalk {name} ({kind}): {len(rows)}"
        )
        return table_file([str(heading) for heading in HEADINGS], rows, kind=kind, name=f"crosswalk-{name}")


def _slug(framework: Framework) -> str:
    return framework.catalogue or framework.reference.lower()


def _filters(query: CrosswalkQuery) -> list[dict[str, Any]]:
    fields = (("standing", Mapping.Standing, query.standing), ("confidence", Mapping.Confidence, query.confidence))
    return [
        {
            "name": name,
            "heading": str(Mapping._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
            "count": len(chosen),
            "choices": [Choice(value, str(label), value in chosen) for value, label in known.choices],
        }
        for name, known, chosen in fields
    ]

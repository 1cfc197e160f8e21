"""A room's decision records: list, story, export and bundle, each view of them in the activity log."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evidence.bundles.assemble import NotBundled, assemble
from evidence.decisions.page import page_of
from evidence.decisions.pages import MOST_EXPORTED, attached
from evidence.decisions.table import HEADINGS, lines_of, values_of
from evidence.find.lookup import Found, count_decisions, iterate_decisions, list_decisions
from evidence.find.query import OUTCOMES, read_decision_id
from evidence.models import DecisionRow
from evidence.room.access import files_in, found_in, query_of, reach_of
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS, table_file
from grc.registers.query import BadQuery
from grc.registries import RoomPart, room_parts
from grc.room.contents import Room
from grc.room.pages import RoomPage


@room_parts.add(order=10)
def decision_records(room: Room) -> Iterable[RoomPart]:
    if room.stretches:
        url = reverse("room-decisions", args=[room.period.scope.public_id])
        yield RoomPart(_("Decision records"), url, sum(entry.count or 0 for entry in room.stretches), "database")


class RoomDecisionsPage(RoomPage):
    """The list; ``q`` is a decision's id, and leads straight to it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadQuery as error:
            return self.show("evidence/room/bad_query.html", status=400, error=error)

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\x00", "").strip()
        wanted = read_decision_id(text) if text else None
        found = found_in(self.room, wanted) if wanted else None
        query = query_of(request.GET)
        listing = list_decisions(reach_of(self.room), query)
        self.note(f"decision records, “{text[:80]}”" if text else "decision records")
        return self.show(
            "evidence/room/decisions.html",
            text=text,
            missing=bool(text) and found is None,
            lines=lines_of([found.decision] if found else listing.rows, {}),
            count=count_decisions(reach_of(self.room), query),
            next_cursor="" if found else listing.next_cursor,
            query=query,
            outcomes=[(name, DecisionRow.Outcome(value).label) for name, value in OUTCOMES.items()],
        )


class RoomDecisionExportPage(RoomDecisionsPage):
    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:  # type: ignore[override]
        if kind not in KINDS:
            raise Http404
        query = query_of(request.GET)
        self.note(f"decision records ({kind})", verb=ActivityEvent.Verb.EXPORTED)
        rows = iterate_decisions(reach_of(self.room), query, limit=MOST_EXPORTED)
        cells = (list(values_of(line)) for row in rows for line in lines_of([row], {}))
        return table_file([str(heading) for heading in HEADINGS], cells, kind=kind, name="decisions")


class RoomDecisionPage(RoomPage):
    def found(self, decision: uuid.UUID) -> Found:
        found = found_in(self.room, decision)
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
        found = self.found(decision)
        self.note(f"decision {decision}")
        return self.show("evidence/room/decision.html", page=page_of(found, {}), source_url="")


class RoomBundlePage(RoomDecisionPage):
    def get(self, request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
        found = self.found(decision)
        try:
            raw = assemble(found, files=files_in(self.room))
        except NotBundled as error:
            self.note(f"bundle of decision {decision}: none", verb=ActivityEvent.Verb.REFUSED)
            return self.show("evidence/room/no_bundle.html", status=409, reason=error.reason, decision_id=decision)
        self.note(f"bundle of decision {decision}", verb=ActivityEvent.Verb.DISCLOSED)
        return attached(raw, f"decision-{decision}.zip", "application/zip")

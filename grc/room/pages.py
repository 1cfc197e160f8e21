"""The few pages that outsiders have. They read versions only; every other address is a 404 for a visitor."""

import uuid
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views import View

from grc.actions.files import attachment
from grc.models.activity import ActivityEvent
from grc.models.person import Person
from grc.registers.export import KINDS, table_file
from grc.registries import room_parts
from grc.room.access import enter, note_view
from grc.room.contents import Room


class RoomPage(View):
    """A page below ``/room/<scope>/``. ``what`` is how the activity log names a view of it."""

    what = ""
    http_method_names = ["get", "head", "options"]
    room: Room

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person: Person = request.user  # type: ignore[assignment]
        self.room = enter(request, person, kwargs.pop("scope"), way="page")
        return super().dispatch(request, *args, **kwargs)

    def note(self, what: str, **named: Any) -> None:
        note_view(self.room, what=what, request=self.request, way="page", **named)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"room": self.room, "parts": [part for find in room_parts for part in find(self.room)]}
        return render(self.request, template, context, status=status)


class OverviewPage(RoomPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        self.note("overview")
        return self.show("room/overview.html")


class RecordsPage(RoomPage):
    """The list, with search and a filter by kind; also the answer to a search over the room."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text, kind = request.GET.get("q", "").replace("\x00", ""), request.GET.get("kind", "")
        found = self.room.find(text, kind)
        self.note(f"records, “{text[:80]}”" if text else "records")
        return self.show("room/records.html", found=found, text=text, kind=kind, kinds=self.room.kinds())


class RecordPage(RoomPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.room.record(reference)
        if record is None:
            raise Http404
        self.note(f"{reference} version {record.version.number}", record=record.version.key)
        return self.show("room/record.html", record=record)


class ExportPage(RoomPage):
    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        found = self.room.find(request.GET.get("q", "").replace("\x00", ""), request.GET.get("kind", ""))
        self.note(f"records ({kind}): {len(found)}", verb=ActivityEvent.Verb.EXPORTED)
        headings = ["Reference", "Title", "Kind", "Version", "SHA-256"]
        rows = [[r.reference, r.title, r.kind, r.version.number, r.version.sha256] for r in found]
        return table_file(headings, rows, kind=kind, name="records")


class FilePage(RoomPage):
    def get(self, request: HttpRequest, file: uuid.UUID) -> FileResponse:
        found = self.room.file(str(file))
        if found is None:
            raise Http404
        record, kept = found
        self.note(kept.name, verb=ActivityEvent.Verb.DOWNLOADED, record=record.version.key)
        return attachment(kept)

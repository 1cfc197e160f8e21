"""The overview of vendors, the calendar of what expires, and what one takes away of it."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import PAGED_KINDS, dated, table_file
from grc.views.gated import GatedPage
from vendors.overview.calendar import (
    BadFilter,
    Calendar,
    Narrowed,
    Outline,
    calendar_of,
    events_of,
    page_of,
    table_of,
)
from vendors.overview.dates import Kind, counted, shown
from vendors.overview.ics import MEDIA_TYPE, calendar_file
from vendors.overview.overview import overview_of

P = Permission
ICS = "ics"


class VendorPage(GatedPage):
    sees = (P.VENDORS_VIEW,)


class OverviewPage(VendorPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(
            "vendors/overview/overview.html",
            overview=overview_of(self.actor),
            can_add=allows(self.actor, P.VENDORS_EDIT),
        )


class CalendarPage(VendorPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        outline = Outline(self.actor, _narrowed(request))
        narrowed = outline.narrowed
        blocks, timeline = page_of(outline)
        context: dict[str, Any] = {
            "narrowed": narrowed,
            "late": counted(outline.late),
            "coming": counted(outline.coming),
            "blocks": blocks,
            "timeline": timeline,
            "kinds": [(kind, outline.kinds[kind], kind in narrowed.kinds) for kind in Kind if outline.kinds[kind]],
            "files": [
                (kind, self.url("vendor-calendar-file", kind) + narrowed.query()) for kind in (ICS, *PAGED_KINDS)
            ],
            "whole_url": self.url("vendor-calendar") + narrowed.query(),
        }
        return self.show("vendors/overview/calendar.html", **context)


class CalendarFilePage(VendorPage):
    def get(self, request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
        return hand_out_calendar(calendar_of(self.actor, _narrowed(request)), kind=kind, by=self.actor)


def hand_out_calendar(calendar: Calendar, *, kind: str, by: Actor) -> HttpResponse | FileResponse:
    """The calendar as a file, noted in the activity log: ics, or a table. Another ``kind`` is a 404."""
    name = _("Vendor calendar")
    answer: HttpResponse | FileResponse
    if kind == ICS:
        answer = HttpResponse(ics_of(calendar, by).encode(), content_type=MEDIA_TYPE)
        answer["Content-Disposition"] = f'attachment; filename="{dated("vendor-calendar", ICS)}"'
    elif kind in PAGED_KINDS:
        headings, rows = table_of(calendar)
        answer = table_file(
            headings, rows, kind=kind, name="vendor-calendar", title=name, organisation=by.organisation.name
        )
    else:
        raise Http404
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=f"{name} ({kind})")
    return answer


def ics_of(calendar: Calendar, reader: Actor) -> str:
    """The calendar as a file that calendar programs read."""
    name = f"{_('Vendor calendar')}, {reader.organisation.name}"
    return calendar_file(events_of(shown(calendar.blocks), reader), name=name, stamp=timezone.now())


def _narrowed(request: HttpRequest) -> Narrowed:
    try:
        return Narrowed.read(request.GET)
    except BadFilter:
        raise Http404 from None

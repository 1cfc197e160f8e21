"""The calendar of what expires through the API: the same days as on the page, as JSON or as a file."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.registers.export import PAGED_KINDS
from vendors.overview.calendar import BadFilter, Calendar, Narrowed, calendar_of, url_of
from vendors.overview.dates import Kind, shown
from vendors.overview.pages import ICS, hand_out_calendar

TAGS = ["vendor calendar"]
NARROWING = [
    OpenApiParameter("kind", OpenApiTypes.STR, many=True, enum=Kind.values, description="Several: any of them"),
    OpenApiParameter("vendor", OpenApiTypes.STR, description="A part of its name, or its reference"),
]


class DaySerializer(serializers.Serializer):  # type: ignore[type-arg]
    uid = serializers.CharField(help_text="Stays when the day moves")
    on = serializers.DateField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    late = serializers.BooleanField()
    what = serializers.CharField()
    register = serializers.CharField()
    reference = serializers.CharField()
    vendor = serializers.CharField(allow_blank=True)
    vendor_reference = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(allow_blank=True)
    url = serializers.CharField(help_text="The page of the record, on this host")


class CalendarView(OrganisationMixin, APIView):
    def calendar(self, request: Request) -> Calendar:
        if not self.actor.can(Permission.VENDORS_VIEW):
            raise Http404
        try:
            return calendar_of(self.actor, Narrowed.read(request.query_params))
        except BadFilter as error:
            raise ValidationError({error.name: [str(error)]}) from None


class CalendarAPI(CalendarView):
    @extend_schema(
        tags=TAGS, summary="What expires or is due at vendors: late, and within twelve months", parameters=NARROWING,
        responses=DaySerializer(many=True), operation_id="vendor_calendar",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        calendar = self.calendar(request)
        days = [
            {
                **{name: getattr(entry, name) for name in ("uid", "on", "what", "register", "reference", "vendor",
                                                           "vendor_reference", "owner")},
                "kind": entry.kind.value,
                "late": entry.is_late(calendar.today),
                "url": url_of(entry, self.actor),
            }
            for entry in shown(calendar.blocks)
        ]  # fmt: skip
        return Response(DaySerializer(days, many=True).data)


class CalendarFileAPI(CalendarView):
    @extend_schema(
        tags=TAGS, summary="The same as a calendar (iCalendar) or a table", operation_id="vendor_calendar_file",
        parameters=[
            *NARROWING,
            OpenApiParameter("kind_of_file", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[ICS, *PAGED_KINDS]),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, kind_of_file: str, **_kwargs: Any) -> HttpResponse | FileResponse:
        return hand_out_calendar(self.calendar(request), kind=kind_of_file, by=self.actor)

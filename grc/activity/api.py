"""The activity log by API: the same query, gate and words as the page."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.roles import Permission
from grc.activity.export import MOST_EXPORTED, export_activity
from grc.activity.query import PAGE_SIZE, SYSTEM, WAYS, ActivityQuery
from grc.activity.sentences import lines_of
from grc.api.base import OrganisationMixin
from grc.models.activity import ActivityEvent
from grc.registers.query import BadQuery

MAX_PAGE = 500
TAGS = ["activity"]


class ActivityLineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    at = serializers.DateTimeField()
    person = serializers.UUIDField(allow_null=True, help_text="Opaque; null for Assay itself")
    who = serializers.CharField()
    verb = serializers.ChoiceField(choices=ActivityEvent.Verb.choices)
    register = serializers.CharField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    hidden = serializers.BooleanField(help_text="It is about a record that you may not see: nothing of it is told")
    detail = serializers.CharField()
    way = serializers.CharField()
    address = serializers.CharField()
    sentence = serializers.CharField()


class ActivityPageSerializer(serializers.Serializer):  # type: ignore[type-arg]
    results = ActivityLineSerializer(many=True)
    next_cursor = serializers.CharField(help_text="For the next page; empty on the last one.")


def _filter(name: str, text: str, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=text, enum=choices)


FILTERS = [
    _filter("person", f"A person's id; {SYSTEM} for Assay itself"),
    _filter("verb", "What was done", list(ActivityEvent.Verb.values)),
    _filter("register", "A register's name in addresses, such as risks"),
    _filter("record", "A record's reference, such as DOC-0003"),
    _filter("way", "How it was done", list(WAYS)),
    _filter("from", "First day, 2026-11-01, in your time zone"),
    _filter("to", "Last day, included"),
    _filter("q", "Text in the detail"),
]
PAGING = [
    _filter("cursor", "next_cursor of the page before"),
    OpenApiParameter("page_size", OpenApiTypes.INT, description=f"1 to {MAX_PAGE}; {PAGE_SIZE} unless given"),
]


class ActivityAPIView(OrganisationMixin, APIView):
    """A view about activity: a 404 for whoever may not see it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(Permission.ACTIVITY_VIEW):
            raise Http404

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, BadQuery):
            exc = serializers.ValidationError({exc.name: [exc.message]})
        return super().handle_exception(exc)

    def query(self, request: Request) -> ActivityQuery:
        return ActivityQuery.read(self.actor, request.query_params, strict=True)


class ActivityAPI(ActivityAPIView):
    @extend_schema(
        tags=TAGS, summary="What people and programs did", parameters=[*FILTERS, *PAGING],
        responses=ActivityPageSerializer,
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        query = self.query(request)
        listing = query.listing(_page_size(request.query_params.get("page_size", str(PAGE_SIZE))))
        lines = lines_of(listing.events, self.actor)
        return Response({"results": [line.as_json() for line in lines], "next_cursor": listing.next_cursor})


class ActivityExportAPI(ActivityAPIView):
    @extend_schema(
        tags=TAGS, summary=f"The same as a file: csv, xlsx or jsonl, the newest {MOST_EXPORTED:,} at most",
        parameters=FILTERS, responses={200: OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, kind: str, **_kwargs: Any) -> HttpResponseBase:
        return export_activity(self.query(request), kind=kind, by=self.actor)


def _page_size(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or not 0 < int(given[:6]) <= MAX_PAGE:
        raise BadQuery("page_size", _("A number from 1 to %(n)d.") % {"n": MAX_PAGE})
    return int(given)

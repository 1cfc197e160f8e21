"""A room through the API: the same contents, behind the same door, in the same log."""

import uuid
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import NotVisible
from grc.access.room import running_periods
from grc.actions.files import attachment
from grc.context import Context, client_address, set_context
from grc.models.activity import ActivityEvent
from grc.room.access import enter, note_view
from grc.room.contents import Room, RoomRecord


class RoomSerializer(serializers.Serializer):  # type: ignore[type-arg]
    scope = serializers.UUIDField(source="scope.public_id")
    title = serializers.CharField(source="scope.title")
    organisation = serializers.CharField(source="organisation.name")
    not_before = serializers.DateTimeField()
    not_after = serializers.DateTimeField()


class RoomRecordSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    version = serializers.IntegerField(source="version.number")
    sha256 = serializers.CharField(source="version.sha256")
    made_at = serializers.DateTimeField(source="version.made_at")


class RoomRecordDetailSerializer(RoomRecordSerializer):
    body = serializers.JSONField()


class RoomView(APIView):
    """A view below ``/api/v1/rooms/<scope>/``."""

    http_method_names = ["get", "head", "options"]
    room: Room

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        set_context(Context(None, request.user.pk, "api", client_address(request._request)))
        if "scope" in kwargs:
            self.room = enter(request, request.user, kwargs["scope"], way="api")  # type: ignore[arg-type]

    def note(self, what: str, **named: Any) -> None:
        note_view(self.room, what=what, request=self.request, way="api", **named)


@extend_schema(tags=["rooms"])
class RoomsView(RoomView):
    @extend_schema(summary="The rooms that are open for you", responses=RoomSerializer(many=True))
    def get(self, request: Request) -> Response:
        periods = running_periods(request.user).select_related("scope", "organisation")  # type: ignore[arg-type]
        return Response(RoomSerializer(periods, many=True).data)


@extend_schema(tags=["rooms"])
class RoomRecordsView(RoomView):
    @extend_schema(
        summary="The records in a room",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("kind", str)],
        responses=RoomRecordSerializer(many=True),
    )
    def get(self, request: Request, scope: uuid.UUID) -> Response:
        params = request.query_params
        found: list[RoomRecord] = self.room.find(params.get("q", "").replace("\x00", ""), params.get("kind", ""))
        self.note("records")
        return Response(RoomRecordSerializer(found, many=True).data)


@extend_schema(tags=["rooms"])
class RoomFileView(RoomView):
    @extend_schema(
        summary="A file that a record in the room lists",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, scope: uuid.UUID, file: uuid.UUID) -> FileResponse:
        found = self.room.file(str(file))
        if found is None:
            raise NotVisible
        record, kept = found
        self.note(kept.name, verb=ActivityEvent.Verb.DOWNLOADED, record=record.version.key)
        return attachment(kept)


@extend_schema(tags=["rooms"])
class RoomRecordView(RoomView):
    @extend_schema(summary="One record as it was shared", responses=RoomRecordDetailSerializer)
    def get(self, request: Request, scope: uuid.UUID, reference: str) -> Response:
        record = self.room.record(reference)
        if record is None:
            raise NotVisible
        self.note(f"{reference} version {record.version.number}", record=record.version.key)
        return Response(RoomRecordDetailSerializer(record).data)

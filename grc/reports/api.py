"""Documents and versions of a record through the API: the same gate and the same function as the pages."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.base import RecordView
from grc.reports.pages import hand_out
from grc.reports.records import KeptVersion, versions_of


class VersionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.IntegerField(source="version.number")
    made_at = serializers.DateTimeField(source="version.made_at")
    made_by = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="version.sha256")
    state = serializers.CharField(help_text="What became of it; empty where it was never sent for approval")

    def get_made_by(self, kept: KeptVersion) -> str:
        return kept.version.made_by.email if kept.version.made_by else ""


class VersionsView(RecordView):
    @extend_schema(responses=VersionSerializer(many=True), tags=["documents"], summary="Versions of a record")
    def get(self, request: Request, reference: str, **_: Any) -> Response:
        return Response(VersionSerializer(versions_of(self.record(reference)), many=True).data)


class DocumentView(RecordView):
    @extend_schema(
        parameters=[OpenApiParameter("version", OpenApiTypes.INT, description="Without it: the record as it stands")],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        tags=["documents"],
        summary="A record as PDF or DOCX",
    )
    def get(self, request: Request, reference: str, kind: str, **_: Any) -> FileResponse:
        number = request.query_params.get("version", "")
        return hand_out(self.record(reference), kind=kind, number=number, by=self.actor)

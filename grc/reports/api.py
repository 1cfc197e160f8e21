"""Documents and versions of a record through the API: the same gate and the same function as the pages."""

from typing import Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.registers.register import Register
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


class RecordView(OrganisationMixin, APIView):
    """A part of the API of every register."""

    register: Register = None  # type: ignore[assignment]  # given to as_view

    def record(self, reference: str) -> Any:
        if not self.actor.can(self.register.view):
            raise Http404
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        foreign = self.register.foreign(self.register.fields)
        return get_object_or_404(rows.select_related("key", "organisation", *foreign), reference=reference)


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

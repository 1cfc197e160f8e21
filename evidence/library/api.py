"""An evidence item's files through the API: list, add, fetch; the same checks and the same log as its page."""

from typing import Any

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.actions.items import add_file
from evidence.models import EvidenceItem, ItemFile
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.api.base import OrganisationMixin
from grc.models.activity import ActivityEvent
from grc.uploads import FileRefused

TAGS = ["evidence items"]


class ItemFileSerializer(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.IntegerField()
    name = serializers.CharField(source="file.name")
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size", help_text="In bytes")
    sha256 = serializers.CharField(source="file.sha256")
    uploaded_at = serializers.DateTimeField(source="added_at")


class UploadSerializer(serializers.Serializer):  # type: ignore[type-arg]
    file = serializers.FileField(allow_empty_file=True)  # one door refuses files, with one sentence


class ItemFilesBase(OrganisationMixin, APIView):
    """Base of these views: for who may see the item, and a 404 for everybody else."""

    item: EvidenceItem

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        rows = EvidenceItem.objects.permitted(self.actor, Permission.EVIDENCE_VIEW).select_related("key")
        item = rows.filter(reference=kwargs["reference"]).first()
        if item is None:
            raise Http404
        self.item = item

    def files(self) -> Any:
        return ItemFile.objects.within(self.actor.organisation).filter(item=self.item).select_related("file")


class ItemFilesAPI(ItemFilesBase):
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="The files of an evidence item", tags=TAGS, operation_id="evidence_files_list",
        responses=ItemFileSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(ItemFileSerializer(self.files().order_by("-number"), many=True).data)

    @extend_schema(
        summary="Add a file as the item's next version", tags=TAGS, request=UploadSerializer,
        responses={201: ItemFileSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, Permission.EVIDENCE_EDIT, self.item)
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        try:
            added = add_file(item=self.item, upload=upload, name=upload.name or "", by=self.actor)
        except FileRefused as error:  # answered, not raised: the event stays
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, record=self.item.key, detail=str(error))
            return Response({"error": str(error), "fields": {"file": [str(error)]}}, status=400)
        return Response(ItemFileSerializer(added).data, status=201)


class ItemFileAPI(ItemFilesBase):
    @extend_schema(
        summary="One file of an evidence item", tags=TAGS, operation_id="evidence_files_retrieve",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, number: int, **_kwargs: Any) -> FileResponse:
        found = self.files().filter(number=number).first()
        if found is None:
            raise Http404
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=self.item.key, detail=found.file.name)
        return attachment(found.file)

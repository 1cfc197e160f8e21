"""Files of any record through the API: list, attach, fetch, remove; the same checks and log as on its page."""

import uuid
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.models.activity import ActivityEvent
from grc.models.teamwork import Attachment
from grc.teamwork.actions.attachments import attach_files, remove_attachment
from grc.teamwork.api.base import RecordAPI, found_or_404
from grc.uploads import FileRefused

TAGS = ["attachments"]


class AttachmentSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="file.public_id")
    name = serializers.CharField(source="file.name")
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size", help_text="In bytes")
    sha256 = serializers.CharField(source="file.sha256")
    by = serializers.EmailField(source="created_by.email", allow_null=True, default=None)
    attached_at = serializers.DateTimeField(source="created_at")


class AttachmentUploadSerializer(serializers.Serializer):  # type: ignore[type-arg]
    file = serializers.FileField(allow_empty_file=True)  # one door refuses files, with one sentence


class AttachmentBase(RecordAPI):
    def attachments(self) -> Any:
        rows = Attachment.objects.within(self.actor.organisation).filter(about=self.record.key, removed_at=None)
        return rows.select_related("file", "created_by").order_by("created_at", "pk")

    def attachment(self, file: uuid.UUID) -> Attachment:
        found: Attachment = found_or_404(self.attachments().filter(file__public_id=file))
        return found


class AttachmentsAPI(AttachmentBase):
    parser_classes = [MultiPartParser]

    @extend_schema(summary="The files of a record", tags=TAGS, responses=AttachmentSerializer(many=True))
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(AttachmentSerializer(self.attachments(), many=True).data)

    @extend_schema(
        summary="Attach a file to a record",
        tags=TAGS,
        request=AttachmentUploadSerializer,
        responses={201: AttachmentSerializer},
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, self.register.edit, self.record)
        given = AttachmentUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            added = attach_files(record=self.record, uploads=[given.validated_data["file"]], by=self.actor)
        except FileRefused as error:  # answered, not raised: the event stays
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, record=self.record.key, detail=str(error))
            return Response({"error": str(error), "fields": {"file": [str(error)]}}, status=400)
        return Response(AttachmentSerializer(added[0]).data, status=201)


class AttachmentAPI(AttachmentBase):
    @extend_schema(
        summary="One file of a record", tags=TAGS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, file: uuid.UUID, **_kwargs: Any) -> FileResponse:
        found = self.attachment(file)
        record_activity(
            by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=self.record.key, detail=found.file.name
        )
        return attachment(found.file)


class RemoveAttachmentAPI(AttachmentBase):
    @extend_schema(summary="Remove a file from a record", tags=TAGS, request=None, responses={204: None})
    def post(self, request: Request, file: uuid.UUID, **_kwargs: Any) -> Response:
        require(self.actor, self.register.edit, self.record)
        remove_attachment(attachment=self.attachment(file), record=self.record, by=self.actor)
        return Response(status=204)

"""Comments through the API: list, write, change, take back; the same rules as on the record's page."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.idempotency import once
from grc.models.teamwork import Comment
from grc.teamwork.actions.comments import MAX_LENGTH, edit_comment, take_back_comment, write_comment
from grc.teamwork.api.base import RecordAPI, found_or_404, paged

TAGS = ["comments"]


class CommentSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")
    by = serializers.EmailField(source="person.email", allow_null=True, default=None)
    body = serializers.SerializerMethodField(help_text="Empty once it is taken back")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    taken_back_at = serializers.DateTimeField(source="withdrawn_at", allow_null=True)

    def get_body(self, comment: Comment) -> str:
        return "" if comment.withdrawn_at else comment.body


class WordsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    body = serializers.CharField(max_length=MAX_LENGTH)


class CommentBase(RecordAPI):
    def comments(self) -> Any:
        rows = Comment.objects.within(self.actor.organisation).filter(about=self.record.key)
        return rows.select_related("person").order_by("created_at", "pk")

    def comment(self, public_id: uuid.UUID) -> Comment:
        found: Comment = found_or_404(self.comments().filter(public_id=public_id))
        return found

    def words(self, request: Request) -> str:
        given = WordsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["body"])


class CommentsAPI(CommentBase):
    @extend_schema(summary="What was said about a record", tags=TAGS, responses=CommentSerializer(many=True))
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return paged(self, self.comments(), CommentSerializer)

    @extend_schema(summary="Comment on a record", tags=TAGS, request=WordsSerializer, responses=CommentSerializer)
    def post(self, request: Request, **_kwargs: Any) -> Response:
        return once(request, lambda: self._write(request))

    def _write(self, request: Request) -> Response:
        comment = write_comment(record=self.record, body=self.words(request), by=self.actor)
        return Response(CommentSerializer(comment).data, status=201)


class CommentAPI(CommentBase):
    @extend_schema(summary="One comment", tags=TAGS, responses=CommentSerializer)
    def get(self, request: Request, comment: uuid.UUID, **_kwargs: Any) -> Response:
        return Response(CommentSerializer(self.comment(comment)).data)

    @extend_schema(
        summary="Change one’s own comment, within an hour", tags=TAGS, request=WordsSerializer,
        responses=CommentSerializer,
    )  # fmt: skip
    def patch(self, request: Request, comment: uuid.UUID, **_kwargs: Any) -> Response:
        found = self.comment(comment)
        return Response(CommentSerializer(edit_comment(comment=found, body=self.words(request), by=self.actor)).data)


class TakeBackCommentAPI(CommentBase):
    @extend_schema(summary="Take a comment back", tags=TAGS, request=None, responses=CommentSerializer)
    def post(self, request: Request, comment: uuid.UUID, **_kwargs: Any) -> Response:
        found = self.comment(comment)
        return Response(CommentSerializer(take_back_comment(comment=found, by=self.actor)).data)

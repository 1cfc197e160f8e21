"""Notices through the API: one's own, read or unread; and how one wants them by mail."""

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.api.pagination import Pages
from grc.models.notice import Notice, NoticeSetting
from grc.models.person import Person
from grc.notices.actions import choose_mail, mark_all_read, mark_read
from grc.notices.inbox import notices_of
from grc.notices.kinds import mail_wishes

TAGS = ["notices"]


class NoticeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=Notice.Kind.choices)
    text = serializers.CharField()
    url = serializers.CharField(help_text="The path of the page that it leads to")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class ReadSerializer(serializers.Serializer):  # type: ignore[type-arg]
    read = serializers.BooleanField(default=True)


class CountSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField()


class MailSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How each kind of notice is mailed; kinds that are left out stay as they are."""

    def get_fields(self) -> Any:
        return {
            kind.value: serializers.ChoiceField(
                choices=NoticeSetting.Mail.choices, required=False, help_text=str(kind.label)
            )
            for kind in Notice.Kind
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(Notice.Kind.values)
        if unknown:
            raise serializers.ValidationError({name: ["There is no such kind of notice."] for name in unknown})
        return attrs


class NoticesAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="What I am told here", tags=TAGS, responses=NoticeSerializer(many=True),
        parameters=[OpenApiParameter("unread", OpenApiTypes.BOOL, description="Only those that are not read")],
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        rows = notices_of(self.actor)
        if request.query_params.get("unread") in {"1", "true"}:
            rows = rows.filter(read_at=None)
        pages = Pages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(NoticeSerializer(page, many=True).data)


class ReadNoticeAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Mark a notice as read, or as unread", tags=TAGS, request=ReadSerializer, responses=NoticeSerializer
    )
    def post(self, request: Request, notice: uuid.UUID, **_kwargs: Any) -> Response:
        found = notices_of(self.actor).filter(public_id=notice).first()
        if found is None:
            raise Http404
        given = ReadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        mark_read(notice=found, read=given.validated_data["read"])
        return Response(NoticeSerializer(notices_of(self.actor).get(pk=found.pk)).data)


class ReadAllAPI(OrganisationMixin, APIView):
    @extend_schema(summary="Mark everything as read", tags=TAGS, request=None, responses=CountSerializer)
    def post(self, request: Request, **_kwargs: Any) -> Response:
        return Response({"count": mark_all_read(by=self.actor)})


class MailAPI(APIView):
    """How I want notices by mail, in every organisation."""

    @extend_schema(summary="How my notices are mailed", tags=TAGS, responses=MailSerializer)
    def get(self, request: Request) -> Response:
        return Response(self._wishes(request))

    @extend_schema(
        summary="Choose how my notices are mailed", tags=TAGS, request=MailSerializer, responses=MailSerializer
    )
    def patch(self, request: Request) -> Response:
        given = MailSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = {Notice.Kind(name): NoticeSetting.Mail(mail) for name, mail in given.validated_data.items()}
        choose_mail(person=_person(request), wishes=chosen)
        return Response(self._wishes(request))

    def _wishes(self, request: Request) -> dict[str, str]:
        return {kind.value: mail.value for kind, mail in mail_wishes(_person(request)).items()}


def _person(request: Request) -> Person:
    person: Person = request.user  # type: ignore[assignment]
    return person

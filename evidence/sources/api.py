"""What the register's own API does not say of a source: its state, pull, connection test, runs, quarantine."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.actions.connection import check_connection
from evidence.actions.sources import request_pull
from evidence.ingest.head import head_of
from evidence.models.quarantine import Quarantined
from evidence.models.source import PullRun, Source, SourceHead
from evidence.sources.state import level_of
from evidence.tasks import enqueue_pull
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once

TAGS = ["sources"]


class RunSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = PullRun
        fields = [
            "id", "state", "requested_at", "started_at", "finished_at", "first_seq", "target_size", "fetched",
            "accepted", "quarantined", "message",
        ]  # fmt: skip


class CheckSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    good = serializers.BooleanField(allow_null=True, help_text="null: cannot be judged")
    sentence = serializers.CharField()


class StateSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    level = serializers.SerializerMethodField(help_text="Level of assurance: A or B")
    records = serializers.IntegerField(source="next_seq")

    class Meta:
        model = SourceHead
        fields = [
            "state", "records", "checkpoint", "checkpoint_size", "good_through", "last_record_at", "reached_at",
            "error", "held", "level",
        ]  # fmt: skip

    def get_level(self, head: SourceHead) -> str:
        return level_of(head.source, head)[0]


class QuarantinedSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Quarantined
        fields = [
            "id", "first_seq", "last_seq", "is_finding", "reason", "what", "advice", "size", "sha256", "seen_at",
            "resolved_at",
        ]  # fmt: skip


class SourceAPI(OrganisationMixin, GenericAPIView):  # type: ignore[type-arg]
    """Below one source; for whoever may not see it, it does not exist."""

    def found(self, reference: str) -> Source:
        if not self.actor.can(Permission.SOURCES_VIEW):
            raise Http404
        rows = Source.objects.permitted(self.actor, Permission.SOURCES_VIEW).select_related("key", "organisation")
        found: Source = get_object_or_404(rows, reference=reference)
        return found


class StateAPI(SourceAPI):
    serializer_class = StateSerializer

    @extend_schema(summary="How a source stands", tags=TAGS)
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        source = self.found(reference)
        head = head_of(source)
        head.source = source
        return Response(StateSerializer(head).data)


class PullAPI(SourceAPI):
    serializer_class = RunSerializer

    @extend_schema(
        summary="Pull a source now",
        tags=TAGS,
        request=None,
        responses={201: RunSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        source = self.found(reference)
        return once(request, lambda: self._ask(source))

    def _ask(self, source: Source) -> Response:
        run = request_pull(source=source, by=self.actor, enqueue=enqueue_pull)
        return Response(RunSerializer(run).data, status=201)


class CheckAPI(SourceAPI):
    serializer_class = CheckSerializer

    @extend_schema(
        summary="Test the connection to a source", tags=TAGS, request=None, responses=CheckSerializer(many=True)
    )
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        checks = check_connection(source=self.found(reference), by=self.actor)
        return Response(CheckSerializer(checks, many=True).data)


class RunsAPI(SourceAPI):
    serializer_class = RunSerializer

    @extend_schema(summary="Pulls of a source, newest first", tags=TAGS, responses=RunSerializer(many=True))
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        source = self.found(reference)
        rows = PullRun.objects.within(self.actor.organisation).filter(source=source).order_by("-id")
        return self.get_paginated_response(RunSerializer(self.paginate_queryset(rows), many=True).data)


class RunAPI(SourceAPI):
    serializer_class = RunSerializer

    @extend_schema(summary="How one pull goes", tags=TAGS)
    def get(self, request: Request, reference: str, run: str, **_kwargs: Any) -> Response:
        rows = PullRun.objects.within(self.actor.organisation).filter(source=self.found(reference))
        return Response(RunSerializer(get_object_or_404(rows, public_id=run)).data)


class QuarantineAPI(SourceAPI):
    serializer_class = QuarantinedSerializer

    @extend_schema(
        summary="What is kept of a source and not counted", tags=TAGS, responses=QuarantinedSerializer(many=True)
    )
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        source = self.found(reference)
        rows = Quarantined.objects.within(self.actor.organisation).filter(source=source).order_by("-id")
        return self.get_paginated_response(QuarantinedSerializer(self.paginate_queryset(rows), many=True).data)

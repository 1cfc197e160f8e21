"""The Stage 1 pack through the API: what it would hold, and asking for it; the job's file is the pack."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.pack.jobs import start_pack
from aims.pack.reading import may_make
from aims.pack.screen import as_data, screen
from grc.api.base import OrganisationMixin
from grc.jobs.api import JobSerializer
from grc.reports.answer import KINDS

TAGS = ["stage 1 pack"]


class PackKindSerializer(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=sorted(KINDS))


class PackCountSerializer(serializers.Serializer):  # type: ignore[type-arg]
    register = serializers.CharField()
    count = serializers.IntegerField()


class PackPartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.IntegerField()
    title = serializers.CharField()
    records = PackCountSerializer(many=True)


class PackPointSerializer(serializers.Serializer):  # type: ignore[type-arg]
    clause = serializers.CharField(help_text="Of ISO/IEC 42001; empty: of the application")
    text = serializers.CharField()
    url = serializers.CharField(help_text="The page where it is mended; empty: nothing in Assay holds it")


class PackSerializer(serializers.Serializer):  # type: ignore[type-arg]
    parts = PackPartSerializer(many=True)
    open_points = PackPointSerializer(many=True)


class PackAPI(OrganisationMixin, APIView):
    """For whoever may see everything that the pack shows; for others it does not exist."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_make(self.actor):
            raise Http404

    @extend_schema(
        summary="What the Stage 1 pack would hold, and what is open", tags=TAGS, operation_id="stage_1_pack_retrieve",
        responses=PackSerializer,
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(PackSerializer(as_data(screen(self.actor))).data)

    @extend_schema(
        summary="Ask for the Stage 1 pack; the answer is the background work that makes it", tags=TAGS,
        operation_id="stage_1_pack_make", request=PackKindSerializer, responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = PackKindSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        job = start_pack(kind=given.validated_data["kind"], by=self.actor)
        return Response(JobSerializer(job).data, status=202)

"""The sealed log by API."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.models.seal import ActivitySeal
from evidence.sealing.alarm import head_of
from evidence.sealing.bundle import MOST_EVENTS, NotSealed, disclose_log
from evidence.sealing.home import findings_of
from evidence.sealing.key import key_of
from evidence.sealing.pages import bundle_response, read_after, start_check
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once

TAGS = ["activity"]
_AFTER = OpenApiParameter(
    "after",
    OpenApiTypes.INT,
    description=f"How many events you have already; 0 unless given. At most {MOST_EVENTS:,} events in a bundle.",
)


class FindingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    number = serializers.IntegerField(help_text="Which event, from 1; 0 where nothing has a place")
    sentence = serializers.CharField()


class SealSerializer(serializers.Serializer):  # type: ignore[type-arg]
    log_id = serializers.CharField()
    fingerprint = serializers.CharField()
    size = serializers.IntegerField(help_text="Events that are sealed")
    sealed_at = serializers.DateTimeField(allow_null=True)
    checkpoint = serializers.CharField(help_text="The last signed checkpoint (C2SP tlog-checkpoint)")
    verified_at = serializers.DateTimeField(allow_null=True)
    verified_size = serializers.IntegerField()
    findings = FindingSerializer(many=True)


def as_json(seal: ActivitySeal) -> dict[str, Any]:
    return {
        "log_id": seal.log_id,
        "fingerprint": key_of(seal).fingerprint,
        "size": seal.size,
        "sealed_at": seal.sealed_at,
        "checkpoint": seal.checkpoint,
        "verified_at": seal.verified_at,
        "verified_size": seal.verified_size,
        "findings": [
            {"code": found.code, "number": found.number, "sentence": found.sentence} for found in findings_of(seal)
        ],
    }


class SealAPIView(OrganisationMixin, APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(Permission.ACTIVITY_VIEW):
            raise Http404

    def seal(self) -> ActivitySeal:
        seal = head_of(self.actor.organisation)
        if seal is None:
            raise Http404
        return seal


class SealAPI(SealAPIView):
    @extend_schema(tags=TAGS, summary="How far the log is sealed and verified", responses=SealSerializer)
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(SealSerializer(as_json(self.seal())).data)


class SealCheckAPI(SealAPIView):
    @extend_schema(
        tags=TAGS, summary="Verify the log; a long one in the background", request=None, responses=SealSerializer
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        return once(request, self._check)

    def _check(self) -> Response:
        seal = self.seal()
        job = start_check(seal, by=self.actor)
        seal.refresh_from_db()
        return Response(SealSerializer(as_json(seal)).data, status=200 if job.ended_at else 202)


class SealBundleAPI(SealAPIView):
    @extend_schema(
        tags=TAGS, summary="The sealed log for verify.pyz", parameters=[_AFTER],
        responses={200: OpenApiResponse(OpenApiTypes.BINARY, description="A zip file")},
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        require(self.actor, Permission.SETTINGS_VIEW)
        seal, after = self.seal(), read_after(request.query_params.get("after", ""))
        if after is None:
            raise serializers.ValidationError({"after": [_("Say with a number how many events you have already.")]})
        try:
            raw = disclose_log(seal, after=after, by=self.actor)
        except NotSealed as error:
            raise Conflict(str(error)) from None
        return bundle_response(seal, raw, after)

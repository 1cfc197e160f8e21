"""Statements through the API: what the working page shows and does. Beginning one is creating one; a single decision
is a record of its own register."""

from typing import Any

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aims.models import SoADecision
from aims.soa.actions import NotDecided, decide, take_over
from aims.soa.files import hand_out_statement
from aims.soa.proposals import proposals_of
from aims.soa.reading import read_statement
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import RecordView
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import StrictSerializer, words_field

TAGS = ["statements of applicability"]
MOST = 500


class LookedAtSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField()


class StatementFindingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.CharField(help_text="contradiction, warning or note")
    text = serializers.CharField()
    records = LookedAtSerializer(many=True, help_text="What the check looked at")


class StatementRowSerializer(serializers.Serializer):  # type: ignore[type-arg]
    decision = serializers.CharField(source="decision.reference")
    lock = serializers.IntegerField(source="decision.lock")
    number = serializers.CharField()
    name = serializers.CharField()
    added = serializers.SerializerMethodField()
    applies = serializers.ChoiceField(source="decision.applies", choices=SoADecision.Applies.choices)
    reason = serializers.CharField(source="decision.reason")
    status = serializers.CharField(source="decision.status")
    controls = serializers.SerializerMethodField()
    risks = serializers.SerializerMethodField()
    findings = StatementFindingSerializer(many=True)

    def get_added(self, row: Any) -> bool:
        return row.requirement is None

    def get_controls(self, row: Any) -> list[str]:
        return [one.control.reference for one in row.controls]

    def get_risks(self, row: Any) -> list[str]:
        return [risk.reference for risk in row.risks]


class StatementSerializer(serializers.Serializer):  # type: ignore[type-arg]
    controls = serializers.IntegerField(source="all", help_text="Of the framework")
    decided = serializers.IntegerField()
    included = serializers.IntegerField()
    excluded = serializers.IntegerField()
    rows = StatementRowSerializer(many=True)


class ProposalSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(help_text="To take it over: of an undecided decision, or of a control to be added")
    number = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()


class TakeSerializer(StrictSerializer):
    proposals = serializers.ListField(child=serializers.CharField(max_length=24), min_length=1, max_length=MOST)


class LockedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    decision = serializers.CharField(max_length=24)
    lock = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class DecideSerializer(StrictSerializer):
    decisions = LockedSerializer(many=True, allow_empty=False)
    applies = serializers.ChoiceField(choices=SoADecision.Applies.choices)
    reason = words_field(2000, allow_blank=True, default="")


class DecidedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    decided = serializers.IntegerField()


class StatementAPI(RecordView):
    @extend_schema(
        tags=TAGS, summary="A statement with all its controls, and what the data say against a decision",
        operation_id="soa_statement", responses=StatementSerializer,
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return Response(StatementSerializer(read_statement(self.record(reference), self.actor)).data)


class DecideAPI(RecordView):
    @extend_schema(
        tags=TAGS, summary="Decide several controls for the same reason, all of them or none",
        operation_id="soa_decide", request=DecideSerializer, responses=DecidedSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        soa = self.record(reference)
        require(self.actor, Permission.CONTROLS_EDIT, soa)
        return once(request, lambda: self._decide(request, soa))

    def _decide(self, request: Request, soa: Any) -> Response:
        given = DecideSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        locks = {one["decision"]: one["lock"] for one in said["decisions"]}
        try:
            decided = decide(soa=soa, locks=locks, applies=said["applies"], reason=said["reason"], by=self.actor)
        except NotDecided as error:
            raise serializers.ValidationError({error.field: [str(error)]}) from None
        return Response({"decided": len(decided)})


class ProposalsAPI(RecordView):
    @extend_schema(
        tags=TAGS, summary="What the treatment of risks asks to be included", operation_id="soa_proposals",
        responses=ProposalSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        found = proposals_of(read_statement(self.record(reference), self.actor))
        return Response(ProposalSerializer(found, many=True).data)

    @extend_schema(
        tags=TAGS, summary="Take proposals over, all that are named or none", operation_id="soa_proposals_take",
        request=TakeSerializer, responses=DecidedSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        soa = self.record(reference)
        require(self.actor, Permission.CONTROLS_EDIT, soa)
        return once(request, lambda: self._take(request, soa))

    def _take(self, request: Request, soa: Any) -> Response:
        given = TakeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            count = take_over(soa=soa, keys=given.validated_data["proposals"], by=self.actor)
        except NotDecided as error:
            raise serializers.ValidationError({error.field: [str(error)]}) from None
        return Response({"decided": count})


class StatementFileAPI(RecordView):
    @extend_schema(
        tags=TAGS, summary="A statement as PDF, DOCX, XLSX or OSCAL (JSON)", operation_id="soa_statement_file",
        parameters=[
            OpenApiParameter(
                "version", OpenApiTypes.STR, description="A number, or draft; without it, what is in force"
            )
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, reference: str, kind: str, **_kwargs: Any) -> HttpResponse | FileResponse:
        number = request.query_params.get("version", "")
        return hand_out_statement(self.record(reference), kind=kind, number=number, by=self.actor)

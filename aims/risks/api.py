"""Starter risks, treatments that are done, and states that follow, by API: the same actions as the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.risk_catalogues import risk_catalogues
from aims.risks.actions import (
    NoSuchStarter,
    NotFinishable,
    NothingFollows,
    adopt_starter_risks,
    finish_treatment,
    follow_treatments,
)
from aims.risks.library import TOPICS, starter_risks
from aims.risks.pages import risk_called, treatment_called
from aims.risks.starter_pages import OfferedRisk, read_asked, system_called, topics_of
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.registers.query import BadQuery

TAGS = ["risks"]


class OfferedRiskSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField()
    topic = serializers.ChoiceField(choices=list(TOPICS))
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, where DRF has an attribute
    event = serializers.CharField()
    treatments = serializers.ListField(child=serializers.CharField())
    controls = serializers.ListField(child=serializers.CharField(), help_text="Of ISO/IEC 42001, Annex A")
    catalogue_ids = serializers.ListField(child=serializers.CharField())
    risk = serializers.CharField(allow_null=True, help_text="Where it was begun for this system")


class AdoptRisksSerializer(serializers.Serializer):  # type: ignore[type-arg]
    system = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=24, help_text="Empty: the organisation as a whole"
    )
    starters = serializers.ListField(child=serializers.ChoiceField(choices=list(starter_risks())), min_length=1)


class MadeRiskSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField()


class RiskStateSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    state = serializers.CharField()


class TreatmentDoneSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    done_on = serializers.DateField()


class RisksAPI(OrganisationMixin, APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(Permission.RISKS_VIEW):
            raise Http404


class StarterRisksAPI(RisksAPI):
    @extend_schema(
        summary="The starter risks, and which are in use for a system", tags=TAGS, operation_id="risk_starters_list",
        responses=OfferedRiskSerializer(many=True),
        parameters=[
            OpenApiParameter("system", OpenApiTypes.STR, description="Its reference"),
            OpenApiParameter("topic", OpenApiTypes.STR, enum=list(TOPICS)),
            OpenApiParameter("catalogue", OpenApiTypes.STR, enum=[one.key for one in risk_catalogues()]),
            OpenApiParameter("q", OpenApiTypes.STR, description="Search text"),
        ],
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        topics = topics_of(read_asked(request.query_params, self.actor), self.actor)
        rows = [_said(one) for topic in topics for one in topic.offered]
        return Response(OfferedRiskSerializer(rows, many=True).data)

    @extend_schema(
        summary="Add starter risks for a system, all of them or none", tags=TAGS, operation_id="risk_starters_adopt",
        request=AdoptRisksSerializer, responses={201: MadeRiskSerializer(many=True)}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, Permission.RISKS_EDIT)
        return once(request, lambda: self._adopt(request))

    def _adopt(self, request: Request) -> Response:
        given = AdoptRisksSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            system = system_called(given.validated_data["system"], self.actor)
            risks = adopt_starter_risks(keys=given.validated_data["starters"], system=system, by=self.actor)
        except BadQuery as error:
            raise serializers.ValidationError({error.name: [error.message]}) from None
        except NoSuchStarter as error:
            raise Conflict(str(error)) from None
        return Response(MadeRiskSerializer(risks, many=True).data, status=201)


def _said(one: OfferedRisk) -> dict[str, Any]:
    names = ("key", "topic", "name", "source", "event", "treatments", "controls", "catalogue_ids")
    said = {name: getattr(one.starter, name) for name in names}
    return said | {"risk": one.risk.reference if one.risk else None}


class FinishTreatmentAPI(RisksAPI):
    @extend_schema(
        summary="Mark a treatment as done today", tags=TAGS, operation_id="treatments_done", request=None,
        responses=TreatmentDoneSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        treatment = treatment_called(reference, self.actor)
        require(self.actor, Permission.RISKS_EDIT, treatment)
        return once(request, lambda: self._finish(treatment))

    def _finish(self, treatment: Any) -> Response:
        try:
            finish_treatment(treatment=treatment, by=self.actor)
        except NotFinishable as error:
            raise Conflict(str(error)) from None
        return Response(TreatmentDoneSerializer(treatment).data)


class FollowTreatmentsAPI(RisksAPI):
    @extend_schema(
        summary="Give a risk the state that follows from its treatments", tags=TAGS, operation_id="risks_follow",
        request=None, responses=RiskStateSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        risk = risk_called(reference, self.actor)
        require(self.actor, Permission.RISKS_EDIT, risk)
        return once(request, lambda: self._follow(risk))

    def _follow(self, risk: Any) -> Response:
        try:
            follow_treatments(risk=risk, by=self.actor)
        except NothingFollows as error:
            raise Conflict(str(error)) from None
        return Response(RiskStateSerializer(risk).data)

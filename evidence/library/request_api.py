"""Requests for evidence through the API: answered with an item, sent back, withdrawn."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.actions.requests import NotAnswerable, answer_request, send_back, withdraw_request
from evidence.models import EvidenceItem, EvidenceRequest
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin

TAGS = ["evidence requests"]


class AnswerSerializer(serializers.Serializer):  # type: ignore[type-arg]
    item = serializers.CharField(max_length=24, help_text="The reference of an evidence item that has a file")


class SendBackSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reason = serializers.CharField(max_length=100)


class RequestStateSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=EvidenceRequest.State.choices)
    item = serializers.CharField(source="item.reference", default=None, allow_null=True, help_text="What answers it")
    lock = serializers.IntegerField()


class RequestBase(OrganisationMixin, APIView):
    def found(self, reference: str) -> EvidenceRequest:
        rows = EvidenceRequest.objects.permitted(self.actor, Permission.EVIDENCE_VIEW)
        one: EvidenceRequest = get_object_or_404(rows.select_related("key", "about", "owner"), reference=reference)
        require(self.actor, Permission.EVIDENCE_EDIT, one)
        return one

    def done(self, act: Callable[[], EvidenceRequest], field: str) -> Response:
        try:
            changed = act()
        except NotAnswerable as error:
            raise serializers.ValidationError({field: [str(error)]}) from None
        return Response(RequestStateSerializer(changed).data)


class AnswerAPI(RequestBase):
    @extend_schema(
        summary="Answer a request with an evidence item", tags=TAGS, request=AnswerSerializer,
        responses=RequestStateSerializer, operation_id="evidence_requests_answer",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        found = self.found(reference)
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        items = EvidenceItem.objects.permitted(self.actor, Permission.EVIDENCE_VIEW).select_related("key")
        item = items.filter(reference=given.validated_data["item"]).first()
        if item is None:
            raise serializers.ValidationError({"item": [_("There is no such evidence here.")]})
        return self.done(lambda: answer_request(request=found, item=item, by=self.actor), "item")


class SendBackAPI(RequestBase):
    @extend_schema(
        summary="Send an answer back: the request is open again", tags=TAGS, request=SendBackSerializer,
        responses=RequestStateSerializer, operation_id="evidence_requests_send_back",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        found = self.found(reference)
        given = SendBackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        return self.done(lambda: send_back(request=found, reason=reason, by=self.actor), "reason")


class WithdrawAPI(RequestBase):
    @extend_schema(
        summary="Withdraw a request", tags=TAGS, request=None, responses=RequestStateSerializer,
        operation_id="evidence_requests_withdraw",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        found = self.found(reference)
        return self.done(lambda: withdraw_request(request=found, by=self.actor), "state")

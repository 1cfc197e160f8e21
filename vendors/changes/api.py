"""The steps of announced changes through the API: the same actions as on the pages."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require, require_reach
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY, LOCK
from grc.api.serializers import serializer_for
from grc.approvals.api import StrictSerializer
from grc.registers.forms import LOCK_MOST, refuse_unstorable
from grc.registers.register import registers
from grc.reports.api import RecordView
from vendors.changes.actions import NotMovable, announce_change, list_existing, put_in_effect, withdraw_change
from vendors.changes.inbound import decide_notice
from vendors.changes.objections import record_objection, settle_objection
from vendors.changes.public import NothingNew, editions_of, publish_list, read_list
from vendors.changes.public_files import hand_out_list
from vendors.changes.public_pages import chosen
from vendors.models import VendorNotice

P = Permission
TAGS = ["announced changes"]
ChangeAnswer = serializer_for(registers.by_slug("subprocessor-changes"))
SubprocessorAnswer = serializer_for(registers.by_slug("subprocessors"))
NoticeAnswer = serializer_for(registers.by_slug("subprocessor-notices"))
InboundAnswer = serializer_for(registers.by_slug("vendor-notices"))
EditionAnswer = serializer_for(registers.by_slug("subprocessor-lists"))


def _text(most: int, **more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=most, validators=[refuse_unstorable], **more)


class LockedStepSerializer(StrictSerializer):
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)


class ChangeAnnounceSerializer(LockedStepSerializer):
    told_otherwise = serializers.BooleanField(
        default=False, help_text="Customers without an address are told in another way today"
    )


class ChangeInEffectSerializer(StrictSerializer):
    """Nothing is asked: what holds it back is read from its notices."""


class ChangeWithdrawSerializer(LockedStepSerializer):
    reason = _text(300, help_text="Whoever was told reads this")


class PutOnListSerializer(LockedStepSerializer):
    since = serializers.DateField()
    reason = _text(100, help_text="How you know that no notice is owed")


class NoticeObjectionSerializer(LockedStepSerializer):
    objection = _text(4000)
    received_at = serializers.DateTimeField(required=False, help_text="Without it: now")


class NoticeSettleSerializer(LockedStepSerializer):
    answer = _text(4000)


class VendorNoticeDecisionSerializer(LockedStepSerializer):
    decision = serializers.ChoiceField(
        choices=[VendorNotice.Decision.ACCEPTED.value, VendorNotice.Decision.OBJECTED.value]
    )
    reason = _text(2000)


class ListPublishSerializer(StrictSerializer):
    note = _text(300, allow_blank=True, help_text="What is new; customers read it")


class StepAPI(RecordView):
    """One step of one record; why it cannot be taken is said under ``state``."""

    asks: ClassVar[type[StrictSerializer]]
    answers: ClassVar[Any]
    takes: ClassVar[tuple[str, Callable[..., Any]]]  # the action, and what it calls the record

    def take(self, request: Request, reference: str) -> Response:
        record = self.record(reference)
        require_reach(self.actor, self.register.edit, record)
        return once(request, lambda: self._taken(request, record))

    def _taken(self, request: Request, record: Any) -> Response:
        asked = self.asks(data=request.data)
        asked.is_valid(raise_exception=True)
        name, action = self.takes
        try:
            action(**{name: record}, by=self.actor, **asked.validated_data)
        except NotMovable as error:
            raise ValidationError({"state": [str(error)]}) from None
        return Response(self.answers(self.record(record.reference), context={"actor": self.actor}).data)


def _step(summary: str, operation: str, asks: Any, answers: Any) -> Any:
    return extend_schema(
        summary=summary, tags=TAGS, request=asks, responses=answers, parameters=[IDEMPOTENCY], operation_id=operation
    )


class AnnounceAPI(StepAPI):
    asks, answers, takes = ChangeAnnounceSerializer, ChangeAnswer, ("change", announce_change)

    @_step(
        "Announce a change to everybody who is to be told", "changes_announce", ChangeAnnounceSerializer, ChangeAnswer
    )
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class InEffectAPI(StepAPI):
    asks, answers, takes = ChangeInEffectSerializer, ChangeAnswer, ("change", put_in_effect)

    @_step("Put an announced change in effect, if nothing holds it back", "changes_in_effect", None, ChangeAnswer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class WithdrawAPI(StepAPI):
    asks, answers, takes = ChangeWithdrawSerializer, ChangeAnswer, ("change", withdraw_change)

    @_step("Withdraw a change, and tell who was told of it", "changes_withdraw", ChangeWithdrawSerializer, ChangeAnswer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class PutOnListAPI(StepAPI):
    asks, answers, takes = PutOnListSerializer, SubprocessorAnswer, ("subprocessor", list_existing)

    @_step("Put on the list who was there before", "subprocessors_put_on_list", PutOnListSerializer, SubprocessorAnswer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class ObjectionAPI(StepAPI):
    asks, answers, takes = NoticeObjectionSerializer, NoticeAnswer, ("notice", record_objection)

    @_step("Record an objection to an announced change", "notices_objection", NoticeObjectionSerializer, NoticeAnswer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class SettleAPI(StepAPI):
    asks, answers, takes = NoticeSettleSerializer, NoticeAnswer, ("notice", settle_objection)

    @_step("Say how an objection was settled", "notices_settle", NoticeSettleSerializer, NoticeAnswer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class DecideAPI(StepAPI):
    asks, answers, takes = VendorNoticeDecisionSerializer, InboundAnswer, ("notice", decide_notice)

    @_step(
        "Accept what a vendor announced, or object",
        "vendor_notices_decide",
        VendorNoticeDecisionSerializer,
        InboundAnswer,
    )
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class PublicLineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    service = serializers.CharField()
    location = serializers.CharField()
    safeguard = serializers.CharField()
    state = serializers.CharField(help_text="current, planned or leaving")
    since = serializers.CharField(help_text="ISO date, or empty")
    until = serializers.CharField(help_text="ISO date of leaving, or empty")

    def get_fields(self) -> dict[str, Any]:
        # names that a class cannot have, or has already
        data = serializers.ListField(child=serializers.CharField(), help_text="Classes of data that it sees")
        begins = serializers.CharField(help_text="ISO date from which it is planned, or empty")
        return {**super().get_fields(), "data": data, "from": begins}


class PublicListSerializer(serializers.Serializer):  # type: ignore[type-arg]
    changed_on = serializers.DateField(allow_null=True)
    lines = PublicLineSerializer(many=True)


class CustomersAPI(OrganisationMixin, APIView):
    """For whoever sees customers; to others it does not exist."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(P.CUSTOMERS_VIEW):
            raise Http404


class PublicListAPI(CustomersAPI):
    @extend_schema(
        summary="The subprocessor list as customers read it", tags=TAGS, responses=PublicListSerializer,
        operation_id="subprocessors_public",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(PublicListSerializer(read_list(self.actor.organisation)).data)

    @extend_schema(
        summary="Publish the list as it stands as the next edition", tags=TAGS, request=ListPublishSerializer,
        responses={201: EditionAnswer}, parameters=[IDEMPOTENCY], operation_id="subprocessors_publish",
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.CUSTOMERS_EDIT)
        return once(request, lambda: self._publish(request))

    def _publish(self, request: Request) -> Response:
        asked = ListPublishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            made = publish_list(by=self.actor, **asked.validated_data)
        except NothingNew as error:
            raise Conflict(str(error)) from None
        return Response(EditionAnswer(made, context={"actor": self.actor}).data, status=201)


class PublicFileAPI(CustomersAPI):
    @extend_schema(
        summary="The subprocessor list as PDF, CSV or JSON", tags=TAGS, operation_id="subprocessors_public_file",
        parameters=[
            OpenApiParameter("edition", OpenApiTypes.STR, description="Its reference; without it, as it stands")
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, kind: str, **_kwargs: Any) -> FileResponse:
        wanted = request.query_params.get("edition", "")
        edition = chosen(editions_of(self.actor.organisation), wanted) if wanted else None
        return hand_out_list(kind=kind, edition=edition, by=self.actor)

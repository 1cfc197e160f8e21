"""The steps of announced changes through the API: the same actions as on the pages."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import StrictSerializer, serializer_for, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.register import registers
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


class ChangeAnnounceSerializer(LockSerializer):
    told_otherwise = serializers.BooleanField(
        default=False, help_text="Customers without an address are told in another way today"
    )


class ChangeWithdrawSerializer(LockSerializer):
    reason = words_field(300, help_text="Whoever was told reads this")


class PutOnListSerializer(LockSerializer):
    since = serializers.DateField()
    reason = words_field(100, help_text="How you know that no notice is owed")


class NoticeObjectionSerializer(LockSerializer):
    objection = words_field(4000)
    received_at = serializers.DateTimeField(required=False, help_text="Without it: now")


class NoticeSettleSerializer(LockSerializer):
    answer = words_field(4000)


class VendorNoticeDecisionSerializer(LockSerializer):
    decision = serializers.ChoiceField(
        choices=[VendorNotice.Decision.ACCEPTED.value, VendorNotice.Decision.OBJECTED.value]
    )
    reason = words_field(2000)


class ListPublishSerializer(StrictSerializer):
    note = words_field(300, allow_blank=True, help_text="What is new; customers read it")


class ChangeAPI(StepAPI):
    refusals, thaws = (NotMovable,), True  # what was announced is frozen, and still moves on
    takes: ClassVar[tuple[str, Callable[..., Any]]]  # what the action calls the record, and the action

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        name, action = self.takes
        action(**{name: record}, by=self.actor, **values)
        return self.record(record.reference)


@documented("Announce a change to everybody who is to be told", "changes_announce", tags=TAGS, answers=ChangeAnswer)
class AnnounceAPI(ChangeAPI):
    asks, takes = ChangeAnnounceSerializer, ("change", announce_change)


@documented(
    "Put an announced change in effect, if nothing holds it back", "changes_in_effect", tags=TAGS, answers=ChangeAnswer
)
class InEffectAPI(ChangeAPI):
    asks, takes = StrictSerializer, ("change", put_in_effect)  # what holds it back is read from its notices


@documented("Withdraw a change, and tell who was told of it", "changes_withdraw", tags=TAGS, answers=ChangeAnswer)
class WithdrawAPI(ChangeAPI):
    asks, takes = ChangeWithdrawSerializer, ("change", withdraw_change)


@documented("Put on the list who was there before", "subprocessors_put_on_list", tags=TAGS, answers=SubprocessorAnswer)
class PutOnListAPI(ChangeAPI):
    asks, takes = PutOnListSerializer, ("subprocessor", list_existing)


@documented("Record an objection to an announced change", "notices_objection", tags=TAGS, answers=NoticeAnswer)
class ObjectionAPI(ChangeAPI):
    asks, takes = NoticeObjectionSerializer, ("notice", record_objection)


@documented("Say how an objection was settled", "notices_settle", tags=TAGS, answers=NoticeAnswer)
class SettleAPI(ChangeAPI):
    asks, takes = NoticeSettleSerializer, ("notice", settle_objection)


@documented("Accept what a vendor announced, or object", "vendor_notices_decide", tags=TAGS, answers=InboundAnswer)
class DecideAPI(ChangeAPI):
    asks, takes = VendorNoticeDecisionSerializer, ("notice", decide_notice)


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

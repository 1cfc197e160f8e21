"""Sending, withdrawing and taking over through the API: the same actions as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require_reach
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY, LOCK
from grc.api.serializers import serializer_for
from grc.registers.forms import LOCK_MOST
from grc.registers.register import registers
from vendors.asking.actions import send_ask, take_over, withdraw_ask
from vendors.asking.links import NotAsked
from vendors.models import VendorAsk

P = Permission
TAGS = ["vendor-asks"]
AskAnswer = serializer_for(registers.by_slug("vendor-asks"))


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Unknown fields are refused by name."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in sorted(unknown)})
        return attrs


class AskStepSerializer(StrictSerializer):
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)


class AskTakeOverSerializer(StrictSerializer):
    questions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10),
        required=False,
        max_length=10,
        help_text="Which questions; without it all, but for those that the organisation has answered itself",
    )


class AskTakenOverSerializer(serializers.Serializer):  # type: ignore[type-arg]
    changed = serializers.IntegerField(help_text="How many answers of the review changed")


class AskStepAPI(OrganisationMixin, APIView):
    """One step of one questionnaire; why it cannot be taken is said under ``state``."""

    asks: type[serializers.Serializer] = AskStepSerializer  # type: ignore[type-arg]

    def take(self, request: Request, reference: str) -> Response:
        register = registers.of(VendorAsk)
        rows = VendorAsk.objects.permitted(self.actor, P.VENDORS_VIEW)
        foreign = register.foreign(register.fields)
        ask = get_object_or_404(rows.select_related("key", "organisation", *foreign), reference=reference)
        require_reach(self.actor, P.VENDORS_EDIT, ask)
        return once(request, lambda: self._taken(request, ask))

    def step(self, ask: VendorAsk, values: dict[str, Any]) -> Response:
        raise NotImplementedError

    def answer(self, ask: VendorAsk) -> Response:
        return Response(AskAnswer(ask, context={"actor": self.actor}).data)

    def _taken(self, request: Request, ask: VendorAsk) -> Response:
        asked = self.asks(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            return self.step(ask, asked.validated_data)
        except NotAsked as error:
            raise ValidationError({"state": [str(error)]}) from None


class SendAPI(AskStepAPI):
    @extend_schema(
        summary="Send the link of a questionnaire, or a new one", tags=TAGS, request=AskStepSerializer,
        responses=AskAnswer, parameters=[IDEMPOTENCY], operation_id="vendor_asks_send_link",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, ask: VendorAsk, values: dict[str, Any]) -> Response:
        return self.answer(send_ask(ask=ask, by=self.actor, lock=values["lock"]))


class WithdrawAPI(AskStepAPI):
    @extend_schema(
        summary="Withdraw a questionnaire: its link opens nothing any more", tags=TAGS, request=AskStepSerializer,
        responses=AskAnswer, parameters=[IDEMPOTENCY], operation_id="vendor_asks_withdraw",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, ask: VendorAsk, values: dict[str, Any]) -> Response:
        return self.answer(withdraw_ask(ask=ask, by=self.actor, lock=values["lock"]))


class TakeOverAPI(AskStepAPI):
    asks = AskTakeOverSerializer

    @extend_schema(
        summary="Take what the vendor answered over into the review", tags=TAGS, request=AskTakeOverSerializer,
        responses=AskTakenOverSerializer, parameters=[IDEMPOTENCY], operation_id="vendor_asks_take_over",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, ask: VendorAsk, values: dict[str, Any]) -> Response:
        return Response({"changed": take_over(ask=ask, by=self.actor, questions=values.get("questions"))})

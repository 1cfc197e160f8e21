"""Sending, withdrawing and taking over through the API: the same actions as the pages."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from grc.api.serializers import StrictSerializer, serializer_for
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.register import registers
from vendors.asking.actions import send_ask, take_over, withdraw_ask
from vendors.asking.links import NotAsked
from vendors.models import VendorAsk

TAGS = ["vendor-asks"]
AskAnswer = serializer_for(registers.of(VendorAsk))


class AskTakeOverSerializer(StrictSerializer):
    questions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10),
        required=False,
        max_length=10,
        help_text="Which questions; without it all, but for those that the organisation has answered itself",
    )


class AskTakenOverSerializer(serializers.Serializer):  # type: ignore[type-arg]
    changed = serializers.IntegerField(help_text="How many answers of the review changed")


class AskStepAPI(StepAPI):
    register, refusals, thaws = registers.of(VendorAsk), (NotAsked,), True


@documented("Send the link of a questionnaire, or a new one", "vendor_asks_send_link", tags=TAGS, answers=AskAnswer)
class SendAPI(AskStepAPI):
    asks = LockSerializer

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return send_ask(ask=record, by=self.actor, **values)


@documented(
    "Withdraw a questionnaire: its link opens nothing any more", "vendor_asks_withdraw", tags=TAGS, answers=AskAnswer
)
class WithdrawAPI(AskStepAPI):
    asks = LockSerializer

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return withdraw_ask(ask=record, by=self.actor, **values)


@documented(
    "Take what the vendor answered over into the review", "vendor_asks_take_over", tags=TAGS,
    answers=AskTakenOverSerializer,
)  # fmt: skip
class TakeOverAPI(AskStepAPI):
    asks = AskTakeOverSerializer

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return Response({"changed": take_over(ask=record, by=self.actor, questions=values.get("questions"))})

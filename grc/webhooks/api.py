"""Webhooks by API, beyond what every register has."""

from typing import Any

from django.http import Http404
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
from grc.models.webhook import Webhook
from grc.webhooks.actions import NotNow, renew_secret, send_again, send_test
from grc.webhooks.deliveries import deliveries_of, delivery_of

TAGS = ["webhooks"]
MOST = 100


class DeliverySerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.CharField(help_text="The same each time it is sent; empty once it is erased")
    type = serializers.CharField(help_text="register.verb, such as risks.changed")
    state = serializers.CharField(help_text="waiting, failing, taken, not-sent or given-up")
    queued_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    answer = serializers.IntegerField(allow_null=True, help_text="The HTTP status that came last")
    error = serializers.CharField()
    taken_at = serializers.DateTimeField(allow_null=True)
    next_try = serializers.DateTimeField(allow_null=True)


class SecretAnswerSerializer(serializers.Serializer):  # type: ignore[type-arg]
    secret = serializers.CharField(help_text="Shown this once")


class WebhookAPIView(OrganisationMixin, APIView):
    """A view of one webhook: a 404 for whoever may not see it."""

    def webhook(self, reference: str, *, to_edit: bool) -> Webhook:
        rows = Webhook.objects.permitted(self.actor, Permission.SETTINGS_VIEW).select_related("key", "organisation")
        found: Webhook | None = rows.filter(reference=reference).first()
        if found is None:
            raise Http404
        if to_edit:
            require(self.actor, Permission.SETTINGS_EDIT, found)
        return found


class DeliveriesAPI(WebhookAPIView):
    @extend_schema(tags=TAGS, summary=f"The last {MOST} messages", responses=DeliverySerializer(many=True))
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        found = deliveries_of(self.webhook(reference, to_edit=False), MOST)
        return Response(DeliverySerializer([delivery.as_json() for delivery in found], many=True).data)


class TestAPI(WebhookAPIView):
    @extend_schema(
        tags=TAGS, summary="Send a test", request=None, parameters=[IDEMPOTENCY], responses={201: DeliverySerializer}
    )
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        webhook = self.webhook(reference, to_edit=True)
        return once(request, lambda: self._send(webhook))

    def _send(self, webhook: Webhook) -> Response:
        try:
            message = send_test(webhook=webhook, by=self.actor)
        except NotNow as error:
            raise Conflict(str(error)) from None
        return Response(DeliverySerializer(delivery_of(message).as_json()).data, status=201)


class AgainAPI(WebhookAPIView):
    @extend_schema(
        tags=TAGS, summary="Send a message again, under the same id", request=None,
        parameters=[OpenApiParameter("message", str, OpenApiParameter.PATH)], responses={204: None},
    )  # fmt: skip
    def post(self, request: Request, reference: str, message: str, **_kwargs: Any) -> Response:
        webhook = self.webhook(reference, to_edit=True)
        try:
            found = send_again(webhook=webhook, message_id=message, by=self.actor)
        except NotNow as error:
            raise Conflict(str(error)) from None
        if found is None:
            raise Http404
        return Response(status=204)


class SecretAPI(WebhookAPIView):
    """No Idempotency-Key here: the answer would be kept, and a secret is shown once."""

    @extend_schema(tags=TAGS, summary="Give it a new secret", request=None, responses=SecretAnswerSerializer)
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        webhook = self.webhook(reference, to_edit=True)
        return Response({"secret": renew_secret(webhook=webhook, by=self.actor)}, headers={"Cache-Control": "no-store"})

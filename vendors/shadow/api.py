"""Shadow use through the API: the same findings and the same acceptance as on the page."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from vendors.models import ShadowUse
from vendors.models.shadow import LONGEST_NAME
from vendors.shadow.actions import NotAcceptable, accept_gap, require_keeper
from vendors.shadow.findings import Finding, Seen, shadow_of

P = Permission


class SeenSerializer(serializers.Serializer):  # type: ignore[type-arg]
    system = serializers.CharField(help_text="As the records name it; empty where they name none")
    model = serializers.CharField()
    answered = serializers.BooleanField(help_text="It answered where another model was asked for")
    decisions = serializers.IntegerField(help_text="Within the last 90 days")
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()


class ShadowFindingSerializer(SeenSerializer):
    why = serializers.ChoiceField(ShadowUse.choices)
    ai_system = serializers.CharField(help_text="Reference of the registered system; empty where none has this id")
    offering = serializers.CharField(help_text="Reference of the nearest offering; empty where none names the model")
    accepted_until = serializers.DateField(allow_null=True)
    reason = serializers.CharField(help_text="Why it may stand until then")


class UnseenSerializer(serializers.Serializer):  # type: ignore[type-arg]
    use = serializers.CharField()
    ai_system = serializers.CharField()
    route = serializers.CharField()


class ShadowSerializer(serializers.Serializer):  # type: ignore[type-arg]
    counted = serializers.BooleanField(help_text="Whether there is any decision record to look at")
    findings = ShadowFindingSerializer(many=True)
    accepted = ShadowFindingSerializer(many=True)
    covered = SeenSerializer(many=True)
    unseen = UnseenSerializer(many=True, help_text="Registered uses that no record shows")


class AcceptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    system = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True)
    model = serializers.CharField(max_length=LONGEST_NAME)
    reason = serializers.CharField(max_length=500)
    until = serializers.DateField(help_text="The last day on which it may stand")


class AcceptedSerializer(AcceptSerializer):
    why = serializers.ChoiceField(ShadowUse.choices)


class ShadowAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Models that decision records show and nothing approved covers", tags=["shadow use"],
        responses=ShadowSerializer, operation_id="shadow_use",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        if not self.actor.can(P.VENDORS_VIEW):
            raise Http404
        shadow = shadow_of(self.actor.organisation)
        body = {
            "counted": shadow.counted,
            "findings": [_finding(one) for one in shadow.findings],
            "accepted": [_finding(one) for one in shadow.accepted],
            "covered": [_seen(seen) for seen, _system, _route in shadow.covered],
            "unseen": [
                {"use": one.use, "ai_system": one.system.key.reference, "route": one.route.reference}
                for one in shadow.unseen
            ],
        }
        return Response(ShadowSerializer(body).data)


class AcceptAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Let a use that is not covered stand until a day", tags=["shadow use"], request=AcceptSerializer,
        responses={201: AcceptedSerializer}, operation_id="shadow_use_accept", parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        if not self.actor.can(P.VENDORS_VIEW):
            raise Http404
        require_keeper(self.actor)
        given = AcceptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return once(request, lambda: self._accept(given.validated_data))

    def _accept(self, given: dict[str, Any]) -> Response:
        try:
            gap = accept_gap(**given, by=self.actor)
        except NotAcceptable as error:
            raise Conflict(str(error)) from None
        return Response(AcceptedSerializer(gap).data, status=201)


def _seen(seen: Seen) -> dict[str, Any]:
    names = ("system", "model", "answered", "decisions", "first_seen", "last_seen")
    return {name: getattr(seen, name) for name in names}


def _finding(one: Finding) -> dict[str, Any]:
    return _seen(one.seen) | {
        "why": one.why.value,
        "ai_system": one.system.key.reference if one.system else "",
        "offering": one.offering.reference if one.offering else "",
        "accepted_until": one.accepted.until if one.accepted else None,
        "reason": one.accepted.reason if one.accepted else "",
    }

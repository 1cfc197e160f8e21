"""What is done in one click, through the API: the same actions as on the pages."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.models import Communication, Component
from aims.support.actions import NotTakenOver, take_over_component, tell_today
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY

P = Permission


class DoneSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    last_on = serializers.DateField()
    next_on = serializers.DateField(allow_null=True, help_text="Null where it does not come round by itself")


class TakenSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField(help_text="Of the resource")
    name = serializers.CharField()
    kind = serializers.CharField()


class ToldAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Note that a line of the communication plan was done today", tags=["communication plan"],
        request=None, responses=DoneSerializer, operation_id="communications_done", parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        rows = Communication.objects.permitted(self.actor, P.AIMS_VIEW)
        line = get_object_or_404(rows.select_related("key", "organisation"), reference=reference)
        require(self.actor, P.AIMS_EDIT, line)
        return once(request, lambda: Response(DoneSerializer(tell_today(communication=line, by=self.actor)).data))


class TakeOverAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Make a resource of a component", tags=["components"], request=None,
        responses={201: TakenSerializer}, operation_id="components_take_over", parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        if not self.actor.can(P.AIMS_VIEW):
            raise Http404
        rows = Component.objects.permitted(self.actor, P.SYSTEMS_VIEW)
        component = get_object_or_404(rows.select_related("key", "system"), reference=reference)
        require(self.actor, P.AIMS_EDIT)
        return once(request, lambda: self._take(component))

    def _take(self, component: Component) -> Response:
        try:
            made = take_over_component(component=component, by=self.actor)
        except NotTakenOver as error:
            raise Conflict(str(error)) from None
        return Response(TakenSerializer(made).data, status=201)

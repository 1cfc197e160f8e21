"""The transitions of a nonconformity through the API: the same actions as its pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.improvement.actions import (
    NotMovable,
    check_effectiveness,
    close_nonconformity,
    make_nonconformity_of,
    reopen_nonconformity,
)
from aims.models import Nonconformity
from controls.models import TestRun
from grc.access.gate import require, require_reach
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY, LOCK
from grc.api.serializers import serializer_for
from grc.registers.forms import LOCK_MOST, refuse_unstorable
from grc.registers.register import registers

P = Permission
TAGS = ["nonconformities"]
RecordAnswer = serializer_for(registers.by_slug("nonconformities"))


class NonconformityStepSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Unknown fields are refused by name."""

    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in sorted(unknown)})
        return attrs


class EffectivenessSerializer(NonconformityStepSerializer):
    effect = serializers.CharField(
        max_length=4000, validators=[refuse_unstorable], help_text="What was looked at, and found"
    )
    effective = serializers.BooleanField(help_text="Whether it is gone")


class NonconformityReopenSerializer(NonconformityStepSerializer):
    reason = serializers.CharField(max_length=100, validators=[refuse_unstorable], help_text="Kept in the history")


class StepAPI(OrganisationMixin, APIView):
    """One step of one nonconformity; what is missing for it is said under ``state``."""

    asks: type[NonconformityStepSerializer]
    needs: Permission

    def take(self, request: Request, reference: str) -> Response:
        rows = Nonconformity.objects.permitted(self.actor, P.IMPROVEMENT_VIEW)
        foreign = registers.of(Nonconformity).foreign(registers.of(Nonconformity).fields)
        record = get_object_or_404(rows.select_related("key", "organisation", *foreign), reference=reference)
        require_reach(self.actor, self.needs, record)
        return once(request, lambda: self._taken(request, record))

    def step(self, record: Nonconformity, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def _taken(self, request: Request, record: Nonconformity) -> Response:
        asked = self.asks(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            self.step(record, asked.validated_data)
        except NotMovable as error:
            raise ValidationError({"state": [str(error)]}) from None
        return Response(RecordAnswer(record, context={"actor": self.actor}).data)


class CheckAPI(StepAPI):
    asks, needs = EffectivenessSerializer, P.IMPROVEMENT_CHECK

    @extend_schema(
        summary="Keep what another person found about its effectiveness", tags=TAGS, request=EffectivenessSerializer,
        responses=RecordAnswer, parameters=[IDEMPOTENCY], operation_id="nonconformities_check",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Nonconformity, values: dict[str, Any]) -> None:
        check_effectiveness(nonconformity=record, by=self.actor, **values)


class CloseAPI(StepAPI):
    asks, needs = NonconformityStepSerializer, P.IMPROVEMENT_EDIT

    @extend_schema(
        summary="Close a nonconformity for which nothing is missing", tags=TAGS, request=NonconformityStepSerializer,
        responses=RecordAnswer, parameters=[IDEMPOTENCY], operation_id="nonconformities_close",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Nonconformity, values: dict[str, Any]) -> None:
        close_nonconformity(nonconformity=record, by=self.actor, **values)


class ReopenAPI(StepAPI):
    asks, needs = NonconformityReopenSerializer, P.IMPROVEMENT_EDIT

    @extend_schema(
        summary="Open a closed nonconformity again", tags=TAGS, request=NonconformityReopenSerializer,
        responses=RecordAnswer, parameters=[IDEMPOTENCY], operation_id="nonconformities_reopen",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Nonconformity, values: dict[str, Any]) -> None:
        reopen_nonconformity(nonconformity=record, by=self.actor, **values)


class MakeOfRunAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Make a nonconformity of a test run that failed", tags=TAGS, request=None,
        responses={201: RecordAnswer}, parameters=[IDEMPOTENCY], operation_id="test_runs_nonconformity",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        rows = TestRun.objects.permitted(self.actor, P.CONTROLS_VIEW)
        run = get_object_or_404(rows.select_related("key", "organisation", "test__control"), reference=reference)
        require(self.actor, P.IMPROVEMENT_EDIT)
        return once(request, lambda: self._made(run))

    def _made(self, run: TestRun) -> Response:
        try:
            made = make_nonconformity_of(run=run, by=self.actor)
        except NotMovable as error:
            raise ValidationError({"result": [str(error)]}) from None
        return Response(RecordAnswer(made, context={"actor": self.actor}).data, status=201)

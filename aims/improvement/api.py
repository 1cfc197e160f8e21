"""The transitions of nonconformities and improvements through the API: the same actions as their pages."""

from typing import Any

from django.shortcuts import get_object_or_404
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
    finish_improvement,
    make_nonconformity_of,
    reopen_nonconformity,
)
from aims.models import Improvement, Nonconformity
from controls.models import TestRun
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import serializer_for, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.register import registers

P = Permission
TAGS = ["nonconformities"]
NONCONFORMITIES = registers.of(Nonconformity)
RecordAnswer = serializer_for(NONCONFORMITIES)
IMPROVEMENTS = registers.of(Improvement)


class EffectivenessSerializer(LockSerializer):
    effect = words_field(4000, help_text="What was looked at, and found")
    effective = serializers.BooleanField(help_text="Whether it is gone")


class NonconformityReopenSerializer(LockSerializer):
    reason = words_field(100, help_text="Kept in the history")


class ImprovementFinishSerializer(LockSerializer):
    result = words_field(2000, help_text="What came of it")


@documented(
    "Keep what another person found about its effectiveness", "nonconformities_check", tags=TAGS, answers=RecordAnswer
)
class CheckAPI(StepAPI):
    register, asks, refusals = NONCONFORMITIES, EffectivenessSerializer, (NotMovable,)
    needs, thaws = P.IMPROVEMENT_CHECK, True

    def step(self, record: Nonconformity, values: dict[str, Any]) -> Nonconformity:
        return check_effectiveness(nonconformity=record, by=self.actor, **values)


@documented(
    "Close a nonconformity for which nothing is missing", "nonconformities_close", tags=TAGS, answers=RecordAnswer
)
class CloseAPI(StepAPI):
    register, asks, refusals, thaws = NONCONFORMITIES, LockSerializer, (NotMovable,), True

    def step(self, record: Nonconformity, values: dict[str, Any]) -> Nonconformity:
        return close_nonconformity(nonconformity=record, by=self.actor, **values)


@documented("Open a closed nonconformity again", "nonconformities_reopen", tags=TAGS, answers=RecordAnswer)
class ReopenAPI(StepAPI):
    register, asks, refusals, thaws = NONCONFORMITIES, NonconformityReopenSerializer, (NotMovable,), True

    def step(self, record: Nonconformity, values: dict[str, Any]) -> Nonconformity:
        return reopen_nonconformity(nonconformity=record, by=self.actor, **values)


@documented(
    "Say that an improvement is done, and what came of it", "improvements_finish", tags=["improvements"],
    answers=serializer_for(IMPROVEMENTS),
)  # fmt: skip
class FinishAPI(StepAPI):
    register, asks, refusals = IMPROVEMENTS, ImprovementFinishSerializer, (NotMovable,)

    def step(self, record: Improvement, values: dict[str, Any]) -> Improvement:
        return finish_improvement(improvement=record, by=self.actor, **values)


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

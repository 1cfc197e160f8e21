"""The plan and the gap analysis by API: the same actions behind the same gate as the pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aims.models import PlanStep
from aims.programme.actions import NotPlanned, begin_plan, begin_step, finish_step, shift_steps
from aims.programme.gaps import NotBegun, begin_gap_analysis, place_gaps
from aims.programme.plans import starting_points
from aims.programme.reading import read_plan
from aims.programme.schedule import Circle, State
from controls.views.base import ControlsAPI
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY

P = Permission
PLAN, GAP = ["plan"], ["gap"]
T = TypeVar("T")


class BeginPlanSerializer(serializers.Serializer):  # type: ignore[type-arg]
    start = serializers.ChoiceField(choices=list(starting_points()), help_text="Where you start from")
    starts_on = serializers.DateField()
    archive_old = serializers.BooleanField(default=False, help_text="Take the steps that are there out of use first")


class StepMadeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField()
    starts_on = serializers.DateField()
    started_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    lock = serializers.IntegerField()


class ShiftSerializer(serializers.Serializer):  # type: ignore[type-arg]
    days = serializers.IntegerField(min_value=-365, max_value=365, help_text="Calendar days; below zero: earlier")
    reason = serializers.CharField(max_length=100, allow_blank=True, default="")


class GapCountSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField()


class ScheduledSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField(source="step.reference")
    name = serializers.CharField(source="step.name")
    state = serializers.ChoiceField(choices=[state.value for state in State], source="planned.state")
    start = serializers.DateField(source="planned.start")
    end = serializers.DateField(source="planned.end")
    latest_end = serializers.DateField(source="planned.latest_end")
    float_days = serializers.IntegerField(source="planned.float_days")
    critical = serializers.BooleanField(source="planned.critical")
    slip = serializers.IntegerField(source="planned.slip", help_text="Days behind the end as first planned")
    late_by = serializers.IntegerField(source="planned.late_by")
    gaps = serializers.IntegerField()
    effort = serializers.IntegerField(help_text="Days that its open gaps take by their answers")


class ScheduleSerializer(serializers.Serializer):  # type: ignore[type-arg]
    end = serializers.DateField(allow_null=True)
    first_planned = serializers.DateField(allow_null=True)
    slip = serializers.IntegerField()
    certificate = serializers.BooleanField(help_text="Whether the plan ends in a certificate")
    steps = ScheduledSerializer(many=True)


class ProgrammeAPI(ControlsAPI):
    sees = (P.PROGRAMME_VIEW,)

    def step(self, reference: str) -> PlanStep:
        rows = PlanStep.objects.permitted(self.actor, P.PROGRAMME_VIEW).select_related("key", "owner")
        step: PlanStep = get_object_or_404(rows, reference=reference)
        require(self.actor, P.PROGRAMME_EDIT, step)
        return step


class BeginPlanAPI(ProgrammeAPI):
    @extend_schema(
        tags=PLAN, summary="Begin the plan of a starting point", operation_id="plan_begin",
        request=BeginPlanSerializer, responses={201: StepMadeSerializer(many=True)}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.PROGRAMME_EDIT)
        return once(request, lambda: self._begin(request))

    def _begin(self, request: Request) -> Response:
        given = BeginPlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        steps = refused(lambda: begin_plan(**given.validated_data, by=self.actor))
        return Response(StepMadeSerializer(steps, many=True).data, status=201)


class ScheduleAPI(ProgrammeAPI):
    @extend_schema(
        tags=PLAN, summary="When each step is expected, and what decides on the end", operation_id="plan_schedule",
        responses=ScheduleSerializer,
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        plan = refused(lambda: read_plan(self.actor))
        said = {
            "end": plan.schedule.end,
            "first_planned": plan.schedule.first_end,
            "slip": plan.schedule.slip,
            "certificate": plan.certified,
            "steps": plan.lines,
        }
        return Response(ScheduleSerializer(said).data)


class BeginStepAPI(ProgrammeAPI):
    @extend_schema(
        tags=PLAN, summary="A step is begun today", operation_id="plan_begin_step", request=None,
        responses=StepMadeSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        step = self.step(reference)
        return once(request, lambda: _answer(refused(lambda: begin_step(step=step, by=self.actor))))


class FinishStepAPI(ProgrammeAPI):
    @extend_schema(
        tags=PLAN, summary="A step is finished today", operation_id="plan_finish_step", request=None,
        responses=StepMadeSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        step = self.step(reference)
        return once(request, lambda: _answer(refused(lambda: finish_step(step=step, by=self.actor))))


class ShiftAPI(ProgrammeAPI):
    @extend_schema(
        tags=PLAN, summary="Move a step and what waits for it by some days", operation_id="plan_shift",
        request=ShiftSerializer, responses=StepMadeSerializer(many=True), parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        step = self.step(reference)
        return once(request, lambda: self._shift(request, step))

    def _shift(self, request: Request, step: PlanStep) -> Response:
        given = ShiftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        moves = refused(lambda: shift_steps(step=step, by=self.actor, **given.validated_data))
        return Response(StepMadeSerializer([move.step for move in moves], many=True).data)


class BeginGapAPI(ProgrammeAPI):
    @extend_schema(
        tags=GAP, summary="Begin the gap analysis: an answer for every clause and control without one",
        operation_id="gap_begin", request=None, responses={201: GapCountSerializer}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.PROGRAMME_EDIT)
        return once(request, self._begin)

    def _begin(self) -> Response:
        made = refused(lambda: begin_gap_analysis(by=self.actor))
        return Response({"count": made}, status=201)


class PlaceGapsAPI(ProgrammeAPI):
    @extend_schema(
        tags=GAP, summary="Put gaps without a step to the step that covers them", operation_id="gap_place",
        request=None, responses=GapCountSerializer, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.PROGRAMME_EDIT)
        return once(request, lambda: Response({"count": place_gaps(by=self.actor)}))


def refused(do: Callable[[], T]) -> T:
    """What is refused by the state of the plan is a 409, what is wrong with a field a 400."""
    try:
        return do()
    except NotPlanned as error:
        if error.field:
            raise serializers.ValidationError({error.field: [str(error)]}) from None
        raise Conflict(str(error)) from None
    except NotBegun as error:
        raise Conflict(str(error)) from None
    except Circle as circle:
        raise Conflict(f"These steps wait for each other: {circle}.") from None


def _answer(step: PlanStep) -> Response:
    return Response(StepMadeSerializer(step).data)

"""The crosswalk, its judgement and coverage by API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from controls.actions.mappings import NotJudged, judge_mappings
from controls.coverage import Coverage, Covered, counts_of, coverage_of
from controls.crosswalk import ONLY, CrosswalkQuery, Line, crosswalk_of
from controls.models import Mapping
from controls.views.base import ControlsAPI, framework_called, frameworks_in_use
from controls.views.crosswalk import PAGE_SIZE
from controls.views.judging import MOST, mappings_called
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.idempotency import once
from grc.api.pagination import Pages
from grc.api.registers import IDEMPOTENCY

P = Permission
FRAMEWORKS, MAPPINGS = ["frameworks"], ["mappings"]
NOTHING = {"from_framework": "", "to_framework": "", "all": 0, "gaps": 0, "count": 0, "lines": []}
"""The crosswalk of an organisation with fewer than two frameworks in use."""


class EndSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class CounterpartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    mapping = serializers.CharField(source="mapping.reference")
    requirement = EndSerializer()
    relationship = serializers.ChoiceField(
        source="how", choices=Mapping.Relationship.choices, help_text="Read from the first framework"
    )
    standing = serializers.ChoiceField(source="mapping.standing", choices=Mapping.Standing.choices)
    confidence = serializers.ChoiceField(source="mapping.confidence", choices=Mapping.Confidence.choices)
    origin = serializers.CharField(source="mapping.origin")
    remarks = serializers.CharField(source="mapping.remarks")


class LineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    requirement = EndSerializer()
    counterparts = CounterpartSerializer(many=True)
    is_gap = serializers.BooleanField(help_text="Nothing corresponds to it that was not rejected")


class CrosswalkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    from_framework = serializers.CharField(help_text="The reference of the first framework")
    to_framework = serializers.CharField(help_text="The reference of the second framework")
    all = serializers.IntegerField(help_text="Requirements of the first framework that are to be met")
    gaps = serializers.IntegerField(help_text="Those of them without a counterpart")
    count = serializers.IntegerField(help_text="Lines that were asked for, on all pages")
    lines = LineSerializer(many=True)


class JudgementSerializer(serializers.Serializer):  # type: ignore[type-arg]
    mappings = serializers.ListField(
        child=serializers.CharField(max_length=24), min_length=1, max_length=MOST, help_text="References"
    )
    standing = serializers.ChoiceField(choices=Mapping.Standing.choices)
    remarks = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True, help_text="Required to reject"
    )


class JudgedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    standing = serializers.CharField()
    lock = serializers.IntegerField()


class ThroughSerializer(serializers.Serializer):  # type: ignore[type-arg]
    mapping = serializers.CharField(source="counterpart.mapping.reference")
    requirement = serializers.CharField(source="counterpart.requirement.label")
    standing = serializers.CharField(source="counterpart.mapping.standing")
    confidence = serializers.CharField(source="counterpart.mapping.confidence")
    controls = serializers.SerializerMethodField()

    def get_controls(self, one: Any) -> list[str]:
        return [control.reference for control in one.controls]


class CoveredSerializer(serializers.Serializer):  # type: ignore[type-arg]
    requirement = EndSerializer()
    coverage = serializers.ChoiceField(choices=Coverage.choices)
    controls = serializers.SerializerMethodField()
    through = ThroughSerializer(many=True)

    def get_controls(self, row: Covered) -> list[str]:
        return [control.reference for control in row.direct]


class CoverageSerializer(serializers.Serializer):  # type: ignore[type-arg]
    framework = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    requirements = CoveredSerializer(many=True)


def _parameter(name: str, said: str = "", **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=said, **more)


class CrosswalkAPI(ControlsAPI):
    sees = (P.FRAMEWORKS_VIEW,)

    @extend_schema(
        tags=MAPPINGS, summary="Two frameworks side by side", operation_id="framework_crosswalk",
        responses=CrosswalkSerializer,
        parameters=[
            _parameter("from", "The first framework’s reference"),
            _parameter("to", "The second framework’s reference"),
            _parameter("standing", many=True, enum=Mapping.Standing.values),
            _parameter("confidence", many=True, enum=Mapping.Confidence.values),
            _parameter("only", enum=list(ONLY)),
            _parameter("q", "Search in numbers, titles and sources"),
            OpenApiParameter("page", OpenApiTypes.INT),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="At most 500"),
        ],
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        frameworks = frameworks_in_use(self.actor)
        if len(frameworks) < 2:
            return Response(CrosswalkSerializer(NOTHING).data)
        query = CrosswalkQuery.read(request.query_params, frameworks)
        found = crosswalk_of(query, self.actor)
        pages = Pages()
        pages.page_size = PAGE_SIZE
        lines: list[Line] = list(pages.paginate_queryset(found.lines, request) or [])  # type: ignore[arg-type]
        said = {
            "from_framework": query.source.reference,
            "to_framework": query.target.reference,
            "all": found.all,
            "gaps": found.gaps,
            "count": len(found.lines),
            "lines": lines,
        }
        return Response(CrosswalkSerializer(said).data)


class JudgeAPI(ControlsAPI):
    sees = (P.FRAMEWORKS_VIEW,)

    @extend_schema(
        tags=MAPPINGS, summary="Confirm or reject mappings, all of them or none", operation_id="mappings_judge",
        request=JudgementSerializer, responses=JudgedSerializer(many=True), parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.FRAMEWORKS_EDIT)
        return once(request, lambda: self._judge(request))

    def _judge(self, request: Request) -> Response:
        given = JudgementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        mappings = mappings_called(asked["mappings"], self.actor)
        try:
            judged = judge_mappings(
                mappings=mappings, standing=asked["standing"], remarks=asked["remarks"], by=self.actor
            )
        except NotJudged as error:
            raise serializers.ValidationError({error.field: [str(error)]}) from None
        return Response(JudgedSerializer(judged, many=True).data)


class CoverageAPI(ControlsAPI):
    sees = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW)

    @extend_schema(
        tags=FRAMEWORKS, summary="Which controls serve each requirement, directly or through the crosswalk",
        operation_id="frameworks_coverage", responses=CoverageSerializer,
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        framework = framework_called(reference, self.actor)
        rows = coverage_of(framework, self.actor)
        counts = {way.value: count for way, count in counts_of(rows).items()}
        said = {"framework": framework.reference, "counts": counts, "requirements": rows}
        return Response(CoverageSerializer(said).data)

"""How an agreement stands, its points and its early end, through the API: the same actions as on the pages."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.base import RecordView
from grc.api.serializers import StrictSerializer, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.forms import LOCK_MOST
from grc.registers.register import registers
from vendors.agreements.actions import NotEnded, NotTicked, Tick, end_agreement, tick_points
from vendors.agreements.checklist import points_of, progress_of
from vendors.agreements.standing import standing_of
from vendors.models import Agreement, AgreementPoint

TAGS = ["agreements"]


class AgreementPointLineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    point = serializers.ChoiceField(choices=AgreementPoint.Point.choices)
    finding = serializers.ChoiceField(choices=AgreementPoint.Finding.choices)
    clause = serializers.CharField()
    note = serializers.CharField()
    lock = serializers.IntegerField()


class AgreementStandingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How an agreement stands today, where its reader is."""

    reference = serializers.CharField()
    on = serializers.DateField(help_text="Today, where the caller is")
    in_force = serializers.BooleanField()
    counts_as_dpa = serializers.BooleanField()
    ends_on = serializers.DateField(allow_null=True, help_text="The earliest end that can still be reached")
    notice_by = serializers.DateField(allow_null=True, help_text="The last day on which notice reaches it")
    missing = serializers.ListField(child=serializers.CharField(), help_text="What a DPA lacks, as sentences")
    warnings = serializers.ListField(child=serializers.CharField())
    points_met = serializers.IntegerField()
    points = AgreementPointLineSerializer(many=True)


class AgreementTickSerializer(StrictSerializer):
    point = serializers.ChoiceField(choices=AgreementPoint.Point.choices)
    finding = serializers.ChoiceField(choices=AgreementPoint.Finding.choices)
    clause = words_field(120, allow_blank=True, default="")
    note = words_field(300, allow_blank=True, default="")
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text="Of the point, as it was read")


class AgreementTicksSerializer(StrictSerializer):
    points = AgreementTickSerializer(many=True, allow_empty=False)

    def validate_points(self, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({point["point"] for point in points}) < len(points):
            raise serializers.ValidationError(_("Each point once."))
        return points


class AgreementEndSerializer(LockSerializer):
    on = serializers.DateField(help_text="Its last day; it may lie ahead")
    reason = words_field(100, help_text="Kept in the history")


class AgreementAPI(RecordView):
    """One agreement; every answer says how it stands."""

    register = registers.of(Agreement)

    def standing(self, agreement: Agreement) -> Response:
        today, points = timezone.localdate(), points_of(agreement, self.actor)
        found = standing_of(agreement, points, today)
        answer = {
            "reference": agreement.reference, "on": today, "in_force": found.in_force, "ends_on": found.ends_on,
            "counts_as_dpa": found.counts_as_dpa, "notice_by": found.notice_by, "missing": found.missing,
            "warnings": found.warnings, "points_met": progress_of(points).met, "points": points,
        }  # fmt: skip
        return Response(AgreementStandingSerializer(answer).data)


class StandingAPI(AgreementAPI):
    @extend_schema(
        summary="How an agreement stands today, and the points of a DPA", tags=TAGS,
        responses=AgreementStandingSerializer, operation_id="agreements_standing",
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.standing(self.record(reference))


@documented(
    "Keep what was found about points of a DPA: all or none", "agreements_points", tags=TAGS,
    answers=AgreementStandingSerializer,
)  # fmt: skip
class PointsAPI(AgreementAPI, StepAPI):
    asks = AgreementTicksSerializer

    def step(self, record: Agreement, values: dict[str, Any]) -> Response:
        said = values["points"]
        ticks = {one["point"]: Tick(one["finding"], one["clause"], one["note"], one["lock"]) for one in said}
        try:
            tick_points(agreement=record, ticks=ticks, by=self.actor)
        except NotTicked as error:
            raise ValidationError({error.point: [str(error)]}) from None
        return self.standing(record)


@documented(
    "End an agreement before it would end by itself", "agreements_end", tags=TAGS, answers=AgreementStandingSerializer
)
class EndAPI(AgreementAPI, StepAPI):
    asks, refusals = AgreementEndSerializer, (NotEnded,)

    def step(self, record: Agreement, values: dict[str, Any]) -> Response:
        return self.standing(end_agreement(agreement=record, **values, by=self.actor))

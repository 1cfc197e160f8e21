"""How an agreement stands, its points and its early end, through the API: the same actions as on the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY, LOCK
from grc.registers.forms import LOCK_MOST, refuse_unstorable
from vendors.agreements.actions import NotEnded, NotTicked, Tick, end_agreement, tick_points
from vendors.agreements.checklist import points_of, progress_of
from vendors.agreements.standing import readable, standing_of
from vendors.models import Agreement, AgreementPoint

P = Permission
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


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Unknown fields are refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class AgreementTickSerializer(StrictSerializer):
    point = serializers.ChoiceField(choices=AgreementPoint.Point.choices)
    finding = serializers.ChoiceField(choices=AgreementPoint.Finding.choices)
    clause = serializers.CharField(max_length=120, allow_blank=True, default="", validators=[refuse_unstorable])
    note = serializers.CharField(max_length=300, allow_blank=True, default="", validators=[refuse_unstorable])
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text="Of the point, as it was read")


class AgreementTicksSerializer(StrictSerializer):
    points = AgreementTickSerializer(many=True, allow_empty=False)

    def validate_points(self, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({point["point"] for point in points}) < len(points):
            raise serializers.ValidationError(_("Each point once."))
        return points


class AgreementEndSerializer(StrictSerializer):
    on = serializers.DateField(help_text="Its last day; it may lie ahead")
    reason = serializers.CharField(max_length=100, validators=[refuse_unstorable], help_text="Kept in the history")
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)


class AgreementAPI(OrganisationMixin, APIView):
    """One agreement; every answer says how it stands."""

    def agreement(self, reference: str) -> Agreement:
        rows = Agreement.objects.permitted(self.actor, P.VENDORS_VIEW)
        found: Agreement = get_object_or_404(readable(rows), reference=reference)
        return found

    def standing(self, reference: str) -> Response:
        agreement, today = self.agreement(reference), timezone.localdate()
        points = points_of(agreement, self.actor)
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
        return self.standing(reference)


class PointsAPI(AgreementAPI):
    @extend_schema(
        summary="Keep what was found about points of a DPA: all or none", tags=TAGS, request=AgreementTicksSerializer,
        responses=AgreementStandingSerializer, operation_id="agreements_points", parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        agreement = self.agreement(reference)
        require(self.actor, P.VENDORS_EDIT, agreement)
        return once(request, lambda: self._kept(request, agreement))

    def _kept(self, request: Request, agreement: Agreement) -> Response:
        asked = AgreementTicksSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data["points"]
        ticks = {one["point"]: Tick(one["finding"], one["clause"], one["note"], one["lock"]) for one in said}
        try:
            tick_points(agreement=agreement, ticks=ticks, by=self.actor)
        except NotTicked as error:
            raise ValidationError({error.point: [str(error)]}) from None
        return self.standing(agreement.reference)


class EndAPI(AgreementAPI):
    @extend_schema(
        summary="End an agreement before it would end by itself", tags=TAGS, request=AgreementEndSerializer,
        responses=AgreementStandingSerializer, operation_id="agreements_end", parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        agreement = self.agreement(reference)
        require(self.actor, P.VENDORS_EDIT, agreement)
        return once(request, lambda: self._ended(request, agreement))

    def _ended(self, request: Request, agreement: Agreement) -> Response:
        asked = AgreementEndSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            end_agreement(agreement=agreement, **asked.validated_data, by=self.actor)
        except NotEnded as error:
            raise ValidationError({error.field: [str(error)]}) from None
        return self.standing(agreement.reference)

"""Beginning the next impact assessment through the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.impact.actions import AlreadyRunning, begin_next
from aims.models import ImpactAssessment
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import serializer_for
from grc.registers.register import registers

RecordAnswer = serializer_for(registers.by_slug("impact-assessments"))


class NextAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Begin the next assessment of the same system", tags=["impact assessments"], request=None,
        responses={201: RecordAnswer}, parameters=[IDEMPOTENCY], operation_id="impact_assessments_next",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        rows = ImpactAssessment.objects.permitted(self.actor, Permission.RISKS_VIEW)
        assessment = get_object_or_404(rows.select_related("key", "organisation", "system"), reference=reference)
        require(self.actor, Permission.RISKS_EDIT, assessment)
        return once(request, lambda: self._begun(assessment))

    def _begun(self, assessment: ImpactAssessment) -> Response:
        try:
            begun = begin_next(assessment=assessment, by=self.actor)
        except AlreadyRunning as error:
            raise ValidationError({"system": [str(error)]}) from None
        return Response(RecordAnswer(begun, context={"actor": self.actor}).data, status=201)

"""Running a test through the API: the answer is the background work that does it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from controls.jobs import start_run
from controls.models import ControlTest
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.jobs.api import JobSerializer


class RunTestAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Run a test on decision records now", tags=["control tests"], request=None,
        responses={202: JobSerializer}, operation_id="control_tests_run",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        rows = ControlTest.objects.permitted(self.actor, Permission.CONTROLS_VIEW)
        test = get_object_or_404(rows.select_related("key", "organisation"), reference=reference)
        require(self.actor, Permission.CONTROLS_EDIT, test)
        if not test.by_itself or test.archived_at is not None:
            raise ValidationError({"way": [_("Only a test on decision records that is in use runs by itself.")]})
        return Response(JobSerializer(start_run(test=test, by=self.actor)).data, status=202)

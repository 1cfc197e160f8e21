"""The register for DORA through the API: how complete it is, and the workbook."""

from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.jobs.api import JobSerializer
from vendors.dora.jobs import hand_out_register, is_long, start_register
from vendors.dora.register import EDITION, register_for

TAGS = ["DORA register"]


class DoraSheetSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    template = serializers.CharField(allow_blank=True, help_text="Its code in (EU) 2024/2956; empty: Assay’s own")
    rows = serializers.IntegerField()


class DoraGapSerializer(serializers.Serializer):  # type: ignore[type-arg]
    text = serializers.CharField()
    column = serializers.CharField()
    count = serializers.IntegerField()
    references = serializers.ListField(child=serializers.CharField())


class DoraSerializer(serializers.Serializer):  # type: ignore[type-arg]
    edition = serializers.CharField()
    sheets = DoraSheetSerializer(many=True)
    gaps = DoraGapSerializer(many=True)


class DoraView(OrganisationMixin, APIView):
    def check(self) -> None:
        if not self.actor.can(Permission.VENDORS_VIEW):
            raise Http404


class DoraAPI(DoraView):
    @extend_schema(
        tags=TAGS, summary="Which sheets the register for DORA has, and what it lacks", responses=DoraSerializer,
        operation_id="dora_register",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        self.check()
        register = register_for(self.actor)
        sheets = [
            {"name": one.sheet.name, "template": one.sheet.template, "rows": len(one.rows)} for one in register.sheets
        ]
        gaps = [
            {
                "text": str(gap.text),
                "column": gap.column,
                "count": gap.count,
                "references": [record.reference for record in gap.records],
            }
            for gap in register.gaps
        ]
        return Response(DoraSerializer({"edition": EDITION, "sheets": sheets, "gaps": gaps}).data)


class DoraFileAPI(DoraView):
    @extend_schema(
        tags=TAGS, operation_id="dora_register_file",
        summary="The register for DORA as a workbook; 409 where there are so many vendors that it has to be asked for",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> FileResponse:
        self.check()
        if is_long(self.actor):
            raise Conflict(_("So many vendors are in use that a worker makes it: POST to “dora/exports”."))
        return hand_out_register(self.actor)


class DoraExportsAPI(DoraView):
    @extend_schema(
        tags=TAGS, summary="Ask for the workbook; the answer is the background work that makes it", request=None,
        operation_id="dora_register_export", responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        self.check()
        return Response(JobSerializer(start_register(self.actor)).data, status=202)

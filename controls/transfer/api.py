"""Frameworks in and out through the API: send a file, read what would happen, say that it be done; fetch files."""

import uuid
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from controls.models import Framework
from controls.oscal.refusal import OSCALRefused
from controls.transfer.export_pages import (
    framework_file,
    json_file,
    mappings_file,
    requirements_file,
    wants_texts,
)
from controls.transfer.exports import export_components
from controls.transfer.jobs import CHECK, IMPORT, start_check, start_import
from controls.transfer.kinds import MODELS
from controls.transfer.pages import may_do, take_in
from controls.transfer.settings import Settings
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.imports.outcome import KEPT_PROBLEMS
from grc.jobs.actions import progress_of
from grc.jobs.lines import jobs_of
from grc.models.activity import ActivityEvent
from grc.models.job import Job
from grc.strict_json import JSONRefused, loads
from grc.tabular.reading import TableUnreadable
from grc.uploads import FileRefused

TAGS = ["frameworks"]
_TEXTS = OpenApiParameter("texts", OpenApiTypes.INT, enum=[0, 1], description="1: with the original texts entered here")
_FILE = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
_DOCUMENT = {200: OpenApiResponse(OpenApiTypes.OBJECT, description="An OSCAL document, valid against NIST’s schema")}
_KIND = OpenApiParameter("kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["csv", "xlsx"])
_KIND_OR_JSON = OpenApiParameter("kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["csv", "xlsx", "json"])


class TransferFileSerializer(serializers.Serializer):  # type: ignore[type-arg]
    file = serializers.FileField(
        allow_empty_file=True,
        help_text="An OSCAL catalog, profile or mapping collection (JSON); or a table (CSV, XLSX)",
    )
    into = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=40,
        help_text="A framework’s reference; empty: a new one",
    )
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    short = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    answers = serializers.CharField(
        required=False, allow_blank=True, default="",
        help_text='JSON: {"#…": "FRM-0001"}, which framework each thing is that the check asked for',
    )  # fmt: skip


class TransferProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    row = serializers.IntegerField(help_text="Of a table; 0 in a document")
    place = serializers.CharField(help_text="The path in a document, or the column of a table")
    value = serializers.CharField()
    reason = serializers.CharField()


class TransferQuestionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField(help_text="The key of the answer")
    title = serializers.CharField()


class TransferSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """``can_be_done``: POST to this address does it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[CHECK, IMPORT])
    state = serializers.ChoiceField(choices=Job.State.choices)
    error = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    model = serializers.ChoiceField(choices=[*MODELS, ""])
    title = serializers.CharField()
    framework = serializers.CharField(help_text="The reference of the framework that it goes into, or went into")
    create = serializers.IntegerField()  # type: ignore[assignment]  # a field, where DRF has a method
    change = serializers.IntegerField()
    same = serializers.IntegerField()
    problem_count = serializers.IntegerField()
    problems = TransferProblemSerializer(many=True, help_text=f"The first {KEPT_PROBLEMS}")
    warnings = TransferProblemSerializer(many=True)
    questions = TransferQuestionSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    can_be_done = serializers.BooleanField()


def shown(job: Job) -> dict[str, Any]:
    result: dict[str, Any] = job.result or {}
    done, total, _step = progress_of(job)
    names = ("row", "place", "value", "reason")
    return {
        "id": job.public_id,
        "kind": job.kind,
        "state": job.state,
        "error": job.error,
        "done": done,
        "total": total,
        "model": result.get("model", ""),
        "title": result.get("title", ""),
        "framework": result.get("reference") or result.get("target", ""),
        **{name: result.get(name, 0) for name in ("create", "change", "same", "problem_count")},
        **{
            name: [dict(zip(names, problem, strict=True)) for problem in result.get(name, ())]
            for name in ("problems", "warnings")
        },
        "questions": result.get("questions", []),
        "notes": result.get("notes", []),
        "can_be_done": may_do(job),
    }


class FrameworksBase(OrganisationMixin, APIView):
    """Base of these views: for who may see frameworks; for others they do not exist."""

    view = Permission.FRAMEWORKS_VIEW

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(self.view):
            raise Http404

    def framework(self, reference: str) -> Framework:
        rows = Framework.objects.permitted(self.actor, Permission.FRAMEWORKS_VIEW)
        found: Framework = get_object_or_404(rows.select_related("key", "organisation", "base"), reference=reference)
        return found


class TransfersBase(FrameworksBase):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods:
            require(self.actor, Permission.FRAMEWORKS_EDIT)


class TransfersAPI(TransfersBase):
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="Check a file of a framework or of mappings: what importing it would do", tags=TAGS,
        operation_id="frameworks_transfers_create", request=TransferFileSerializer, responses={202: TransferSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = TransferFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        settings = Settings.of({**values, "answers": _answers(values["answers"])})
        upload = values["file"]
        try:
            file, _was = take_in(upload, by=self.actor)
        except (FileRefused, TableUnreadable, OSCALRefused) as error:  # answered, not raised: the event stays
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=f"{upload.name}: {error}")
            return Response({"error": str(error), "fields": {"file": [str(error)]}}, status=400)
        return Response(shown(start_check(file=file, settings=settings, by=self.actor)), status=202)


class TransferAPI(TransfersBase):
    def job(self, public_id: uuid.UUID) -> Job:
        jobs = jobs_of(self.actor).filter(kind__in=(CHECK, IMPORT))
        found: Job = get_object_or_404(jobs.select_related("source"), public_id=public_id)
        return found

    @extend_schema(
        summary="What a check found, or an import did", tags=TAGS, operation_id="frameworks_transfers_retrieve",
        responses=TransferSerializer,
    )  # fmt: skip
    def get(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        return Response(shown(self.job(job)))

    @extend_schema(
        summary="Do what a check found good: everything, or nothing", tags=TAGS,
        operation_id="frameworks_transfers_do", request=None, responses={202: TransferSerializer},
    )  # fmt: skip
    def post(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        check = self.job(job)
        if not may_do(check):
            raise Conflict("This is no check that has found something to do and nothing in its way.")
        return Response(shown(start_import(check=check, by=self.actor)), status=202)


class FrameworkOSCALAPI(FrameworksBase):
    @extend_schema(
        summary="A framework as an OSCAL catalog, or profile where it is one", tags=TAGS, parameters=[_TEXTS],
        operation_id="frameworks_oscal_retrieve", responses=_DOCUMENT,
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> HttpResponse:
        return framework_file(self.framework(reference), self.actor, with_texts=wants_texts(request.query_params))


class RequirementsTableAPI(FrameworksBase):
    @extend_schema(
        summary="The requirements of a framework as a table that is read again", tags=TAGS, parameters=[_TEXTS, _KIND],
        operation_id="frameworks_requirements_table", responses=_FILE,
    )  # fmt: skip
    def get(self, request: Request, reference: str, kind: str, **_kwargs: Any) -> FileResponse:
        texts = wants_texts(request.query_params)
        return requirements_file(self.framework(reference), self.actor, kind=kind, with_texts=texts)


class MappingsAPI(FrameworksBase):
    @extend_schema(
        summary="The mappings between two frameworks: as an OSCAL mapping collection, or a table", tags=TAGS,
        parameters=[_KIND_OR_JSON], operation_id="frameworks_mappings_file", responses=_FILE,
    )  # fmt: skip
    def get(
        self, request: Request, reference: str, other: str, kind: str, **_kwargs: Any
    ) -> HttpResponse | FileResponse:
        return mappings_file(self.framework(reference), self.framework(other), self.actor, kind=kind)


class ComponentsAPI(FrameworksBase):
    view = Permission.CONTROLS_VIEW

    @extend_schema(
        summary="The organisation’s controls as an OSCAL component definition", tags=["controls"],
        operation_id="controls_oscal_retrieve", responses=_DOCUMENT,
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        return json_file(export_components(by=self.actor), "controls-component-definition.json")


def _answers(text: str) -> dict[str, Any]:
    try:
        found = loads(text or "{}", max_bytes=20_000)
    except JSONRefused as error:
        raise serializers.ValidationError({"answers": [str(error)]}) from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise serializers.ValidationError({"answers": ["A JSON object of texts is expected."]})
    return found

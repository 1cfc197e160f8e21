"""Imports through the API: send the file, read what would happen, say that it be done."""

import json
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.imports.importers import file_importers
from grc.imports.jobs import CHECK, IMPORT, start_check, start_import
from grc.imports.outcome import KEPT_PROBLEMS
from grc.imports.pages import XLSX
from grc.imports.plan import BadPlan, Plan, checked
from grc.imports.source import extension_of, head_of, opened, store_table
from grc.imports.targets import Target, targets_of
from grc.imports.template import write_template
from grc.jobs.actions import progress_of
from grc.jobs.lines import jobs_of
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.job import Job
from grc.registers.register import Register
from grc.tabular.reading import TableUnreadable
from grc.uploads import FileRefused

TAGS = ["imports"]
TABLES = (".csv", ".xlsx", ".xlsm", ".txt")


class ImportFileSerializer(serializers.Serializer):  # type: ignore[type-arg]
    file = serializers.FileField(allow_empty_file=True, help_text="CSV, XLSX, or a ZIP with an index")
    columns = serializers.CharField(
        required=False, help_text='JSON: {"0": "name"}, column from 0 to field; without it, guessed by the headings'
    )
    sheet = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    header = serializers.IntegerField(required=False, default=0, min_value=0, max_value=999_999)
    dates = serializers.CharField(required=False, help_text='JSON: {"review_on": "dmy"} or "mdy"')


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    row = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField()


class ImportSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """``can_be_done``: POST to this address does it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[CHECK, IMPORT])
    state = serializers.ChoiceField(choices=Job.State.choices)
    error = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    columns = serializers.DictField(child=serializers.CharField())
    rows = serializers.IntegerField()
    create = serializers.IntegerField()  # type: ignore[assignment]  # a field, where DRF has a method
    change = serializers.IntegerField()
    same = serializers.IntegerField()
    bad = serializers.IntegerField()
    problem_count = serializers.IntegerField()
    problems = ProblemSerializer(many=True, help_text=f"The first {KEPT_PROBLEMS}")
    ask = serializers.ListField(child=serializers.CharField(), help_text="Fields whose dates can be read in two ways")
    can_be_done = serializers.BooleanField()


def shown(job: Job) -> dict[str, Any]:
    result = job.result or {}
    done, total, _step = progress_of(job)
    counts = {name: result.get(name, 0) for name in ("rows", "create", "change", "same", "bad", "problem_count")}
    names = ("row", "column", "value", "reason")
    good = not counts["problem_count"] and not result.get("ask")
    return {
        "id": job.public_id,
        "kind": job.kind,
        "state": job.state,
        "error": job.error,
        "done": done,
        "total": total,
        "columns": job.params["columns"],
        **counts,
        "problems": [dict(zip(names, problem, strict=True)) for problem in result.get("problems", ())],
        "ask": result.get("ask", []),
        "can_be_done": job.kind == CHECK and job.state == Job.State.DONE and good,
    }


class ImportsBase(OrganisationMixin, APIView):
    """Base of these views: for who may change records of the register; for who may not see it, it does not exist."""

    register: Register = None  # type: ignore[assignment]  # given to as_view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(self.register.view):
            raise Http404
        if request.method in self.allowed_methods:
            require(self.actor, self.register.edit)


class ImportsAPI(ImportsBase):
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="Check a file: what importing it would do", tags=TAGS, request=ImportFileSerializer,
        responses={202: ImportSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = ImportFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        columns, dates = _mapping(values, "columns"), _mapping(values, "dates")
        upload = values["file"]
        name = upload.name or ""
        archives = (".zip",) if self.register.slug in file_importers else ()
        try:
            if extension_of(name) not in (*TABLES, *archives):
                raise FileRefused(f"“{name[:80]}” is no table. Save it as CSV or XLSX.")
            file, _was = store_table(upload=upload, name=name, by=self.actor)
            plan = self._plan(file, values, columns, dates)
        except (FileRefused, TableUnreadable) as error:  # answered, not raised: the event stays
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=f"{name}: {error}")
            return Response({"error": str(error), "fields": {"file": [str(error)]}}, status=400)
        except BadPlan as error:
            return Response({"error": str(error), "fields": {"columns": error.problems}}, status=400)
        job = start_check(register=self.register, file=file, plan=plan, by=self.actor)
        return Response(shown(job), status=202)

    def _plan(self, file: File, values: dict[str, Any], columns: dict[str, str], dates: dict[str, str]) -> Plan:
        targets: list[Target] = targets_of(self.register, with_files=extension_of(file.name) == ".zip")
        with opened(file) as table:
            head = head_of(table, targets, sheet=values["sheet"], header=values["header"])
        matched = {int(n): name for n, name in columns.items()} if columns else dict(head.plan.columns)
        return checked(Plan(matched, head.sheet, head.header, dates), targets)


class ImportAPI(ImportsBase):
    def job(self, public_id: uuid.UUID) -> Job:
        jobs = jobs_of(self.actor).filter(kind__in=(CHECK, IMPORT), params__register=self.register.slug)
        found: Job = get_object_or_404(jobs.select_related("source"), public_id=public_id)
        return found

    @extend_schema(summary="What a check found, or an import did", tags=TAGS, responses=ImportSerializer)
    def get(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        return Response(shown(self.job(job)))

    @extend_schema(
        summary="Do what a check found good: all rows, or none", tags=TAGS, request=None,
        responses={202: ImportSerializer},
    )  # fmt: skip
    def post(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        check = self.job(job)
        if not shown(check)["can_be_done"]:
            raise Conflict("This is no check that has found every row good.")
        return Response(shown(start_import(check=check, by=self.actor)), status=202)


class ImportTemplateAPI(ImportsBase):
    @extend_schema(
        summary="The table to fill in (XLSX)", tags=TAGS,
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        response = HttpResponse(content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{self.register.slug}-template.xlsx"'
        write_template(response, register=self.register, by=self.actor)  # type: ignore[arg-type]
        return response


def _mapping(values: dict[str, Any], name: str) -> dict[str, str]:
    try:
        found = json.loads(values.get(name) or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise serializers.ValidationError({name: ["A JSON object of texts is expected."]})
    if name == "columns" and not all(key.isdecimal() and len(key) < 5 for key in found):
        raise serializers.ValidationError({name: ["Columns are numbered from 0."]})
    return found

"""Background work through the API: the same jobs, the same rules as its pages."""

import uuid
from typing import Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.jobs.actions import cancel_job, progress_of
from grc.jobs.lines import jobs_of
from grc.jobs.runners import may_see
from grc.models.activity import ActivityEvent
from grc.models.job import Job

TAGS = ["background work"]


class JobSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    done = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    step = serializers.SerializerMethodField()
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    has_file = serializers.SerializerMethodField()

    def get_done(self, job: Job) -> int:
        return progress_of(job)[0]

    def get_total(self, job: Job) -> int | None:
        return progress_of(job)[1]

    def get_step(self, job: Job) -> str:
        return progress_of(job)[2]

    def get_has_file(self, job: Job) -> bool:
        return job.product_id is not None


class JobsAPI(OrganisationMixin, GenericAPIView):  # type: ignore[type-arg]
    """Base of these views: the caller's own jobs."""

    serializer_class = JobSerializer
    queryset = Job.unscoped.none()

    def job(self, public_id: uuid.UUID) -> Job:
        found: Job = get_object_or_404(jobs_of(self.actor).select_related("product"), public_id=public_id)
        return found


class JobListAPI(JobsAPI):
    @extend_schema(summary="Your background work, newest first", tags=TAGS, operation_id="jobs_list")
    def get(self, request: Request, **_kwargs: Any) -> Response:
        page = self.paginate_queryset(jobs_of(self.actor).defer("result"))
        return self.get_paginated_response(JobSerializer(page, many=True).data)


class JobAPI(JobsAPI):
    @extend_schema(summary="How one piece of background work stands", tags=TAGS, operation_id="jobs_retrieve")
    def get(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        return Response(JobSerializer(self.job(job)).data)


class JobCancelAPI(JobsAPI):
    @extend_schema(summary="Stop it; nothing of it is kept", tags=TAGS, request=None, responses=JobSerializer)
    def post(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> Response:
        found = self.job(job)
        if not cancel_job(job=found, by=self.actor):
            raise Conflict("It had ended already.")
        found.refresh_from_db()
        return Response(JobSerializer(found).data)


class JobFileAPI(JobsAPI):
    @extend_schema(
        summary="The file that it made", tags=TAGS, operation_id="jobs_file",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, job: uuid.UUID, **_kwargs: Any) -> FileResponse:
        found = self.job(job)
        if found.product is None or not may_see(found, self.actor):
            raise Http404
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, detail=found.product.name)
        return attachment(found.product)

"""Exports through the API: ask for a list as a file, then fetch the file of the job."""

from typing import Any

from django.http import Http404, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.exports.lists import start_export
from grc.jobs.api import JobSerializer
from grc.registers.export import PAGED_KINDS
from grc.registers.query import ListQuery
from grc.registers.register import Register


class ExportSerializer(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=sorted(PAGED_KINDS))
    query = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=4000,
        help_text="As in the list's address: “q=…&sort=name&col=name&state=open”",
    )


class ExportsAPI(OrganisationMixin, APIView):
    register: Register = None  # type: ignore[assignment]  # given to as_view

    @extend_schema(
        summary="Ask for a list as a file; the answer is the background work that makes it", tags=["exports"],
        request=ExportSerializer, responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = ExportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        params = QueryDict(given.validated_data["query"])
        query = ListQuery.read(self.register, self.actor, params, strict=True)
        query.rows()  # what cannot be understood is refused now, not by the worker
        job = start_export(query, kind=given.validated_data["kind"], params=params)
        return Response(JobSerializer(job).data, status=202)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(self.register.view):
            raise Http404

"""The archive by API: for a session that has just proved who it is, since a token would carry everything away."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.models.token import APIToken
from grc.portable.actions import start_archive


class ArchiveStartedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    job = serializers.UUIDField(help_text="The job that makes the archive")
    url = serializers.CharField(help_text="Where its progress and its file are")


class ArchiveAPI(OrganisationMixin, APIView):
    @extend_schema(
        tags=["archive"],
        summary="Ask for the whole organisation as an archive",
        description="Needs a session in which the password (or another proof) was given within the last minutes.",
        request=None,
        responses={202: ArchiveStartedSerializer},
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, Permission.ORGANISATION_EXPORT)
        if isinstance(request.auth, APIToken) or is_reauthentication_required(request._request, app="account"):
            raise Conflict(_("An archive of everything is for a session in which you have just confirmed who you are."))
        return once(request, self._start)

    def _start(self) -> Response:
        job = start_archive(by=self.actor)
        url = reverse("api-job", args=[self.actor.organisation.slug, job.public_id])
        return Response({"job": str(job.public_id), "url": url}, status=202)

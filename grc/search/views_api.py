"""Saved views by API: one's own, and those that others share."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.serializers import StrictSerializer, words_field
from grc.models.search import SavedView
from grc.registers.register import registers
from grc.search.saved_views import change_view, delete_view, save_view, start_with, views_seen

TAGS = ["saved views"]


class SavedViewSerializer(StrictSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    register = serializers.CharField(max_length=60, help_text="A register's slug; it cannot be changed later.")
    name = words_field(80)
    query = words_field(
        2000,
        allow_blank=True,
        required=False,
        default="",
        help_text="The list's parameters: q, sort, col, archived and its filters.",
    )
    shared = serializers.BooleanField(required=False, default=False)
    person = serializers.CharField(source="person.email", read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.partial and "register" in attrs:
            raise serializers.ValidationError({"register": ["A view stays in its register."]})
        return attrs


class StartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    start = serializers.BooleanField(help_text="Whether one's own list opens with this view.")


class SavedViewsAPI(OrganisationMixin, APIView):
    @extend_schema(summary="List saved views", tags=TAGS, responses=SavedViewSerializer(many=True))
    def get(self, request: Request, organisation: str) -> Response:
        return Response(SavedViewSerializer(views_seen(self.actor), many=True).data)

    @extend_schema(summary="Save a view", tags=TAGS, request=SavedViewSerializer, responses={201: SavedViewSerializer})
    def post(self, request: Request, organisation: str) -> Response:
        return once(request, lambda: self._save(request))

    def _save(self, request: Request) -> Response:
        given = SavedViewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        found = [r for r in registers if r.slug == data["register"] and self.actor.can(r.view)]
        if not found:
            raise serializers.ValidationError({"register": ["There is no such register here."]})
        view = save_view(**data | {"register": found[0]}, by=self.actor)
        return Response(SavedViewSerializer(view).data, status=201)


class SavedViewAPI(OrganisationMixin, APIView):
    @extend_schema(summary="Read a saved view", tags=TAGS, responses=SavedViewSerializer)
    def get(self, request: Request, organisation: str, view: Any) -> Response:
        return Response(SavedViewSerializer(self._find(view)).data)

    @extend_schema(summary="Change a saved view", tags=TAGS, request=SavedViewSerializer, responses=SavedViewSerializer)
    def patch(self, request: Request, organisation: str, view: Any) -> Response:
        found = self._find(view)
        given = SavedViewSerializer(found, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        sent = {name: given.validated_data[name] for name in ("name", "query", "shared") if name in request.data}
        return Response(SavedViewSerializer(change_view(view=found, by=self.actor, **sent)).data)

    @extend_schema(summary="Delete a saved view", tags=TAGS, responses={204: None})
    def delete(self, request: Request, organisation: str, view: Any) -> Response:
        delete_view(view=self._find(view), by=self.actor)
        return Response(status=204)

    def _find(self, public_id: Any) -> SavedView:
        view = views_seen(self.actor).filter(public_id=public_id).first()
        if view is None:
            raise NotFound
        return view


class StartViewAPI(SavedViewAPI):
    http_method_names = ["post", "options"]

    @extend_schema(summary="Start a list with a view", tags=TAGS, request=StartSerializer, responses={204: None})
    def post(self, request: Request, organisation: str, view: Any) -> Response:
        found = self._find(view)
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        start = found if given.validated_data["start"] else None
        start_with(register=registers.by_slug(found.register), view=start, by=self.actor)
        return Response(status=204)

"""Every register as an API, made from its declaration: the same gate, queries and actions as its pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grc.access.gate import require
from grc.actions.records import archive_record, change_record, create_record, restore_record
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.serializers import serializer_for
from grc.registers.history import changes, with_happenings
from grc.registers.query import ListQuery
from grc.registers.references import PATTERN
from grc.registers.register import Register

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same write sent twice is done once.",
)
LOCK = "The lock of the record as you read it; a write with an older one answers 409."


class ReasonSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reason = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class DifferenceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    heading = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class HistorySerializer(serializers.Serializer):  # type: ignore[type-arg]
    at = serializers.DateTimeField()
    who = serializers.CharField()
    kind = serializers.CharField()
    reason = serializers.CharField()
    differences = DifferenceSerializer(many=True)


class RegisterViewSet(OrganisationMixin, viewsets.GenericViewSet):  # type: ignore[type-arg]
    """One register. PUT and DELETE do not exist: change with PATCH, archive instead of deleting."""

    register: Register
    lookup_field = "reference"
    lookup_value_regex = PATTERN

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(self.register.view):
            raise Http404

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": getattr(self, "actor", None)}

    def get_queryset(self) -> "QuerySet[Any]":
        if not hasattr(self, "actor"):  # the schema is drawn for nobody
            return self.register.model.unscoped.none()
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        return rows.select_related("key", "organisation", *self.register.foreign(self.register.fields))

    def list(self, request: Request, **_: Any) -> Response:
        query = ListQuery.read(self.register, self.actor, request.query_params, strict=True)
        query.columns = tuple(self.register.fields)
        page = self.paginate_queryset(query.rows(whole=True))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, **_: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    # who may not write is refused before an earlier answer is looked up: a role may have been taken away since

    def create(self, request: Request, **_: Any) -> Response:
        require(self.actor, self.register.edit)
        return once(request, lambda: self._create(request))

    def partial_update(self, request: Request, **_: Any) -> Response:
        record = self._editable()
        return once(request, lambda: self._change(request, record))

    @action(detail=True, methods=["get"])
    def history(self, request: Request, **_: Any) -> Response:
        record = self.get_object()
        rows = record.history.select_related(
            "history_user", "organisation", *self.register.foreign(self.register.fields)
        )
        found = list(rows.order_by("-history_date", "-history_id")[:500])
        steps = changes(self.register, [*found, None])
        steps = with_happenings(steps, record, self.actor, found[-1].history_date if len(found) == 500 else None, None)
        return Response(HistorySerializer(steps, many=True).data)

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **_: Any) -> Response:
        record = self._editable()
        return once(request, lambda: self._archive(request, record, archive_record))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **_: Any) -> Response:
        record = self._editable()
        return once(request, lambda: self._archive(request, record, restore_record))

    def _editable(self) -> Any:
        record = self.get_object()
        require(self.actor, self.register.edit, record)
        return record

    def _create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        record = self.register.model(organisation=self.actor.organisation, **serializer.validated_data)
        self._check(record)
        create_record(record=record, by=self.actor)
        return Response(self.get_serializer(record).data, status=201)

    def _change(self, request: Request, record: Any) -> Response:
        lock = dict(request.data).get("lock")
        if not isinstance(lock, int) or isinstance(lock, bool):
            raise serializers.ValidationError({"lock": [LOCK]})
        serializer = self.get_serializer(record, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(record, name, value)
        self._check(record)
        change_record(record=record, by=self.actor, lock=lock)
        return Response(self.get_serializer(record).data)

    def _archive(self, request: Request, record: Any, act: Any) -> Response:
        reason = ReasonSerializer(data=request.data)
        reason.is_valid(raise_exception=True)
        saved = act(record=record, by=self.actor, reason=reason.validated_data["reason"])
        return Response(self.get_serializer(saved).data)

    def _check(self, record: Any) -> None:
        # the rules of one row live on the model; the form runs the same ones
        kernel = {"key", "organisation", "reference", "owner"}
        record.full_clean(exclude=kernel, validate_unique=False, validate_constraints=False)
        record.validate_unique(exclude={"key", "reference"})
        record.validate_constraints(exclude={"key", "reference"})


def viewset_for(register: Register) -> type[RegisterViewSet]:
    """The viewset class of a register, described for OpenAPI in the register's own words."""
    plural, serializer = str(register.plural), serializer_for(register)
    one = str(register.name)
    filters = [
        OpenApiParameter(name, OpenApiTypes.STR, many=True)
        for name in (*register.filters, *(own.called for own in register.more_filters))
    ]
    controls = [
        OpenApiParameter("q", OpenApiTypes.STR, description="Search text"),
        OpenApiParameter("sort", OpenApiTypes.STR, description="A column; with “-” before it, descending"),
        OpenApiParameter("archived", OpenApiTypes.BOOL, description="Archived records instead of those in use"),
    ]
    viewset = type(
        f"{register.model.__name__}ViewSet",
        (RegisterViewSet,),
        {"register": register, "serializer_class": serializer, "queryset": register.model.unscoped.none()},
    )
    tagged = {"tags": [plural]}
    decorate = extend_schema_view(
        list=extend_schema(summary=f"List {plural}", parameters=[*controls, *filters], **tagged),  # type: ignore[arg-type]
        retrieve=extend_schema(summary=f"Read one {one}", **tagged),  # type: ignore[arg-type]
        create=extend_schema(summary=f"Create one {one}", parameters=[IDEMPOTENCY], **tagged),  # type: ignore[arg-type]
        partial_update=extend_schema(
            summary=f"Change one {one}",
            parameters=[IDEMPOTENCY],
            description=f"`lock` is required. {LOCK}",
            **tagged,  # type: ignore[arg-type]
        ),
        history=extend_schema(summary="Who changed what", responses=HistorySerializer(many=True), **tagged),  # type: ignore[arg-type]
        archive=extend_schema(summary=f"Archive one {one}", request=ReasonSerializer, **tagged),  # type: ignore[arg-type]
        restore=extend_schema(summary=f"Restore one {one}", request=ReasonSerializer, **tagged),  # type: ignore[arg-type]
    )
    return decorate(viewset)

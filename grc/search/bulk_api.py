"""One change to many records, and a tag renamed everywhere, by API."""

from typing import Any

from django.http import Http404, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import StrictSerializer, serializer_for, words_field
from grc.registers.bulk import AT_ONCE, SHOWN, BulkChange, BulkRefused, bulk_fields, change_many
from grc.registers.query import ListQuery
from grc.registers.register import Register, registers
from grc.search.renaming import TagRefused, records_with, rename_tag
from grc.search.tags import LONGEST, MOST, tags_in_use


def tag_field(**options: Any) -> serializers.CharField:
    return words_field(LONGEST, **options)


class BulkSerializer(StrictSerializer):
    records = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=2**31 - 1),
        required=False,
        help_text=f"Reference to lock, for at most {AT_ONCE} records; one that was changed since refuses all.",
    )
    query = words_field(
        2000,
        required=False,
        allow_blank=True,
        help_text="Instead of records: a list's parameters; count must be how many it matches.",
    )
    count = serializers.IntegerField(required=False, min_value=1, max_value=AT_ONCE)
    change = serializers.DictField(required=False, default=dict, help_text="Field to new value, as in PATCH.")
    add_tags = serializers.ListField(child=tag_field(), required=False, default=list, max_length=MOST)
    remove_tags = serializers.ListField(child=tag_field(), required=False, default=list, max_length=MOST)
    archived = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="True archives, false restores; with nothing else."
    )
    reason = words_field(100, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        super().validate(attrs)
        if ("records" in attrs) == ("query" in attrs):
            raise serializers.ValidationError({"records": ["Send either records or a query with its count."]})
        if "query" in attrs and "count" not in attrs:
            raise serializers.ValidationError({"count": ["Say how many records the query matches."]})
        if len(attrs.get("records", ())) > AT_ONCE:
            raise serializers.ValidationError({"records": [f"Send at most {AT_ONCE} records at once."]})
        edits = bool(attrs["change"] or attrs["add_tags"] or attrs["remove_tags"])
        if edits == (attrs["archived"] is not None):
            raise serializers.ValidationError({"change": ["Send changes, or archived; not both, and not neither."]})
        return attrs


class ChangedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    changed = serializers.IntegerField()
    locks = serializers.DictField(child=serializers.IntegerField(), help_text="Reference to lock, of what was changed.")


class RenamedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    changed = serializers.IntegerField()


class RenameSerializer(StrictSerializer):
    tag = tag_field()
    to = tag_field(allow_blank=True)
    reason = words_field(100, required=False, allow_blank=True, default="")


class TagUseSerializer(serializers.Serializer):  # type: ignore[type-arg]
    tag = serializers.CharField()
    count = serializers.IntegerField()
    registers = serializers.DictField(child=serializers.IntegerField())


class BulkAPI(OrganisationMixin, APIView):
    register: Register

    def post(self, request: Request, organisation: str) -> Response:
        if not self.actor.can(self.register.view):
            raise Http404
        require(self.actor, self.register.edit)
        return once(request, lambda: self._change(request))

    def _change(self, request: Request) -> Response:
        given = BulkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        change = BulkChange(
            values=self._values(data["change"]),
            add_tags=tuple(data["add_tags"]),
            remove_tags=tuple(data["remove_tags"]),
            archived=data["archived"],
        )
        try:
            changed: list[Any] = change_many(
                register=self.register, locks=self._locks(data), change=change, by=self.actor, reason=data["reason"]
            )
        except BulkRefused as error:
            shown = {each.reference: [each.sentence] for each in error.refusals[: SHOWN * 5]}
            raise Refused(shown) from None
        return Response({"changed": len(changed), "locks": {record.reference: record.lock for record in changed}})

    def _values(self, change: dict[str, Any]) -> dict[str, Any]:
        allowed = bulk_fields(self.register)
        if refused := [name for name in change if name not in allowed]:
            sentence = "This field cannot be set for many records at once."
            raise serializers.ValidationError({name: [sentence] for name in refused})
        given = serializer_for(self.register)(data=change, partial=True, context={"actor": self.actor})
        given.validators = []  # what several fields must be together is judged record by record
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _locks(self, data: dict[str, Any]) -> dict[str, int]:
        if "records" in data:
            return dict(data["records"])
        query = ListQuery.read(self.register, self.actor, QueryDict(data["query"]), strict=True)
        locks = dict(query.chosen().values_list("reference", "lock")[: AT_ONCE + 1])
        if len(locks) != data["count"]:
            found = len(locks) if len(locks) <= AT_ONCE else f"more than {AT_ONCE}"
            raise Conflict(f"The query matches {found} records now.")
        return locks


class Refused(Conflict):
    """Nothing was changed: what each record says."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in fields.items()))


class TagsAPI(OrganisationMixin, APIView):
    @extend_schema(summary="List the tags in use", tags=["tags"], responses=TagUseSerializer(many=True))
    def get(self, request: Request, organisation: str) -> Response:
        return Response(TagUseSerializer(tags_in_use(self.actor), many=True).data)


class RenameTagAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Rename, merge or remove a tag everywhere",
        tags=["tags"],
        request=RenameSerializer,
        responses=RenamedSerializer,
        parameters=[IDEMPOTENCY],
    )
    def post(self, request: Request, organisation: str) -> Response:
        return once(request, lambda: self._rename(request))

    def _rename(self, request: Request) -> Response:
        given = RenameSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        locks = records_with(given.validated_data["tag"], self.actor)
        if sum(len(each) for each in locks.values()) > AT_ONCE:
            raise Conflict(
                f"More than {AT_ONCE} records have this tag: change them by the page, where a worker does it."
            )
        try:
            changed = rename_tag(**given.validated_data, by=self.actor)
        except TagRefused as error:
            raise Conflict(str(error)) from None
        return Response({"changed": changed})


def views() -> list[tuple[Register, type[BulkAPI]]]:
    """Each register's view, described in its own words."""
    made = []
    for register in registers:
        one = f"api_{register.slug.replace('-', '_')}_bulk"
        described = extend_schema(
            operation_id=one,
            summary=f"Change many {register.plural}",
            tags=[str(register.plural)],
            request=BulkSerializer,
            responses=ChangedSerializer,
            parameters=[IDEMPOTENCY],
        )
        members = {"register": register, "post": described(_post())}
        view = type(f"{register.model.__name__}BulkAPI", (BulkAPI,), members)
        made.append((register, view))
    return made


def _post() -> Any:
    """A method of each view's own: what describes it is kept on the function."""

    def post(self: BulkAPI, request: Request, organisation: str) -> Response:
        return BulkAPI.post(self, request, organisation)

    return post

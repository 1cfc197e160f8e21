"""Search over everything one may see, by API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.registers.query import BadQuery
from grc.search.finding import MAX_LENGTH
from grc.views.search import MAX_TAGS, Wanted, find, other_hits

KNOWN = {"q", "type", "tag", "archived", "page", "page_size"}
MAX_PAGE_SIZE = 100


class FoundSerializer(serializers.Serializer):  # type: ignore[type-arg]
    register = serializers.CharField()
    reference = serializers.CharField()
    title = serializers.CharField()
    extract = serializers.CharField(help_text="Escaped HTML; what was asked for stands in mark elements.")
    archived = serializers.BooleanField()
    url = serializers.CharField(help_text="The record's page.")


class OtherSerializer(serializers.Serializer):  # type: ignore[type-arg]
    title = serializers.CharField()
    kind = serializers.CharField()
    url = serializers.CharField()


class ResultsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField(help_text="Records found, of all types.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Records found by register.")
    similar = serializers.BooleanField(help_text="None holds the words as typed; these hold similar ones.")
    results = FoundSerializer(many=True)
    other = OtherSerializer(many=True, help_text="What is no record of a register, such as a decision by its id.")


class SearchView(OrganisationMixin, APIView):
    """The best first, page by page."""

    @extend_schema(
        summary="Search everything",
        tags=["search"],
        responses=ResultsSerializer,
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="Words, “phrases”, and -words that must not be there"),
            OpenApiParameter("type", OpenApiTypes.STR, description="A register's slug"),
            OpenApiParameter("tag", OpenApiTypes.STR, many=True, description="Each of these must be there"),
            OpenApiParameter("archived", OpenApiTypes.BOOL, description="Archived records as well"),
            OpenApiParameter("page", OpenApiTypes.INT),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="At most 100"),
        ],
    )
    def get(self, request: Request, organisation: str) -> Response:
        wanted = Wanted.read(_checked(request.query_params), self.actor)
        if request.query_params.get("type", "") != wanted.only:
            raise BadQuery("type", "There is no such register here.")
        results, _page = find(self.actor, wanted, size=_page_size(request.query_params.get("page_size", "20")))
        body: dict[str, Any] = {
            "count": results.count,
            "counts": results.counts,
            "similar": results.similar,
            "results": [
                {
                    "register": found.register.slug,
                    "reference": found.reference,
                    "title": found.name,
                    "extract": found.extract,
                    "archived": found.archived,
                    "url": found.url,
                }
                for found in results.found
            ],
            "other": [
                {"title": str(hit.title), "kind": str(hit.kind), "url": hit.url}
                for hit in other_hits(self.actor, wanted)
            ],
        }
        return Response(body)


def _checked(params: Any) -> Any:
    for name in params:
        if name not in KNOWN:
            raise BadQuery(name, "There is no such parameter.")
        if "\x00" in "".join(params.getlist(name)):
            raise BadQuery(name, "A NUL character has no place here.")
    if len(params.get("q", "")) > MAX_LENGTH:
        raise BadQuery("q", f"Search for at most {MAX_LENGTH} characters.")
    if len(params.getlist("tag")) > MAX_TAGS:
        raise BadQuery("tag", f"Ask for at most {MAX_TAGS} tags at once.")
    page = params.get("page", "1")
    if not (page.isascii() and page.isdecimal() and int(page[:6])):
        raise BadQuery("page", "Send a number from 1 on.")
    return params


def _page_size(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and 1 <= int(given) <= MAX_PAGE_SIZE):
        raise BadQuery("page_size", f"Send a number from 1 to {MAX_PAGE_SIZE}.")
    return int(given)

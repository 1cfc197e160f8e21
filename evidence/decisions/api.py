"""Decision records by API: the same look-up, gate and words as the pages."""

import base64
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.bundles.assemble import NotBundled, disclose
from evidence.decisions.page import as_json, page_of
from evidence.decisions.pages import attached
from evidence.decisions.table import lines_of, names_for
from evidence.find.lookup import PAGE_SIZE, Found, find_decision, list_decisions
from evidence.find.period import PRESETS
from evidence.find.quarantine import find_quarantined
from evidence.find.query import KINDS, OUTCOMES, DecisionQuery, read_decision_id
from evidence.find.reach import DecisionReach
from evidence.find.reference import ask_operators
from evidence.tlog import entry
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.models.activity import ActivityEvent
from grc.registers.query import BadQuery

MAX_PAGE = 500
TAGS = ["decision records"]


class DecisionLineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    when = serializers.DateTimeField()
    decision_id = serializers.CharField(help_text="Empty for heartbeats, gaps and key rotations.")
    kind = serializers.ChoiceField(choices=list(KINDS))
    system = serializers.CharField()
    outcome = serializers.CharField()
    policy = serializers.CharField(help_text="id@version")
    model = serializers.CharField(help_text="provider/name@version")
    source = serializers.CharField()  # type: ignore[assignment]
    seq = serializers.IntegerField()


class DecisionPageSerializer(serializers.Serializer):  # type: ignore[type-arg]
    results = DecisionLineSerializer(many=True)
    next_cursor = serializers.CharField(help_text="For the next page; empty on the last one.")


class VerdictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    check = serializers.CharField()
    result = serializers.CharField(help_text="holds, fails or not checked")
    sentence = serializers.CharField()


class DecisionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    decision_id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]
    log_id = serializers.CharField()
    seq = serializers.IntegerField()
    checked_at = serializers.DateTimeField()
    good = serializers.BooleanField()
    level = serializers.CharField(allow_null=True, help_text="A, B or C; null where a check fails")
    level_meaning = serializers.CharField()
    story = serializers.ListField(child=serializers.CharField())
    verdicts = VerdictSerializer(many=True)
    completion_verdicts = VerdictSerializer(many=True)
    limits = serializers.ListField(child=serializers.CharField())
    record = serializers.DictField(allow_null=True)
    completion = serializers.DictField(allow_null=True)
    payload_b64 = serializers.CharField(help_text="The exact bytes that were signed")


class ReferenceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField(max_length=512)


class AnswerSerializer(serializers.Serializer):  # type: ignore[type-arg]
    source = serializers.CharField()  # type: ignore[assignment]
    state = serializers.CharField(help_text="found, unknown, off or failed")
    subject_ref = serializers.CharField(help_text="The keyed hash to filter with; empty unless found")
    sentence = serializers.CharField()


def _filter(name: str, text: str, *, many: bool = True, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, many=many, description=text, enum=choices)


FILTERS = [
    _filter("subject", "A customer's keyed hash, 64 hexadecimal digits"),
    _filter("source", "A source's reference, such as SRC-0001"),
    _filter("system", "An AI system's id as the records have it"),
    _filter("policy", "A policy id, or id@version"),
    _filter("model", "provider/name@version"),
    _filter("outcome", "What was decided", choices=list(OUTCOMES)),
    _filter("kind", "Kind of record; decision unless given", many=False, choices=[*KINDS, "any"]),
    _filter("period", "A period that ends now; 30d unless given", many=False, choices=list(PRESETS)),
    _filter("from", "First day, or an instant with its zone", many=False),
    _filter("to", "Last day, or an instant with its zone (not included)", many=False),
    _filter("cursor", "next_cursor of the page before", many=False),
    OpenApiParameter("page_size", OpenApiTypes.INT, description=f"1 to {MAX_PAGE}; {PAGE_SIZE} unless given"),
]


class DecisionsAPI(OrganisationMixin, APIView):
    """Base of these views: whoever may not see decision records is answered 404."""

    reach: DecisionReach

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.reach = DecisionReach.whole(self.actor)

    def found(self, text: str) -> Found:
        found = find_decision(self.reach, self.identifier(text))
        if found is None:
            raise Http404
        return found

    def identifier(self, text: str) -> uuid.UUID:
        identifier = read_decision_id(text)
        if identifier is None:
            raise BadQuery("decision", _("A decision’s id is a UUID."))
        return identifier


class DecisionListAPI(DecisionsAPI):
    @extend_schema(
        operation_id="decisions_list",
        summary="List decision records",
        tags=TAGS,
        parameters=FILTERS,
        responses=DecisionPageSerializer,
    )
    def get(self, request: Request, **_kwargs: Any) -> Response:
        query = DecisionQuery.read(request.query_params, strict=True, also=frozenset({"page_size"}))
        size = _page_size(request.query_params.get("page_size", ""))
        listing = list_decisions(self.reach, query, size=size)
        lines = DecisionLineSerializer(lines_of(listing.rows, {}), many=True)
        return Response({"results": lines.data, "next_cursor": listing.next_cursor})


class DecisionAPI(DecisionsAPI):
    @extend_schema(
        summary="Read one decision with its verdicts",
        description="Every verdict is made anew from the stored bytes. One in quarantine answers 409 with the reason.",
        tags=TAGS,
        responses=DecisionSerializer,
    )
    def get(self, request: Request, decision: str, **_kwargs: Any) -> Response:
        identifier = self.identifier(decision)
        found = find_decision(self.reach, identifier)
        if found is None:
            for held in find_quarantined(self.reach, identifier):
                raise Conflict(f"{_('This decision is in quarantine.')} {held.stretch.what} {held.stretch.advice}")
            raise Http404
        view = page_of(found, names_for(self.actor, [found.decision]))
        raw = view.opened.raw
        payload = entry.decode(raw).payload if raw and view.opened.decision.record else b""
        return Response(as_json(view) | {"payload_b64": base64.b64encode(payload).decode()})


class BundleAPI(DecisionsAPI):
    @extend_schema(
        summary="Download the bundle of a decision",
        description="A zip file that verify.pyz checks offline. Written to the activity log as a disclosure.",
        tags=TAGS,
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, decision: str, **_kwargs: Any) -> HttpResponse:
        require(self.actor, Permission.DECISIONS_DISCLOSE)
        found = self.found(decision)
        try:
            raw = disclose(found, by=self.actor)
        except NotBundled as error:
            raise Conflict(error.reason) from None
        return attached(raw, f"decision-{found.decision.decision_id}.zip", "application/zip")


class SubjectAPI(DecisionsAPI):
    @extend_schema(
        summary="Turn a customer's own reference into keyed hashes",
        description="Asks the operator of every source. Assay keeps neither the reference nor the answer.",
        tags=TAGS,
        request=ReferenceSerializer,
        responses=AnswerSerializer(many=True),
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = ReferenceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = ask_operators(self.reach, given.validated_data["reference"])
        detail = _("asked %d source(s) for the keyed hash of a customer’s reference") % len(answers)
        record_activity(by=self.actor, verb=ActivityEvent.Verb.VIEWED, detail=detail)
        return Response(
            [
                {
                    "source": answer.source.reference,
                    "state": answer.state.value,
                    "subject_ref": answer.subject_ref,
                    "sentence": answer.sentence,
                }
                for answer in answers
            ]
        )


def _page_size(text: str) -> int:
    if not text:
        return PAGE_SIZE
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MAX_PAGE:
        raise BadQuery("page_size", _("A page has 1 to %(n)d rows.") % {"n": MAX_PAGE})
    return int(text)

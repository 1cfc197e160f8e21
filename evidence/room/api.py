"""A room's decision records through the API: the same reach, in the same log."""

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.bundles.assemble import NotBundled, assemble
from evidence.decisions.api import DecisionLineSerializer, DecisionPageSerializer
from evidence.decisions.page import as_json, page_of
from evidence.decisions.pages import attached
from evidence.decisions.table import lines_of
from evidence.find.lookup import Found, list_decisions
from evidence.room.access import ASKED_FOR, files_in, found_in, query_of, reach_of
from grc.access.gate import NotVisible
from grc.api.errors import Conflict
from grc.models.activity import ActivityEvent
from grc.room.api import RoomView

PARAMETERS = [OpenApiParameter(name, OpenApiTypes.STR) for name in ASKED_FOR]


class RoomDecisionsAPI(RoomView):
    @extend_schema(
        operation_id="room_decisions_list",
        summary="Decision records in a room",
        tags=["rooms"],
        parameters=PARAMETERS,
        responses=DecisionPageSerializer,
    )
    def get(self, request: Request, scope: uuid.UUID) -> Response:
        listing = list_decisions(reach_of(self.room), query_of(request.query_params))
        self.note("decision records")
        lines = DecisionLineSerializer(lines_of(listing.rows, {}), many=True)
        return Response({"results": lines.data, "next_cursor": listing.next_cursor})


class RoomDecisionAPI(RoomView):
    def found(self, decision: uuid.UUID) -> Found:
        found = found_in(self.room, decision)
        if found is None:
            raise NotVisible
        return found

    @extend_schema(summary="One decision of a room, verified now", tags=["rooms"], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, scope: uuid.UUID, decision: uuid.UUID) -> HttpResponse:
        found = self.found(decision)
        self.note(f"decision {decision}")
        return Response(as_json(page_of(found, {})))


class RoomBundleAPI(RoomDecisionAPI):
    @extend_schema(
        summary="The bundle of a decision, to be checked offline",
        tags=["rooms"],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, scope: uuid.UUID, decision: uuid.UUID) -> HttpResponse:
        found = self.found(decision)
        try:
            raw = assemble(found, files=files_in(self.room))
        except NotBundled as error:
            raise Conflict(error.reason) from None
        self.note(f"bundle of decision {decision}", verb=ActivityEvent.Verb.DISCLOSED)
        return attached(raw, f"decision-{decision}.zip", "application/zip")

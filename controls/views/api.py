"""Catalogues, starters and the wall by API: the same actions behind the same gate as the pages."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from controls.actions.frameworks import NotAdoptable, adopt_framework
from controls.actions.serving import add_control_for, serve_requirement
from controls.actions.starters import NoSuchStarter, adopt_starters
from controls.catalogues.shipped import KEYS
from controls.models import Control
from controls.outline import PARTS
from controls.standing import State
from controls.starters.shipped import starters
from controls.views.base import ControlsAPI, control_called, frameworks_in_use, requirement_called
from controls.views.catalogues import offers
from controls.views.coverage import named_requirement
from controls.views.requirement import control_form
from controls.views.starters import areas_of
from controls.views.wall import Tile, read_wall
from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY

P = Permission
FRAMEWORKS, CONTROLS = ["frameworks"], ["controls"]


class OfferSerializer(serializers.Serializer):  # type: ignore[type-arg]
    catalogue = serializers.CharField(source="catalogue.key")
    name = serializers.CharField(source="catalogue.facts.name")
    short = serializers.CharField(source="catalogue.facts.short")
    edition = serializers.CharField(source="catalogue.facts.edition")
    licence = serializers.CharField(source="catalogue.facts.licence")
    as_of = serializers.DateField(source="catalogue.facts.as_of")
    requirements = serializers.IntegerField(source="count", help_text="Lines that are to be met")
    framework = serializers.CharField(
        source="framework.reference", default=None, allow_null=True, help_text="Where it is in use"
    )


class AdoptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    catalogue = serializers.ChoiceField(choices=KEYS)


class MadeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField()


class StarterSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(source="starter.key")
    name = serializers.CharField(source="starter.name")
    objective = serializers.CharField(source="starter.objective")
    serves = serializers.ListField(child=serializers.CharField())
    tests = serializers.IntegerField()
    by_itself = serializers.IntegerField(source="starter.by_itself", help_text="Tests that run by themselves")
    control = serializers.CharField(
        source="control.reference", default=None, allow_null=True, help_text="Where it is in use"
    )


class AdoptStartersSerializer(serializers.Serializer):  # type: ignore[type-arg]
    starters = serializers.ListField(child=serializers.ChoiceField(choices=list(starters())), min_length=1)


class TileSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField(help_text="The number of the line above it; may be empty")
    state = serializers.ChoiceField(choices=State.choices)
    why = serializers.CharField()
    controls = serializers.IntegerField()
    evidence = serializers.IntegerField(allow_null=True, help_text="Null for who may not see evidence")
    fresh = serializers.IntegerField(allow_null=True)
    tests_failed = serializers.IntegerField()


class WallSerializer(serializers.Serializer):  # type: ignore[type-arg]
    framework = serializers.CharField()
    part = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    requirements = TileSerializer(many=True)


class ServesSerializer(serializers.Serializer):  # type: ignore[type-arg]
    requirement = serializers.CharField(max_length=24, help_text="Its reference")


class LinkedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField(help_text="Of the link")
    requirement = serializers.CharField()


class NewControlSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField(max_length=120)
    objective = serializers.CharField(max_length=2000)


class CataloguesAPI(ControlsAPI):
    sees = (P.FRAMEWORKS_VIEW,)

    @extend_schema(
        tags=FRAMEWORKS, summary="The catalogues that come with Assay", operation_id="framework_catalogues_list",
        responses=OfferSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(OfferSerializer(offers(self.actor), many=True).data)

    @extend_schema(
        tags=FRAMEWORKS, summary="Take over a catalogue, whole", operation_id="framework_catalogues_adopt",
        request=AdoptSerializer, responses={201: MadeSerializer}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.FRAMEWORKS_EDIT)
        return once(request, lambda: self._adopt(request))

    def _adopt(self, request: Request) -> Response:
        given = AdoptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            framework = adopt_framework(key=given.validated_data["catalogue"], by=self.actor)
        except NotAdoptable as error:
            raise Conflict(str(error)) from None
        return Response(MadeSerializer(framework).data, status=201)


class StartersAPI(ControlsAPI):
    sees = (P.CONTROLS_VIEW,)

    @extend_schema(
        tags=CONTROLS, summary="The starters, and which are in use", operation_id="control_starters_list",
        responses=StarterSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        rows = [
            {
                "starter": one.starter,
                "serves": [served.label for served in one.serves],
                "tests": len(one.starter.tests),
                "control": one.control,
            }
            for area in areas_of(self.actor)
            for one in area.offered
        ]
        return Response(StarterSerializer(rows, many=True).data)

    @extend_schema(
        tags=CONTROLS, summary="Take over starters, all of them or none", operation_id="control_starters_adopt",
        request=AdoptStartersSerializer, responses={201: MadeSerializer(many=True)}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.CONTROLS_EDIT)
        return once(request, lambda: self._adopt(request))

    def _adopt(self, request: Request) -> Response:
        given = AdoptStartersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            controls = adopt_starters(keys=given.validated_data["starters"], by=self.actor)
        except NoSuchStarter as error:
            raise Conflict(str(error)) from None
        return Response(MadeSerializer(controls, many=True).data, status=201)


class WallAPI(ControlsAPI):
    sees = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW)

    @extend_schema(
        tags=FRAMEWORKS, summary="How every requirement of a framework stands", operation_id="control_wall",
        responses=WallSerializer,
        parameters=[
            OpenApiParameter("framework", OpenApiTypes.STR, description="Its reference; ISO/IEC 42001 unless given"),
            OpenApiParameter("part", OpenApiTypes.STR, enum=list(PARTS)),
            OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
        ],
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        frameworks = frameworks_in_use(self.actor)
        if not frameworks:
            return Response(WallSerializer({"framework": "", "part": "", "counts": {}, "requirements": []}).data)
        wall = read_wall(request.query_params, frameworks, self.actor)
        tiles = [_tile(tile, shelf.head.code if shelf.head else "") for shelf in wall.shelves for tile in shelf.tiles]
        said = {
            "framework": wall.framework.reference,
            "part": wall.part,
            "counts": {state.value: count for state, count in wall.counts.items()},
            "requirements": tiles,
        }
        return Response(WallSerializer(said).data)


def _tile(tile: Tile, group: str) -> dict[str, Any]:
    row, standing = tile.requirement, tile.standing
    return {
        "reference": row.reference,
        "code": row.code,
        "name": row.name,
        "group": group,
        "state": standing.state,
        "why": standing.sentence,
        "controls": standing.controls,
        "evidence": standing.evidence,
        "fresh": standing.fresh,
        "tests_failed": standing.failed,
    }


class ServesAPI(ControlsAPI):
    sees = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW)

    @extend_schema(
        tags=CONTROLS, summary="Say that a control serves a requirement", operation_id="controls_serve",
        request=ServesSerializer, responses={201: LinkedSerializer}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        control = control_called(reference, self.actor)
        require(self.actor, P.CONTROLS_EDIT, control)
        return once(request, lambda: self._link(request, control))

    def _link(self, request: Request, control: Control) -> Response:
        given = ServesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        requirement = named_requirement(given.validated_data["requirement"], self.actor)
        try:
            link = serve_requirement(control=control, requirement=requirement, by=self.actor)
        except NotLinkable as error:
            raise Conflict(str(error)) from None
        return Response({"reference": link.reference, "requirement": requirement.reference}, status=201)


class RequirementControlAPI(ControlsAPI):
    sees = (P.FRAMEWORKS_VIEW,)

    @extend_schema(
        tags=FRAMEWORKS, summary="Begin a control for a requirement", operation_id="requirements_add_control",
        request=NewControlSerializer, responses={201: MadeSerializer}, parameters=[IDEMPOTENCY],
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        requirement = requirement_called(reference, self.actor)
        require(self.actor, P.CONTROLS_EDIT)
        refuse_archived(requirement)
        return once(request, lambda: self._add(request, requirement))

    def _add(self, request: Request, requirement: Any) -> Response:
        given = NewControlSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        form = control_form(given.validated_data, self.actor)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors.get_json_data())
        control = add_control_for(requirement=requirement, control=form.save(commit=False), by=self.actor)
        return Response(MadeSerializer(control).data, status=201)

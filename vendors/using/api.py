"""Requests, the steps of an offering, of exit plans and of incidents through the API: the same actions as the pages."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin, RecordView
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import StrictSerializer, serializer_for, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.register import registers
from vendors.models import ExitPlan, Offering, Vendor, VendorFinding, VendorIncident, VendorPlan
from vendors.models.vendor import DataClass
from vendors.using import actions
from vendors.using.actions import NotMovable, Wish, request_offering
from vendors.using.exits import NotRehearsed, rehearse_exit
from vendors.using.guide import missing_of, read_case, steps_of
from vendors.using.incidents import NotClosable, close_incident, make_finding_of

TAGS = ["use of vendors"]
OFFERINGS, EXITS, INCIDENTS = (registers.of(model) for model in (Offering, ExitPlan, VendorIncident))
OfferingRow, ExitRow, IncidentRow = serializer_for(OFFERINGS), serializer_for(EXITS), serializer_for(INCIDENTS)
FindingRow = serializer_for(registers.of(VendorFinding))


class WishSerializer(StrictSerializer):
    vendor = words_field(200, help_text="Its name; a known vendor is not made again")
    vendor_kind = serializers.ChoiceField(choices=Vendor.Kind.choices, default=Vendor.Kind.MODEL)
    offering = words_field(200)
    kind = serializers.ChoiceField(choices=Offering.Kind.choices, default=Offering.Kind.MODEL)
    purpose = words_field(1500)
    system = words_field(200, required=False, allow_blank=True, default="")
    plan = words_field(120, required=False, allow_blank=True, default="")
    tier = serializers.ChoiceField(choices=VendorPlan.Tier.choices, default=VendorPlan.Tier.BUSINESS)
    data = serializers.ListField(  # type: ignore[assignment]
        child=serializers.ChoiceField(choices=DataClass.choices), min_length=1, max_length=20
    )
    models = serializers.ListField(child=words_field(120), max_length=40, required=False, default=list)


class UseReasonSerializer(LockSerializer):
    reason = words_field(300, help_text="Kept in the history")


class RehearsalSerializer(LockSerializer):
    on = serializers.DateField()
    result = serializers.ChoiceField(choices=[value for value in ExitPlan.Result.values if value != "never"])
    learned = words_field(2000, required=False, allow_blank=True, default="")
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class IncidentCloseSerializer(LockSerializer):
    our_data = serializers.ChoiceField(choices=[VendorIncident.OurData.NO, VendorIncident.OurData.YES])
    done = words_field(4000)
    impact = words_field(2000, required=False, allow_blank=True, default="")


class GuideStepSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField()
    name = serializers.CharField()
    done = serializers.BooleanField()
    said = serializers.CharField(help_text="What stands")
    missing = serializers.CharField(help_text="What is to be done; empty where nothing is")


class GuideSerializer(serializers.Serializer):  # type: ignore[type-arg]
    state = serializers.CharField()
    ready = serializers.BooleanField(help_text="Whether its use can be sent for approval")
    missing = serializers.CharField()
    steps = GuideStepSerializer(many=True)


class RequestAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Request an offering: vendor, offering, plan and route as drafts", tags=TAGS, request=WishSerializer,
        responses={201: OfferingRow}, parameters=[IDEMPOTENCY], operation_id="vendors_request",
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        if not self.actor.can(Permission.VENDORS_VIEW):
            raise Http404
        require(self.actor, Permission.VENDORS_EDIT)
        return once(request, lambda: self._made(request))

    def _made(self, request: Request) -> Response:
        asked = WishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            offering = request_offering(wish=Wish(**asked.validated_data), by=self.actor)
        except NotMovable as error:
            raise ValidationError({"offering": [str(error)]}) from None
        return Response(OfferingRow(offering, context={"actor": self.actor}).data, status=201)


class GuideAPI(RecordView):
    register = OFFERINGS

    @extend_schema(
        summary="What is missing before an offering's use can be approved", tags=TAGS, responses=GuideSerializer,
        operation_id="offerings_guide",
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        offering = self.record(reference)
        case = read_case(offering, timezone.localdate())
        missing = missing_of(case)
        values = {"state": offering.state, "ready": not missing, "missing": missing, "steps": steps_of(case)}
        return Response(GuideSerializer(values).data)


class UseAPI(StepAPI):
    register, asks, refusals = OFFERINGS, UseReasonSerializer, (NotMovable,)
    act: Callable[..., Any]

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return type(self).act(offering=record, by=self.actor, **values)


def _use_api(what: str, act: Callable[..., Any], summary: str) -> type[UseAPI]:
    """The address of one transition of an offering: they differ in the action alone."""
    made = type(f"{what.capitalize()}API", (UseAPI,), {"act": staticmethod(act), "__doc__": summary})
    return documented(summary, f"offerings_{what}", tags=TAGS, answers=OfferingRow)(made)


SuspendAPI = _use_api("suspend", actions.suspend_offering, "Suspend the use of an offering")
ResumeAPI = _use_api("resume", actions.resume_offering, "Take an offering up again")
RefuseAPI = _use_api("refuse", actions.refuse_offering, "Refuse the use of an offering")
EndAPI = _use_api("end", actions.end_offering, "End the use of an offering")


@documented("Keep a rehearsal of an exit plan", "exit_plans_rehearse", tags=TAGS, answers=ExitRow)
class RehearseAPI(StepAPI):
    register, asks, refusals = EXITS, RehearsalSerializer, (NotRehearsed,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return rehearse_exit(plan=record, by=self.actor, **values)


@documented("Close an incident at a vendor", "vendor_incidents_close", tags=TAGS, answers=IncidentRow)
class CloseIncidentAPI(StepAPI):
    register, asks, refusals = INCIDENTS, IncidentCloseSerializer, (NotClosable,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return close_incident(incident=record, by=self.actor, **values)


@documented("A finding of an incident at a vendor", "vendor_incidents_finding", tags=TAGS, answers=FindingRow)
class IncidentFindingAPI(StepAPI):
    register, refusals, status = INCIDENTS, (NotClosable,), 201

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return make_finding_of(incident=record, by=self.actor)

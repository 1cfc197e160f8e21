"""The supply chain through the API."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.supply.chain import Flag, Hop, hops_of
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from vendors.models import DataClass

P = Permission


class HopSerializer(serializers.Serializer):  # type: ignore[type-arg]
    use = serializers.CharField()
    ai_system = serializers.CharField()
    data_classes = serializers.ListField(child=serializers.ChoiceField(DataClass.choices))
    route = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    through = serializers.CharField(help_text="The vendor that carries it; empty where it is reached directly")
    offering = serializers.CharField()
    plan = serializers.CharField()
    vendor = serializers.CharField()
    approved = serializers.BooleanField(help_text="The route stands in the version of the offering that is in force")
    dpa = serializers.CharField(help_text="The complete DPA in force that covers it; empty where none does")
    flags = serializers.ListField(child=serializers.ChoiceField(Flag.choices))


class ChainAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="What AI systems use of vendors, and what is wrong with it", tags=["supply chain"],
        responses=HopSerializer(many=True), operation_id="supply_chain",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        if not (self.actor.can(P.VENDORS_VIEW) and self.actor.can(P.SYSTEMS_VIEW)):
            raise Http404
        return Response(HopSerializer([_hop(hop) for hop in hops_of(self.actor)], many=True).data)


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "use": hop.use.reference, "ai_system": hop.system.reference, "data_classes": hop.use.data,
        "route": hop.route.reference, "region": hop.route.region, "country": hop.route.country,
        "through": hop.route.through.reference if hop.route.through else "", "offering": hop.offering.reference,
        "plan": hop.plan.reference, "vendor": hop.vendor.reference, "approved": hop.approved,
        "dpa": hop.cover.dpa.reference if hop.cover.dpa else "", "flags": [flag.value for flag in hop.flags],
    }  # fmt: skip

"""Facts, what is held, and the library of known providers, by API: the same actions as the pages."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin, RecordView
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import serializer_for, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.forms import LOCK_MOST
from grc.registers.register import registers
from vendors.knowledge.adopting import NoSuchProvider, adopt_providers
from vendors.knowledge.combination import SOURCE
from vendors.knowledge.coverage import Coverage, coverage_of
from vendors.knowledge.holding import Held
from vendors.knowledge.known_pages import OfferedProvider, offered_to
from vendors.knowledge.library import library
from vendors.knowledge.verifying import NotVerified, confirm_assurance, verify_fact
from vendors.models import Assurance, Offering, VendorFact

P = Permission
FactAnswer = serializer_for(registers.of(VendorFact))
AssuranceAnswer = serializer_for(registers.of(Assurance))


class HeldSerializer(serializers.Serializer):  # type: ignore[type-arg]
    standard = serializers.ChoiceField(choices=Assurance.Standard.choices)
    name = serializers.CharField()
    state = serializers.CharField(help_text="In words")
    live = serializers.BooleanField(help_text="Whether it counts today")
    until = serializers.DateField(allow_null=True, help_text="The last day on which it counts, or counted")
    assurance = serializers.CharField(allow_null=True, help_text="Its reference; null where nothing is recorded")


class GapSerializer(serializers.Serializer):  # type: ignore[type-arg]
    what = serializers.CharField()
    reason = serializers.CharField()
    standard = serializers.CharField(allow_blank=True, help_text="Of which standard's document; empty: of them all")


class VendorCoverageSerializer(serializers.Serializer):  # type: ignore[type-arg]
    offering = serializers.CharField()
    enough = serializers.BooleanField(help_text="For how the offering is used here")
    reason = serializers.CharField()
    held = HeldSerializer(many=True)
    leaves_open = GapSerializer(many=True)
    note = serializers.CharField(help_text="Where the weighing of combinations comes from")


class KnownFactSerializer(serializers.Serializer):  # type: ignore[type-arg]
    topic = serializers.ChoiceField(choices=VendorFact.Topic.choices)
    tier = serializers.CharField(allow_blank=True, help_text="Of that tier's plan alone; empty: of the offering")
    says = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    verified_on = serializers.DateField(allow_null=True, help_text="Null where no source has a date")
    confidence = serializers.ChoiceField(choices=VendorFact.Confidence.choices)
    conflict = serializers.CharField(allow_blank=True)


class KnownProviderSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField()
    vendor = serializers.CharField()
    offering = serializers.CharField()
    about = serializers.CharField()
    as_of = serializers.DateField(help_text="When the library was put together: every row is due for another look")
    facts = KnownFactSerializer(many=True)
    used = serializers.CharField(allow_null=True, help_text="The offering that it became here")


class AdoptProvidersSerializer(serializers.Serializer):  # type: ignore[type-arg]
    providers = serializers.ListField(child=serializers.ChoiceField(choices=list(library().providers)), min_length=1)


class AdoptedProviderSerializer(serializers.Serializer):  # type: ignore[type-arg]
    offering = serializers.CharField(source="offering.reference")
    facts = serializers.IntegerField(help_text="Added; what was there already stays as it is")
    claims = serializers.IntegerField()


class VerifyFactSerializer(LockSerializer):
    """What is left out stays as it is."""

    says = words_field(2000, required=False)
    days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=LOCK_MOST)
    source = words_field(2000, required=False)  # type: ignore[assignment]
    confidence = serializers.ChoiceField(required=False, choices=VendorFact.Confidence.choices)
    conflict = words_field(2000, required=False, allow_blank=True)
    good_for_days = serializers.IntegerField(required=False, min_value=1, max_value=1830)
    note = words_field(100, required=False, allow_blank=True, help_text="For the history")


class ConfirmAssuranceSerializer(LockSerializer):
    confirmed_with = words_field(300)


class CoverageAPI(RecordView):
    register = registers.of(Offering)

    @extend_schema(
        summary="What an offering's vendor holds, what that leaves open, and whether it is enough", tags=["offerings"],
        responses=VendorCoverageSerializer, operation_id="offerings_coverage",
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        offering = self.record(reference)
        return Response(VendorCoverageSerializer(_covered(offering, coverage_of(offering, timezone.localdate()))).data)


class KnownProvidersAPI(OrganisationMixin, APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(P.VENDORS_VIEW):
            raise Http404

    @extend_schema(
        summary="The library of known providers, and which are in use here", tags=["vendors"],
        responses=KnownProviderSerializer(many=True), operation_id="vendors_known_list",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(KnownProviderSerializer([_known(one) for one in offered_to(self.actor)], many=True).data)

    @extend_schema(
        summary="Take providers over from the library, all of them or none", tags=["vendors"],
        request=AdoptProvidersSerializer, responses={201: AdoptedProviderSerializer(many=True)},
        parameters=[IDEMPOTENCY], operation_id="vendors_known_adopt",
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, P.VENDORS_EDIT)
        return once(request, lambda: self._adopt(request))

    def _adopt(self, request: Request) -> Response:
        given = AdoptProvidersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            adopted = adopt_providers(keys=given.validated_data["providers"], by=self.actor)
        except NoSuchProvider as error:
            raise Conflict(str(error)) from None
        return Response(AdoptedProviderSerializer(adopted, many=True).data, status=201)


@documented(
    "Keep that the source of a fact was looked at today", "vendor_facts_verify", tags=["vendor facts"],
    answers=FactAnswer,
)  # fmt: skip
class VerifyFactAPI(StepAPI):
    register, asks, refusals = registers.of(VendorFact), VerifyFactSerializer, (NotVerified,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return verify_fact(fact=record, by=self.actor, **values)


@documented(
    "Keep that a certificate was confirmed today with its body", "assurances_confirm", tags=["assurances"],
    answers=AssuranceAnswer,
)  # fmt: skip
class ConfirmAssuranceAPI(StepAPI):
    register, asks, refusals = registers.of(Assurance), ConfirmAssuranceSerializer, (NotVerified,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return confirm_assurance(assurance=record, by=self.actor, **values)


def _covered(offering: Offering, coverage: Coverage) -> dict[str, Any]:
    return {
        "offering": offering.reference,
        "enough": coverage.enough,
        "reason": coverage.reason,
        "held": [_held(one) for one in coverage.held],
        "leaves_open": coverage.leaves_open,
        "note": SOURCE,
    }


def _held(held: Held) -> dict[str, Any]:
    said = {name: getattr(held, name) for name in ("standard", "name", "state", "live", "until")}
    return said | {"assurance": held.assurance.reference if held.assurance else None}


def _known(one: OfferedProvider) -> dict[str, Any]:
    provider = one.starter
    return {
        "key": provider.key,
        "vendor": provider.vendor["name"],
        "offering": provider.offering["name"],
        "about": provider.about,
        "as_of": library().as_of,
        "facts": provider.facts,
        "used": one.used.reference if one.used else None,
    }

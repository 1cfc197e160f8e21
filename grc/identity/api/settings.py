import uuid

from django.core.exceptions import ValidationError as Invalid
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grc.access.roles import ROLES, Permission
from grc.api.idempotency import once
from grc.identity.api.base import IdentityView
from grc.identity.providers import check_provider, save_provider
from grc.identity.second_factor import OUTSIDER
from grc.identity.security import demand_second_factor_of
from grc.models.identity import IdentityProvider


class SecuritySerializer(serializers.Serializer):  # type: ignore[type-arg]
    mfa_roles = serializers.ListField(child=serializers.ChoiceField(choices=[*ROLES, OUTSIDER]), max_length=40)


class ProviderSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(max_length=80)
    issuer = serializers.URLField(max_length=300)
    client_id = serializers.CharField(max_length=200)
    client_secret = serializers.CharField(max_length=500, required=False, allow_blank=True, write_only=True)
    has_secret = serializers.SerializerMethodField()
    domains = serializers.ListField(child=serializers.CharField(max_length=253), min_length=1, max_length=20)
    provisions = serializers.BooleanField(required=False)
    role_claim = serializers.CharField(max_length=120, required=False, allow_blank=True)
    role_map = serializers.DictField(child=serializers.CharField(max_length=40), required=False)
    enabled = serializers.BooleanField(required=False)

    def get_has_secret(self, provider: IdentityProvider) -> bool:
        return bool(provider.client_secret)


class ProviderCheckSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    good = serializers.BooleanField()
    sentence = serializers.CharField()


class SettingsView(IdentityView):
    needs, writes = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT


@extend_schema(tags=["sign-in"])
class SecurityView(SettingsView):
    @extend_schema(summary="Which roles need a second step", responses=SecuritySerializer)
    def get(self, request: Request, organisation: str) -> Response:
        return Response({"mfa_roles": self.actor.organisation.mfa_roles})

    @extend_schema(
        summary="Say which roles need a second step", request=SecuritySerializer, responses=SecuritySerializer
    )
    def patch(self, request: Request, organisation: str) -> Response:
        given = SecuritySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        saved = demand_second_factor_of(roles=given.validated_data["mfa_roles"], by=self.actor)
        return Response({"mfa_roles": saved.mfa_roles})


@extend_schema(tags=["sign-in"])
class ProvidersView(SettingsView):
    @extend_schema(summary="Identity providers", responses=ProviderSerializer(many=True))
    def get(self, request: Request, organisation: str) -> Response:
        rows = IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW).order_by("name", "pk")
        return Response(ProviderSerializer(rows, many=True).data)

    @extend_schema(summary="Add a provider", request=ProviderSerializer, responses={201: ProviderSerializer})
    def post(self, request: Request, organisation: str) -> Response:
        def write() -> Response:
            given = ProviderSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            saved = self._save(IdentityProvider(organisation=self.actor.organisation), given)
            return Response(ProviderSerializer(saved).data, status=201)

        return once(request, write)

    def _save(self, row: IdentityProvider, given: ProviderSerializer) -> IdentityProvider:
        for name, value in given.validated_data.items():
            setattr(row, name, value)
        try:
            return save_provider(provider=row, by=self.actor)
        except Invalid as error:
            raise ValidationError(error.message_dict) from None


@extend_schema(tags=["sign-in"])
class ProviderView(ProvidersView):
    http_method_names = ["get", "patch", "head", "options"]

    def row(self) -> IdentityProvider:
        rows = IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW)
        return get_object_or_404(rows, public_id=self.kwargs["provider"])

    @extend_schema(summary="One provider", responses=ProviderSerializer)
    def get(self, request: Request, organisation: str, provider: uuid.UUID) -> Response:  # type: ignore[override]
        return Response(ProviderSerializer(self.row()).data)

    @extend_schema(summary="Change a provider", request=ProviderSerializer, responses=ProviderSerializer)
    def patch(self, request: Request, organisation: str, provider: uuid.UUID) -> Response:
        given = ProviderSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(ProviderSerializer(self._save(self.row(), given)).data)


@extend_schema(tags=["sign-in"])
class TestProviderView(SettingsView):
    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Ask the provider whether it is there", request=None, responses=ProviderCheckSerializer(many=True)
    )
    def post(self, request: Request, organisation: str, provider: uuid.UUID) -> Response:
        rows = IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW)
        checks = check_provider(provider=get_object_or_404(rows, public_id=provider), by=self.actor)
        return Response(ProviderCheckSerializer(checks, many=True).data)

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.access.gate import require
from grc.access.roles import ROLE_KEYS, Permission
from grc.api.idempotency import once
from grc.identity.api.base import IdentityView
from grc.identity.invitations import invite, invite_again, revoke_invitation, state_of
from grc.models.identity import Invitation


class InvitationSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id", read_only=True)
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLE_KEYS), min_length=1, max_length=20)
    state = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)

    def get_state(self, invitation: Invitation) -> str:
        return state_of(invitation)


@extend_schema(tags=["people"])
class InvitationsView(IdentityView):
    """The link goes to the invited address alone: no answer holds it."""

    @extend_schema(summary="Invitations, newest first", responses=InvitationSerializer(many=True))
    def get(self, request: Request, organisation: str) -> Response:
        require(self.actor, Permission.PEOPLE_EDIT)
        rows = Invitation.objects.permitted(self.actor, Permission.PEOPLE_VIEW).order_by("-created_at", "-pk")
        return Response(InvitationSerializer(rows[:500], many=True).data)

    @extend_schema(
        summary="Invite somebody by address", request=InvitationSerializer, responses={201: InvitationSerializer}
    )
    def post(self, request: Request, organisation: str) -> Response:
        def write() -> Response:
            given = InvitationSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            invitation = invite(**given.validated_data, by=self.actor)
            return Response(InvitationSerializer(invitation).data, status=201)

        return once(request, write)


@extend_schema(tags=["people"])
class InvitationDeedView(IdentityView):
    """Send an invitation again (``again``), or revoke it."""

    http_method_names = ["post", "options"]
    again = False

    @extend_schema(request=None, responses=InvitationSerializer)
    def post(self, request: Request, organisation: str, invitation: uuid.UUID) -> Response:
        def write() -> Response:
            rows = Invitation.objects.permitted(self.actor, Permission.PEOPLE_VIEW)
            found = get_object_or_404(rows, public_id=invitation)
            act = invite_again if self.again else revoke_invitation
            return Response(InvitationSerializer(act(invitation=found, by=self.actor)).data)

        return once(request, write)

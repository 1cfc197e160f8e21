"""People and their roles: the pages' actions, behind the same gate."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.access.gate import NotVisible
from grc.access.roles import ROLE_KEYS, ROLES
from grc.actions.people import (
    NotPossible,
    end_role,
    give_role,
    hand_over,
    is_member,
    leave_organisation,
    remove_person,
    unlock,
)
from grc.api.idempotency import once
from grc.identity.api.base import IdentityView
from grc.identity.people import Member, member, members, people_ever
from grc.identity.sessions import end_sessions
from grc.identity.vouching import unlink_providers
from grc.models.person import Person
from grc.views.people import asked


class MemberSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="person.public_id")
    name = serializers.CharField(source="person.name")
    email = serializers.EmailField(source="person.email")
    roles = serializers.SerializerMethodField()
    last_login = serializers.DateTimeField(source="person.last_login")
    second_factors = serializers.SerializerMethodField()
    locked = serializers.BooleanField(source="is_locked")
    emergency = serializers.BooleanField(source="is_emergency")

    def get_roles(self, one: Member) -> list[str]:
        return [role.key for role in one.roles]

    def get_second_factors(self, one: Member) -> list[str]:
        return sorted(one.factors)


class RoleSerializer(serializers.Serializer):  # type: ignore[type-arg]
    role = serializers.ChoiceField(choices=ROLE_KEYS)


class HeirSerializer(serializers.Serializer):  # type: ignore[type-arg]
    to = serializers.UUIDField()


class LeavingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    organisation = serializers.SlugField(help_text="Its address once more: nobody leaves by mistake.")


class HandedOverSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField()


@extend_schema(tags=["people"])
class PeopleView(IdentityView):
    @extend_schema(
        summary="Who works here",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("role", str)],
        responses=MemberSerializer(many=True),
    )
    def get(self, request: Request, organisation: str) -> Response:
        text, role = asked(request._request)
        found = members(self.actor.organisation, text=text, role=role)
        return Response(MemberSerializer(found, many=True).data)


class PersonMixin(IdentityView):
    """A view about one person who works or worked here."""

    def person(self) -> Person:
        return get_object_or_404(people_ever(self.actor.organisation), public_id=self.kwargs["person"])

    def told(self, status: int = 200) -> Response:
        return Response(MemberSerializer(member(self.actor.organisation, self.person())).data, status=status)


@extend_schema(tags=["people"])
class PersonView(PersonMixin):
    @extend_schema(summary="One person", responses=MemberSerializer)
    def get(self, request: Request, organisation: str, person: uuid.UUID) -> Response:
        return self.told()


@extend_schema(tags=["people"])
class RolesView(PersonMixin):
    @extend_schema(summary="Give a role", request=RoleSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, organisation: str, person: uuid.UUID) -> Response:
        def write() -> Response:
            found, given = self.person(), RoleSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            address = request.build_absolute_uri("/account/login/")
            give_role(person=found, role=given.validated_data["role"], by=self.actor, address=address)
            return self.told(201)

        return once(request, write)


class DeedView(PersonMixin):
    """One thing done to one member, answered with how they stand then."""

    http_method_names = ["post", "options"]

    def act(self, person: Person) -> None:
        raise NotImplementedError

    @extend_schema(tags=["people"], request=None, responses=MemberSerializer)
    def post(self, request: Request, organisation: str, person: uuid.UUID, **_: Any) -> Response:
        def write() -> Response:
            found = self.person()
            if not is_member(found, self.actor.organisation):
                raise NotVisible
            self.act(found)
            return self.told()

        return once(request, write)


class EndRoleView(DeedView):
    def act(self, person: Person) -> None:
        if self.kwargs["role"] not in ROLES:
            raise NotVisible
        end_role(person=person, role=self.kwargs["role"], by=self.actor)


class UnlockView(DeedView):
    def act(self, person: Person) -> None:
        unlock(person=person, by=self.actor)


class EndSessionsView(DeedView):
    def act(self, person: Person) -> None:
        end_sessions(person=person, by=self.actor)


class UnlinkView(DeedView):
    def act(self, person: Person) -> None:
        unlink_providers(person=person, by=self.actor)


class RemoveView(DeedView):
    def act(self, person: Person) -> None:
        remove_person(person=person, by=self.actor)


@extend_schema(tags=["people"])
class HandOverView(PersonMixin):
    @extend_schema(
        summary="Give everything they own to another person", request=HeirSerializer, responses=HandedOverSerializer
    )
    def post(self, request: Request, organisation: str, person: uuid.UUID) -> Response:
        def write() -> Response:
            found, given = self.person(), HeirSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            heir = people_ever(self.actor.organisation).filter(public_id=given.validated_data["to"]).first()
            if heir is None:
                raise NotPossible("Choose another person who works here.")
            return Response({"count": hand_over(person=found, to=heir, by=self.actor)})

        return once(request, write)


@extend_schema(tags=["people"])
class LeaveView(IdentityView):
    needs = writes = None

    @extend_schema(summary="Leave this organisation", request=LeavingSerializer, responses={204: None})
    def post(self, request: Request, organisation: str) -> Response:
        given = LeavingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if given.validated_data["organisation"] != organisation:
            raise NotPossible("Name the organisation that you leave by its address.")
        leave_organisation(by=self.actor)
        return Response(status=204)

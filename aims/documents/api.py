"""Starters, asking people to read, and one's own reading, through the API: the same actions behind the same gate."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aims.documents.adding import NoSuchStarter, add_starters
from aims.documents.asking import NotAskable, acknowledge, ask_people
from aims.documents.pages import offered
from aims.documents.readers import people_who_read, texts_of, to_read
from aims.documents.starting import starters
from aims.models import Campaign, Document
from aims.models.support import READERS
from grc.access.gate import require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.pagination import Pages
from grc.models.record import Record
from grc.registers.query import people_of
from grc.registers.register import registers

P = Permission
TAGS, READING = ["documents"], ["to read"]


class DocumentStarterSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(source="starter.key")
    name = serializers.CharField(source="starter.name")
    about = serializers.CharField(source="starter.about")
    answers = serializers.ListField(child=serializers.CharField(), source="starter.answers")
    own = serializers.CharField(source="starter.own", help_text="What must be made one's own")
    document = serializers.CharField(
        source="document.reference", default=None, allow_null=True, help_text="Where it is in use"
    )


class AddStartersSerializer(serializers.Serializer):  # type: ignore[type-arg]
    starters = serializers.ListField(child=serializers.ChoiceField(choices=list(starters())), min_length=1)


class AddedDocumentSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField()


class AskSerializer(serializers.Serializer):  # type: ignore[type-arg]
    readers = serializers.ListField(child=serializers.ChoiceField(choices=READERS), default=list)
    people = serializers.ListField(child=serializers.EmailField(), default=list, help_text="By email")
    due_on = serializers.DateField()


class AskedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField(help_text="How many were not asked before")


class ReadPartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    title = serializers.CharField()
    number = serializers.IntegerField(help_text="Of the version")
    sha256 = serializers.CharField(help_text="Of the version")
    text = serializers.CharField()


class ToReadSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reference = serializers.CharField()
    name = serializers.CharField(source="about.name")
    due_on = serializers.DateField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class ReadingSerializer(ToReadSerializer):
    parts = serializers.SerializerMethodField()

    @extend_schema_field(ReadPartSerializer(many=True))
    def get_parts(self, row: Any) -> Any:
        return ReadPartSerializer(texts_of(row), many=True).data


class StartersAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="Starter documents", tags=TAGS, responses=DocumentStarterSerializer(many=True),
        operation_id="document_starters",
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        self._seen()
        return Response(DocumentStarterSerializer(offered(self.actor), many=True).data)

    @extend_schema(
        summary="Make drafts of starter documents, all or none", tags=TAGS, request=AddStartersSerializer,
        responses={201: AddedDocumentSerializer(many=True)}, operation_id="document_starters_add",
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        self._seen()
        require(self.actor, P.DOCUMENTS_EDIT)
        given = AddStartersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = add_starters(keys=given.validated_data["starters"], by=self.actor)
        except NoSuchStarter as error:
            raise serializers.ValidationError({"starters": [str(error)]}) from None
        return Response(AddedDocumentSerializer(made, many=True).data, status=201)

    def _seen(self) -> None:
        if not self.actor.can(P.DOCUMENTS_VIEW):
            raise Http404


class AskAPI(OrganisationMixin, APIView):
    """Ask people to read a record of ``model``."""

    model: ClassVar[type[Record]]

    def ask(self, request: Request, reference: str) -> Response:
        register = registers.of(self.model)
        rows = self.model.objects.permitted(self.actor, register.view)
        record = get_object_or_404(rows.select_related("key", "organisation"), reference=reference)
        require(self.actor, register.edit, record)
        given = AskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        people = {person.email: person for person in people_of(self.actor).filter(email__in=said["people"])}
        for email in said["people"]:
            if email not in people:
                raise serializers.ValidationError({"people": [f"{email}: nobody here has this address."]})
        if said["readers"]:
            people |= {one.email: one for one in people_who_read(self.actor.organisation, said["readers"])}
        try:
            count = ask_people(about=record, people=list(people.values()), due_on=said["due_on"], by=self.actor)
        except NotAskable as error:
            raise serializers.ValidationError({"non_field_errors": [str(error)]}) from None
        return Response({"count": count})


class AskDocumentAPI(AskAPI):
    model = Document

    @extend_schema(
        summary="Ask people to read a document", tags=TAGS, request=AskSerializer, responses=AskedSerializer,
        operation_id="documents_ask",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.ask(request, reference)


class AskCampaignAPI(AskAPI):
    model = Campaign

    @extend_schema(
        summary="Ask people to read a campaign", tags=["campaigns"], request=AskSerializer, responses=AskedSerializer,
        operation_id="campaigns_ask",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.ask(request, reference)


class ToReadAPI(OrganisationMixin, APIView):
    @extend_schema(
        summary="What I was asked to read", tags=READING, responses=ToReadSerializer(many=True), operation_id="to_read"
    )
    def get(self, request: Request, **_kwargs: Any) -> Response:
        pages = Pages()
        page = pages.paginate_queryset(to_read(self.actor), request, view=self)
        return pages.get_paginated_response(ToReadSerializer(page, many=True).data)


class ReadAPI(OrganisationMixin, APIView):
    @extend_schema(summary="Read it", tags=READING, responses=ReadingSerializer, operation_id="reading")
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return Response(ReadingSerializer(get_object_or_404(to_read(self.actor), reference=reference)).data)

    @extend_schema(
        summary="Confirm that I have read and understood it", tags=READING, request=None, responses=ToReadSerializer,
        operation_id="reading_confirm",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        row = get_object_or_404(to_read(self.actor), reference=reference)
        return Response(ToReadSerializer(acknowledge(acknowledgement=row, by=self.actor)).data)

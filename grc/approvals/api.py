"""Approvals through the API: the same gate and the same actions as the pages.

A decision is a signature, so a personal token alone never makes one: the approver's password stands in the body.
"""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.api.idempotency import once
from grc.api.pagination import Pages
from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import PersonField, StrictSerializer, words_field
from grc.approvals.actions import MAX_APPROVERS, NotSendable, NotWithdrawable, send_for_approval, withdraw_review
from grc.approvals.deciding import NotDecidable, decide
from grc.approvals.keys import NotUsable, facts_of, key_in_use, make_key, replace_key
from grc.approvals.pages import attached_file, signed_file, version_file
from grc.approvals.proofs import NotProven, TooManyTries, prove_by_password
from grc.approvals.queue import SHOWS, reviews_for, usual_show
from grc.approvals.standing import part_of, review_seen_by, reviews_seen_by, whole
from grc.models.approval import Approval, Review, SigningKey
from grc.models.record import Record
from grc.registers.register import Register

TAGS = ["approvals"]


class PartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    approver = serializers.EmailField(source="approver.email")
    decision = serializers.CharField(help_text="approved, rejected, or empty while it waits")
    meaning = serializers.CharField()
    comment = serializers.CharField()
    safeguard = serializers.CharField()
    method = serializers.CharField(help_text="How identity was proven")
    decided_at = serializers.DateTimeField(allow_null=True)


class ReviewSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="public_id")
    register = serializers.CharField(source="key.register")
    reference = serializers.CharField(source="key.reference")
    title = serializers.CharField(source="key.title")
    version = serializers.IntegerField(source="version.number")
    sha256 = serializers.CharField(source="version.sha256", help_text="Of the version's canonical JSON")
    state = serializers.ChoiceField(choices=Review.State.choices)
    author = serializers.EmailField(source="author.email")
    note = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    sent_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    has_signed_pdf = serializers.SerializerMethodField()
    approvals = PartSerializer(many=True)

    def get_has_signed_pdf(self, review: Review) -> bool:
        return review.signed_pdf_id is not None


class SendSerializer(StrictSerializer):
    lock = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="Of the record, as you read it")
    approvers = serializers.ListField(
        child=PersonField(), min_length=1, max_length=MAX_APPROVERS, help_text="By email; all of them must approve"
    )
    note = words_field(2000, help_text="What changed, and why")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    safeguard = words_field(
        1000, required=False, allow_blank=True, default="", help_text="Only where nobody but its authors may approve"
    )


class DecisionSerializer(StrictSerializer):
    decision = serializers.ChoiceField(choices=[Approval.Decision.APPROVED, Approval.Decision.REJECTED])
    meaning = words_field(
        200, required=False, allow_blank=True, default="", help_text="One of the register's, word for word"
    )
    comment = words_field(2000, required=False, allow_blank=True, default="", help_text="Needed to send it back")
    password = serializers.CharField(max_length=500, write_only=True, trim_whitespace=False)


class WithdrawalSerializer(StrictSerializer):
    reason = words_field(200, required=False, allow_blank=True, default="")


class KeySerializer(serializers.Serializer):  # type: ignore[type-arg]
    fingerprint = serializers.CharField()
    certificate = serializers.CharField()
    subject = serializers.CharField()
    issuer = serializers.CharField()
    self_signed = serializers.BooleanField()
    not_before = serializers.DateTimeField()
    not_after = serializers.DateTimeField()
    algorithm = serializers.CharField()


class NewKeySerializer(StrictSerializer):
    make = serializers.BooleanField(required=False, default=False, help_text="Make a new self-signed one")
    certificate = words_field(60_000, required=False, allow_blank=True, default="")
    private_key = words_field(20_000, required=False, allow_blank=True, default="", write_only=True)
    passphrase = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", write_only=True, trim_whitespace=False
    )


class ReviewListAPI(OrganisationMixin, APIView):
    pagination_class = Pages

    @extend_schema(
        summary="Reviews: waiting for me, sent by me, decided by me, or all", tags=TAGS,
        operation_id="approvals_list", responses=ReviewSerializer(many=True),
        parameters=[
            OpenApiParameter("show", OpenApiTypes.STR, enum=list(SHOWS)),
            OpenApiParameter("page", OpenApiTypes.INT),
        ],
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> Response:
        show = request.query_params.get("show") or usual_show(self.actor)
        if show not in SHOWS:
            raise serializers.ValidationError({"show": [_("Choose one of: %s.") % ", ".join(SHOWS)]})
        return paged(self.pagination_class(), reviews_for(self.actor, show), request)


def paged(pages: PageNumberPagination, rows: Any, request: Request) -> Response:
    page: Any = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(ReviewSerializer(page, many=True).data)


class ReviewAPI(OrganisationMixin, APIView):
    """Base of these views: for who may see the review's record, and a 404 for everybody else."""

    review: Review

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.review = review_seen_by(self.actor, kwargs["review"])

    def answer(self) -> Response:
        return Response(ReviewSerializer(review_seen_by(self.actor, self.review.public_id)).data)


class ReviewReadAPI(ReviewAPI):
    @extend_schema(summary="One review", tags=TAGS, operation_id="approvals_retrieve", responses=ReviewSerializer)
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return self.answer()


class DecideAPI(ReviewAPI):
    @extend_schema(
        summary="Approve, or send back", tags=TAGS, request=DecisionSerializer, responses=ReviewSerializer,
        description="Your password is asked with every decision: a token alone never signs. A decision is taken once; "
        "sent again it answers 409.",
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, Permission.APPROVE)
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        if part_of(self.review, self.actor.person) is None or self.actor.person is None:
            raise Denied(_("You were not asked to approve this version."))
        try:  # answered, not raised: a wrong password stays in the log
            proof = prove_by_password(request._request, self.actor.person, values.pop("password"))
        except TooManyTries as error:
            return Response({"error": str(error)}, status=429)
        except NotProven as error:
            return Response({"error": str(error), "fields": {"password": [str(error)]}}, status=403)
        try:
            decide(review=self.review, **values, proof=proof, by=self.actor)
        except NotDecidable as error:
            raise _refusal(error) from None
        return self.answer()


class WithdrawAPI(ReviewAPI):
    @extend_schema(summary="Withdraw a review", tags=TAGS, request=WithdrawalSerializer, responses=ReviewSerializer)
    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = WithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            withdraw_review(review=self.review, by=self.actor, reason=given.validated_data["reason"])
        except NotWithdrawable as error:
            raise Conflict(str(error)) from None
        return self.answer()


class VersionAPI(ReviewAPI):
    @extend_schema(
        summary="The version's canonical JSON, whose SHA-256 is signed", tags=TAGS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        return version_file(self.review, self.actor)


class SignedAPI(ReviewAPI):
    @extend_schema(
        summary="The signed PDF of an approved version", tags=TAGS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, **_kwargs: Any) -> FileResponse:
        return signed_file(self.review, self.actor)


class FileAPI(ReviewAPI):
    @extend_schema(
        summary="A file that was attached when the version was made, by its SHA-256", tags=TAGS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, sha256: str, **_kwargs: Any) -> FileResponse:
        return attached_file(self.review, sha256, self.actor)


class RecordReviewsAPI(OrganisationMixin, APIView):
    """The reviews of one record of an approvable register, and the way to a new one."""

    register: Register = None  # type: ignore[assignment]  # given to as_view
    pagination_class = Pages
    record: Record

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        record = rows.select_related("key", "organisation").filter(reference=kwargs["reference"]).first()
        if record is None:
            raise Http404
        self.record = record

    @extend_schema(summary="The reviews of a record", tags=TAGS, responses=ReviewSerializer(many=True))
    def get(self, request: Request, **_kwargs: Any) -> Response:
        rows = whole(reviews_seen_by(self.actor).filter(key=self.record.pk)).order_by("-sent_at", "-pk")
        return paged(self.pagination_class(), rows, request)

    @extend_schema(
        summary="Send a record for approval", tags=TAGS, request=SendSerializer, parameters=[IDEMPOTENCY],
        responses={201: ReviewSerializer},
    )  # fmt: skip
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, self.register.edit, self.record)
        return once(request, lambda: self._send(request))

    def _send(self, request: Request) -> Response:
        given = SendSerializer(data=request.data, context={"actor": self.actor})
        given.is_valid(raise_exception=True)
        try:
            review = send_for_approval(record=self.record, **given.validated_data, by=self.actor)
        except NotSendable as error:
            raise _refusal(error) from None
        return Response(ReviewSerializer(review_seen_by(self.actor, review.public_id)).data, status=201)


class SigningKeyAPI(OrganisationMixin, APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(Permission.SETTINGS_VIEW):
            raise Http404

    @extend_schema(summary="The certificate that signs documents", tags=TAGS, responses=KeySerializer)
    def get(self, request: Request, **_kwargs: Any) -> Response:
        key = key_in_use(self.actor.organisation)
        if key is None:
            raise Http404
        return Response(_key(key))

    @extend_schema(
        summary="Replace the signing key", tags=TAGS, request=NewKeySerializer, responses={201: KeySerializer}
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        require(self.actor, Permission.SETTINGS_EDIT)
        given = NewKeySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        if values.pop("make"):
            return Response(_key(make_key(by=self.actor)), status=201)
        try:
            return Response(_key(replace_key(**values, by=self.actor)), status=201)
        except NotUsable as error:
            raise serializers.ValidationError({error.field: [str(error)]}) from None


def _key(key: SigningKey) -> Any:
    values = {"fingerprint": key.fingerprint, "certificate": key.certificate, **vars(facts_of(key))}
    return KeySerializer(values).data


def _refusal(error: NotSendable | NotDecidable) -> Exception:
    """A field to blame is a 400 that names it; a state that forbids it is a conflict."""
    return serializers.ValidationError({error.field: [str(error)]}) if error.field else Conflict(str(error))

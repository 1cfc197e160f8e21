"""Reviews and findings through the API: the same actions as their pages. Single answers are a register of their own."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.registers import IDEMPOTENCY
from grc.api.serializers import serializer_for
from grc.registers.register import registers
from vendors.models import Offering, VendorReview
from vendors.reviews.actions import (
    NotReviewable,
    begin_review,
    finish_finding,
    finish_review,
    make_findings,
    reopen_review,
)
from vendors.reviews.answers import answers_of, prefill_answers
from vendors.reviews.beginning import kind_for
from vendors.reviews.questions import question_of
from vendors.using.steps import LockSerializer, StepAPI, StrictSerializer, words_field

TAGS = ["vendor reviews"]
ENDS = [value for value in VendorReview.Outcome.values if value != VendorReview.Outcome.OPEN]
ReviewAnswerRow = serializer_for(registers.by_slug("review-answers"))
ReviewRow = serializer_for(registers.by_slug("vendor-reviews"))
FindingRow = serializer_for(registers.by_slug("vendor-findings"))


class ReviewFinishSerializer(LockSerializer):
    outcome = serializers.ChoiceField(choices=ENDS)
    conclusion = words_field(4000)
    conditions = words_field(2000, required=False, allow_blank=True, default="", help_text="Of “with conditions”")


class ReviewReopenSerializer(LockSerializer):
    reason = words_field(100, help_text="Kept in the history")


class FindingDoneSerializer(StrictSerializer):
    result = words_field(2000, help_text="What came of it")


class ReviewQuestionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.IntegerField()
    ask = serializers.CharField()
    good = serializers.CharField(help_text="What a good answer says")
    reference = serializers.CharField(help_text="Of its answer, a record of review-answers")
    verdict = serializers.CharField()
    answer = serializers.CharField()


class QuestionsAPI(StepAPI):
    slug = "vendor-reviews"

    @extend_schema(
        summary="The ten questions of a review with their answers", tags=TAGS, operation_id="vendor_reviews_questions",
        responses=ReviewQuestionSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        rows = [
            {
                "number": answer.question, "ask": question_of(answer.question).ask,
                "good": question_of(answer.question).good, "reference": answer.reference, "verdict": answer.verdict,
                "answer": answer.answer,
            }
            for answer in answers_of(self.record(reference))
        ]  # fmt: skip
        return Response(ReviewQuestionSerializer(rows, many=True).data)


class FinishAPI(StepAPI):
    slug, asks, refusals = "vendor-reviews", ReviewFinishSerializer, (NotReviewable,)

    @extend_schema(
        summary="Finish a review whose ten answers are judged", tags=TAGS, request=ReviewFinishSerializer,
        responses=ReviewRow, parameters=[IDEMPOTENCY], operation_id="vendor_reviews_finish",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return finish_review(review=record, by=self.actor, **values)


class ReopenAPI(StepAPI):
    slug, asks, refusals = "vendor-reviews", ReviewReopenSerializer, (NotReviewable,)

    @extend_schema(
        summary="Open a review again", tags=TAGS, request=ReviewReopenSerializer, responses=ReviewRow,
        parameters=[IDEMPOTENCY], operation_id="vendor_reviews_reopen",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return reopen_review(review=record, by=self.actor, **values)


class PrefillAPI(StepAPI):
    slug = "vendor-reviews"

    @extend_schema(
        summary="Answer what is open from facts that may be cited today", tags=TAGS, request=None,
        responses=ReviewAnswerRow(many=True), parameters=[IDEMPOTENCY], operation_id="vendor_reviews_prefill",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        prefill_answers(review=record, by=self.actor)
        return answers_of(record)


class FindingsAPI(StepAPI):
    slug, refusals, status = "vendor-reviews", (NotReviewable,), 201

    @extend_schema(
        summary="A finding of every answer that is not as expected", tags=TAGS, request=None,
        responses={201: FindingRow(many=True)}, parameters=[IDEMPOTENCY], operation_id="vendor_reviews_findings",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return make_findings(review=record, by=self.actor)


class BeginAPI(StepAPI):
    """Of a vendor, or of one offering."""

    refusals, status = (NotReviewable,), 201

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        offering = record if isinstance(record, Offering) else None
        vendor = record.vendor if isinstance(record, Offering) else record
        return begin_review(vendor=vendor, offering=offering, kind=kind_for(vendor, offering), by=self.actor)


class BeginForVendorAPI(BeginAPI):
    slug = "vendors"

    @extend_schema(
        summary="Begin a review of all that a vendor supplies", tags=TAGS, request=None, responses={201: ReviewRow},
        parameters=[IDEMPOTENCY], operation_id="vendors_review",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class BeginForOfferingAPI(BeginAPI):
    slug = "offerings"

    @extend_schema(
        summary="Begin a review of an offering", tags=TAGS, request=None, responses={201: ReviewRow},
        parameters=[IDEMPOTENCY], operation_id="offerings_review",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)


class FindingDoneAPI(StepAPI):
    slug, asks, refusals = "vendor-findings", FindingDoneSerializer, (NotReviewable,)

    @extend_schema(
        summary="A finding is done", tags=TAGS, request=FindingDoneSerializer, responses=FindingRow,
        parameters=[IDEMPOTENCY], operation_id="vendor_findings_done",
    )  # fmt: skip
    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        return self.take(request, reference)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return finish_finding(finding=record, result=values["result"], by=self.actor)

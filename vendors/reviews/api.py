"""Reviews and findings through the API: the same actions as their pages. Single answers are a register of their own."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.base import RecordView
from grc.api.serializers import StrictSerializer, serializer_for, words_field
from grc.api.steps import LockSerializer, StepAPI, documented
from grc.registers.register import registers
from vendors.models import Offering, ReviewAnswer, Vendor, VendorFinding, VendorReview
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

TAGS = ["vendor reviews"]
ENDS = [value for value in VendorReview.Outcome.values if value != VendorReview.Outcome.OPEN]
REVIEWS, FINDINGS = registers.of(VendorReview), registers.of(VendorFinding)
ReviewAnswerRow = serializer_for(registers.of(ReviewAnswer))
ReviewRow, FindingRow = serializer_for(REVIEWS), serializer_for(FINDINGS)


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


class QuestionsAPI(RecordView):
    register = REVIEWS

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


@documented("Finish a review whose ten answers are judged", "vendor_reviews_finish", tags=TAGS, answers=ReviewRow)
class FinishAPI(StepAPI):
    register, asks, refusals = REVIEWS, ReviewFinishSerializer, (NotReviewable,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return finish_review(review=record, by=self.actor, **values)


@documented("Open a review again", "vendor_reviews_reopen", tags=TAGS, answers=ReviewRow)
class ReopenAPI(StepAPI):
    register, asks, refusals = REVIEWS, ReviewReopenSerializer, (NotReviewable,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return reopen_review(review=record, by=self.actor, **values)


@documented(
    "Answer what is open from facts that may be cited today", "vendor_reviews_prefill", tags=TAGS,
    answers=ReviewAnswerRow(many=True),
)  # fmt: skip
class PrefillAPI(StepAPI):
    register = REVIEWS

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        prefill_answers(review=record, by=self.actor)
        return answers_of(record)


@documented(
    "A finding of every answer that is not as expected", "vendor_reviews_findings", tags=TAGS,
    answers=FindingRow(many=True),
)  # fmt: skip
class FindingsAPI(StepAPI):
    register, refusals, status = REVIEWS, (NotReviewable,), 201

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return make_findings(review=record, by=self.actor)


class BeginAPI(StepAPI):
    """Of a vendor, or of one offering."""

    refusals, status = (NotReviewable,), 201

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        offering = record if isinstance(record, Offering) else None
        vendor = record.vendor if isinstance(record, Offering) else record
        return begin_review(vendor=vendor, offering=offering, kind=kind_for(vendor, offering), by=self.actor)


@documented("Begin a review of all that a vendor supplies", "vendors_review", tags=TAGS, answers=ReviewRow)
class BeginForVendorAPI(BeginAPI):
    register = registers.of(Vendor)


@documented("Begin a review of an offering", "offerings_review", tags=TAGS, answers=ReviewRow)
class BeginForOfferingAPI(BeginAPI):
    register = registers.of(Offering)


@documented("A finding is done", "vendor_findings_done", tags=TAGS, answers=FindingRow)
class FindingDoneAPI(StepAPI):
    register, asks, refusals = FINDINGS, FindingDoneSerializer, (NotReviewable,)

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        return finish_finding(finding=record, result=values["result"], by=self.actor)

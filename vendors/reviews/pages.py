"""The pages of a review: its ten questions on one form, and its steps; and the end of a finding."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.gate import Denied, allows
from grc.actions.records import StaleRecord
from grc.registers.pages import RegisterPage
from grc.registers.register import registers
from grc.registers.steps import AskPage, ButtonPage
from vendors.models import Offering, ReviewAnswer, VendorReview
from vendors.reviews.actions import (
    NotReviewable,
    begin_review,
    finish_finding,
    finish_review,
    make_findings,
    reopen_review,
)
from vendors.reviews.answers import (
    NotAnswerable,
    answers_of,
    prefill_answers,
    save_answers,
    score_of,
)
from vendors.reviews.beginning import kind_for
from vendors.reviews.forms import AnswerForm, DoneForm, FinishForm, ReopenForm, answer_forms
from vendors.reviews.questions import question_of, questions, source_note

Outcome = VendorReview.Outcome


class QuestionsPage(RegisterPage):
    """All ten questions: to be answered and judged by who may, to be read by who sees the review."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        review = self.record(reference)
        answers = answers_of(review)
        if not self._may(review):
            return self._page(review, answers, [])
        return self._page(review, answers, answer_forms(review, answers, self.actor))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        review = self.editable(reference)
        if not self._may(review):
            raise Denied(_("This review is done. Reopen it before you change an answer."))
        answers = answers_of(review)
        forms = answer_forms(review, answers, self.actor, request.POST)
        if any(form.errors for form in forms):
            return self._page(review, answers, forms, status=422)
        pairs = list(zip(answers, forms, strict=True))
        try:
            changed = save_answers(
                review=review,
                values={answer.question: form.values() for answer, form in pairs},
                locks={answer.question: form.cleaned_data["lock"] for answer, form in pairs},
                by=self.actor,
            )
        except NotAnswerable as error:
            return self._page(review, answers, forms, status=422, refused=str(error))
        except StaleRecord as error:
            return self._page(review, answers, forms, status=409, refused=str(error))
        messages.success(request, _("Kept: %d changed.") % changed)
        return redirect(request.path)

    def _may(self, review: Any) -> bool:
        in_use = review.archived_at is None and review.outcome == Outcome.OPEN
        return in_use and allows(self.actor, self.register.edit, review)

    def _page(
        self, review: Any, answers: list[ReviewAnswer], forms: list[AnswerForm], status: int = 200, refused: str = ""
    ) -> HttpResponse:
        by_number = dict(zip((answer.question for answer in answers), forms, strict=False))
        rows = [(question_of(one.question), one, by_number.get(one.question)) for one in answers]
        verdicts = [answer.verdict for answer in answers]
        return self.show(
            "vendors/reviews/questions.html", status=status, record=review, rows=rows, may_answer=bool(forms),
            refused=refused, note=source_note(), missing=len(questions()) - len(answers), score=score_of(verdicts),
            open_count=verdicts.count(ReviewAnswer.Verdict.OPEN),
        )  # fmt: skip


class PrefillPage(ButtonPage):
    def step(self, record: Any) -> tuple[str, str]:
        filled = prefill_answers(review=record, by=self.actor)
        said = (
            _("Filled in from facts: %d. Judge each of them.") if filled else _("No fact answers what is still open.")
        )
        return said % filled if filled else said, self.register.url("questions", record)


class FinishPage(AskPage):
    form, refusals = FinishForm, (NotReviewable,)
    heading = gettext_lazy("Finish the review")
    lead = gettext_lazy("The next one begins by itself, a month before a year has passed.")
    button = gettext_lazy("Finish")

    def begun(self, record: Any) -> dict[str, Any]:
        return {"conclusion": record.conclusion, "conditions": record.conditions}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        finish_review(review=record, by=self.actor, **values)
        return _("%(reference)s is done.") % {"reference": record.reference}


class ReopenPage(AskPage):
    form, refusals = ReopenForm, (NotReviewable,)
    heading = gettext_lazy("Reopen the review")
    lead = gettext_lazy("Its answers can be changed again; until it is finished it counts as under way.")
    button = gettext_lazy("Reopen")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        reopen_review(review=record, by=self.actor, **values)
        return _("%(reference)s is open again.") % {"reference": record.reference}


class FindingsPage(ButtonPage):
    refusals = (NotReviewable,)

    def step(self, record: Any) -> tuple[str, str]:
        made = make_findings(review=record, by=self.actor)
        return _("Made: %s.") % ", ".join(finding.reference for finding in made), record.get_absolute_url()


class BeginPage(ButtonPage):
    """Begin a review of a vendor, or of one offering of it."""

    refusals = (NotReviewable,)

    def step(self, record: Any) -> tuple[str, str]:
        offering = record if isinstance(record, Offering) else None
        vendor = offering.vendor if offering else record
        review = begin_review(vendor=vendor, offering=offering, kind=kind_for(vendor, offering), by=self.actor)
        said = _("%(reference)s begins. Ten questions wait.") % {"reference": review.reference}
        return said, registers.of(VendorReview).url("questions", review)


class FindingDonePage(AskPage):
    form, refusals = DoneForm, (NotReviewable,)
    heading = gettext_lazy("It is done")
    button = gettext_lazy("Done")

    def step(self, record: Any, values: dict[str, Any]) -> str:
        finish_finding(finding=record, result=values["result"], by=self.actor)
        return _("%(reference)s is done.") % {"reference": record.reference}

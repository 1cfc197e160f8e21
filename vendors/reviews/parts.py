"""What reviews add to pages: their score and steps, the review of a vendor on a change, the end of a finding."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

import vendors.reviews.answers  # noqa: F401  (answers come with their review, and are scored)
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.models.record import Record
from grc.registers.register import Action, Register, registers
from grc.registries import Part, record_actions, record_pages, record_parts
from vendors.models import Offering, ReviewAnswer, Vendor, VendorFinding, VendorReview
from vendors.reviews.actions import open_review_of
from vendors.reviews.answers import answers_of
from vendors.reviews.beginning import changes_to_review
from vendors.reviews.questions import question_of, questions

Verdict, Outcome = ReviewAnswer.Verdict, VendorReview.Outcome


@record_parts.add(order=6)
def answers_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On a review: its ten answers in one look, and the step that can be taken now."""
    if not isinstance(record, VendorReview):
        return
    may = record.archived_at is None and allows(actor, register.edit, record)
    answers = answers_of(record)
    tones, open_ones = registers.of(ReviewAnswer).tones["verdict"], _count(answers, Verdict.OPEN)
    context: dict[str, Any] = {
        "review": record,
        "rows": [(question_of(one.question), one, tones.get(one.verdict, "")) for one in answers],
        "open": open_ones,
        "missing": len(questions()) - len(answers),
        "questions_url": register.url("questions", record),
    }
    is_open = record.outcome == Outcome.OPEN
    context["finish_url"] = register.url("finish", record) if may and is_open and record.score is not None else ""
    context["reopen_url"] = register.url("reopen", record) if may and not is_open else ""
    made = set(record.findings.filter(archived_at=None).values_list("question", flat=True))  # type: ignore[attr-defined]
    bad = [one for one in answers if one.verdict == Verdict.BAD and one.question not in made]
    context["findings_url"] = register.url("findings", record) if may and bad else ""
    context["may"] = may and is_open
    yield Part("vendors/reviews/answers.html", context, "top")


@record_parts.add(order=6)
def change_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On a vendor: something happened since it was last reviewed."""
    if not isinstance(record, Vendor) or record.archived_at is not None:
        return
    change = next(iter(changes_to_review(record.organisation, record)), None)
    if change is not None:
        url = register.url("review", record) if allows(actor, register.edit, record) else ""
        yield Part("vendors/reviews/change.html", {"change": change, "url": url}, "top")


@record_actions.add(order=30)
def review_actions(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    """Begin a review where none is under way; finish a finding."""
    if record.archived_at is not None:
        return
    if isinstance(record, VendorFinding):
        if record.done_on is None and allows(actor, register.edit, record):
            yield Action(_("Done"), register.url("done", record), "check", primary=True)
    elif isinstance(record, Vendor | Offering) and allows(actor, register.edit, record):
        vendor, offering = (record.vendor, record) if isinstance(record, Offering) else (record, None)
        if open_review_of(vendor, offering) is None:
            yield Action(_("Begin a review"), register.url("review", record), "clipboard-check", post=True)


@record_pages.add(order=60)
def addresses(register: Register) -> Iterator[URLPattern]:
    from vendors.reviews import pages

    one, name = f"{register.slug}/<reference:reference>", register.slug
    found: dict[str, dict[str, Any]] = {
        "vendor-reviews": {
            "questions": pages.QuestionsPage,
            "prefill": pages.PrefillPage,
            "finish": pages.FinishPage,
            "reopen": pages.ReopenPage,
            "findings": pages.FindingsPage,
        },
        "vendors": {"review": pages.BeginPage},
        "offerings": {"review": pages.BeginPage},
        "vendor-findings": {"done": pages.FindingDonePage},
    }
    for what, page in found.get(name, {}).items():
        yield path(f"{one}/{what}", page.as_view(register=register), name=f"{name}-{what}")


def _count(answers: list[ReviewAnswer], verdict: str) -> int:
    return sum(answer.verdict == verdict for answer in answers)

"""The ten answers of a review: they come with it, are scored, answered together, and stay once it is done."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.many import create_records
from grc.actions.records import StaleRecord, change_record
from tests.factories import make
from tests.vendors.ready import fresh, judged, reviewed
from vendors.models import ReviewAnswer, VendorReview
from vendors.reviews.answers import NotAnswerable, answers_of, prefill_answers, save_answers, score_of
from vendors.reviews.questions import question_of, questions

Actors = Callable[..., Actor]
db = pytest.mark.django_db


@pytest.mark.parametrize(
    "verdicts, score",
    [
        (["good"] * 10, 100), (["bad"] * 10, 0), (["good"] * 5 + ["partly"] * 5, 75), (["out"] * 10, None),
        (["good"] * 9 + ["open"], None), (["good"] * 9, None), (["good"] * 2 + ["bad"] + ["out"] * 7, 67),
    ],
)  # fmt: skip
def test_scores(verdicts: list[str], score: int | None) -> None:
    assert score_of(verdicts) == score


def test_there_are_ten_questions_each_with_a_good_answer() -> None:
    assert [question.number for question in questions()] == list(range(1, 11))
    assert all(question.ask.endswith("?") and question.good for question in questions())
    assert question_of(6).topics == ("training",)


@db
def test_a_review_gets_its_ten_questions_by_whatever_way_it_is_made(
    actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    manager = actor_of("vendor-manager")
    vendor = make("vendors", manager)
    made = [make("vendor-reviews", manager, vendor=vendor)]
    rows = [VendorReview(vendor=vendor, kind="yearly") for _ in range(2)]
    create_records(records=rows, by=manager)
    values = {"vendor": vendor.reference, "kind": "first"}
    answer = client_of("vendor-manager").post("/api/v1/o/nordhaven/vendor-reviews", values, "application/json")
    assert answer.status_code == 201
    api = VendorReview.objects.within(manager.organisation).get(reference=answer.json()["reference"])
    for review in [*made, *rows, api]:
        assert [one.question for one in answers_of(review)] == list(range(1, 11))
        assert {one.verdict for one in answers_of(review)} == {"open"}


@db
def test_the_score_follows_every_way_of_judging(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "gggggpppp.")
    assert review.score is None
    last = answers_of(review)[-1]
    last.verdict = "bad"
    change_record(record=last, by=manager, lock=last.lock)
    assert fresh(review).score == 70
    last.verdict, last.why = "out", "Nothing is deployed."
    change_record(record=last, by=manager, lock=last.lock)
    assert fresh(review).score == 78


@db
def test_answers_are_kept_together_or_not_at_all(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = make("vendor-reviews", manager)
    locks = {one.question: one.lock for one in answers_of(review)}
    with pytest.raises(NotAnswerable, match="Question 2: Say why"):
        save_answers(review=review, values={1: {"verdict": "good"}, 2: {"verdict": "out"}}, locks=locks, by=manager)
    foreign = make("vendor-facts", manager, verified_on=timezone.localdate())
    with pytest.raises(NotAnswerable, match="Question 1: This fact is about another vendor"):
        save_answers(review=review, values={1: {"fact": foreign}}, locks=locks, by=manager)
    assert {one.verdict for one in answers_of(review)} == {"open"}
    with pytest.raises(StaleRecord):
        save_answers(review=review, values={1: {"verdict": "good"}}, locks={1: 99}, by=manager)
    assert save_answers(review=review, values={1: {"verdict": "good"}}, locks=locks, by=manager) == 1


@db
def test_a_stale_fact_is_not_cited(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = make("offerings", manager)
    review = make("vendor-reviews", manager, vendor=offering.vendor)
    long_ago = timezone.localdate() - dt.timedelta(days=400)
    stale = make("vendor-facts", manager, offering=offering, verified_on=long_ago)
    with pytest.raises(NotAnswerable, match="stale"):
        save_answers(review=review, values={1: {"fact": stale}}, locks={1: 1}, by=manager)
    answer = answers_of(review)[0]
    answer.fact = stale
    with pytest.raises(Denied, match="stale"):
        change_record(record=answer, by=manager, lock=answer.lock)


@db
def test_facts_that_may_be_cited_fill_in_what_nobody_has_answered(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = make("offerings", manager)
    today = timezone.localdate()
    plan = make("vendor-plans", manager, offering=offering)
    of = {"offering": offering, "verified_on": today}
    make("vendor-facts", manager, **of, topic="training", plan=plan, says="On this plan: perhaps.")
    training = make("vendor-facts", manager, **of, topic="training", says="Never.")
    make("vendor-facts", manager, **of | {"verified_on": today - dt.timedelta(days=900)}, topic="residency")
    make("vendor-facts", manager, **of, topic="iso27001", says="Certified.")
    review = make("vendor-reviews", manager, vendor=offering.vendor, offering=offering)
    fourth = answers_of(review)[3]
    fourth.answer = "Seen."
    change_record(record=fourth, by=manager, lock=fourth.lock)
    assert prefill_answers(review=review, by=manager) == 1
    found = answers_of(review)
    assert (found[5].answer, found[5].fact, found[5].verdict) == ("Never.", training, "open")
    assert (found[6].answer, found[3].answer) == ("", "Seen.")
    assert prefill_answers(review=review, by=manager) == 0


@db
def test_answers_of_a_review_that_is_done_stay(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    review = reviewed(manager)
    answer = answers_of(review)[0]
    answer.verdict = "bad"
    with pytest.raises(Denied, match="Reopen"):
        change_record(record=answer, by=manager, lock=answer.lock)
    url = f"{review.get_absolute_url()}/questions"
    client = client_of("vendor-manager")
    assert client.post(url, {}).status_code == 403
    page = client.get(url)
    assert (page.status_code, b"<textarea" in page.content) == (200, False)
    assert fresh(review).score == 100


def filled(review: VendorReview, **changes: Any) -> dict[str, Any]:
    """What the form of all ten sends."""
    data: dict[str, Any] = {}
    for one in answers_of(review):
        data |= {f"q{one.question}-lock": one.lock, f"q{one.question}-verdict": one.verdict}
        data |= {f"q{one.question}-{name}": value for name, value in changes.items()}
    return data


@db
def test_all_ten_are_answered_on_one_form(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    review = make("vendor-reviews", manager)
    item = make("evidence", manager)
    url, client = f"{review.get_absolute_url()}/questions", client_of("vendor-manager")
    page = client.get(url).content.decode()
    assert all(question.ask in page and question.good in page for question in questions())
    assert client.post(url, filled(review, verdict="good", answer="Yes.", file=item.reference)).status_code == 302
    assert {(one.answer, one.verdict, one.file) for one in answers_of(review)} == {("Yes.", "good", item)}
    assert fresh(review).score == 100
    wrong = client.post(url, filled(review, verdict="out", why=""))
    assert (wrong.status_code, "Question 1: Say why the question does not apply." in wrong.content.decode()) == (
        422,
        True,
    )
    old = filled(review, verdict="bad") | {"q1-lock": 1}
    assert client.post(url, old).status_code == 409
    assert client.post(url, filled(review, verdict="nonsense")).status_code == 422
    assert client.post(url, filled(review, file="EVI-9999")).status_code == 422
    assert client_of("contributor").post(url, filled(review)).status_code == 403
    assert client_of("contributor").get(url).status_code == 200


@db
def test_the_form_takes_the_same_queries_whatever_is_cited(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    review = make("vendor-reviews", manager)
    url, client = f"{review.get_absolute_url()}/questions", client_of("vendor-manager")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as bare:
        client.get(url)
    item = make("evidence", manager)
    client.post(url, filled(review, verdict="good", file=item.reference))
    with CaptureQueriesContext(connection) as full:
        client.get(url)
    assert len(full) == len(bare)


@db
def test_one_question_has_one_answer_in_use(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    made = make("review-answers", manager, review=make("vendor-reviews", manager), question=6, verdict="good")
    rows = ReviewAnswer.objects.within(manager.organisation).filter(review=made.review, question=6)
    assert sorted(row.archived_at is None for row in rows) == [False, True]
    assert len(answers_of(made.review)) == 10

"""Whether a certificate is worth it: each verdict with its reasons, and nothing stored."""

from collections.abc import Callable
from itertools import product

import pytest
from django.test import Client

from aims.programme.worth import HEADLINES, QUESTIONS, SENTENCES, Answer, Verdict, judge
from grc.models import ActivityEvent

URL = "/o/nordhaven/certificate-worth-it"


def answers(*yes: str) -> dict[str, Answer]:
    return {question.key: Answer.YES if question.key in yes else Answer.NO for question in QUESTIONS}


@pytest.mark.parametrize(
    ("yes", "verdict"),
    [
        (("asked",), Verdict.CERTIFICATE),
        (("asked", "short", "mature"), Verdict.CERTIFICATE),
        (("regulated", "consequential"), Verdict.CERTIFICATE),
        (("regulated", "consequential", "mature"), Verdict.CERTIFICATE),
        (("regulated", "consequential", "reviewed"), Verdict.INTERNAL),
        (("regulated", "outside", "security-only"), Verdict.INTERNAL),
        (("scratch", "outside", "mature"), Verdict.INTERNAL),
        (("regulated", "outside", "consequential", "short"), Verdict.NOT_YET),
        ((), Verdict.INTERNAL),
    ],
)
def test_verdict(yes: tuple[str, ...], verdict: Verdict) -> None:
    assert judge(answers(*yes)).verdict == verdict


def test_too_few_answers_make_no_verdict_and_are_named() -> None:
    advice = judge({"regulated": Answer.YES, "outside": Answer.UNSURE})
    assert advice.verdict == Verdict.UNKNOWN
    assert len(advice.unsure) == len(QUESTIONS) - 1
    assert len(advice.reasons) == 1


def test_every_verdict_has_words_and_every_yes_its_reason() -> None:
    assert set(HEADLINES) == set(SENTENCES) == set(Verdict)
    for question in QUESTIONS:
        assert question.speaks_for or question.speaks_against
    every = judge(answers(*[question.key for question in QUESTIONS]))
    assert len(every.reasons) + len(every.against) == len(QUESTIONS)


def test_somebody_who_asks_for_it_is_never_put_off() -> None:
    for rest in product(Answer, repeat=3):
        given = dict(zip(("short", "mature", "security-only"), rest, strict=True)) | {"asked": Answer.YES}
        assert judge(given).verdict == Verdict.CERTIFICATE


@pytest.mark.django_db
def test_page_answers_from_its_address_and_stores_nothing(client_of: Callable[..., Client]) -> None:
    client = client_of("approver")
    before = ActivityEvent.unscoped.count()
    assert "What speaks against it" not in client.get(URL).content.decode()
    page = client.get(URL + "?asked=yes&short=yes&mature=unsure").content.decode()
    assert "A certificate is worth it" in page
    assert "Means are short" in page
    assert "It does not say that any model" in page
    assert "/plan/begin" not in page  # an approver can't
    assert ActivityEvent.unscoped.count() == before
    assert "/plan/begin" in client_of("compliance-officer").get(URL + "?asked=yes").content.decode()


@pytest.mark.django_db
def test_page_refuses_other_answers_and_other_people(client_of: Callable[..., Client]) -> None:
    assert client_of("approver").get(URL + "?asked=maybe").status_code == 400
    assert client_of("reader").get(URL).status_code == 404

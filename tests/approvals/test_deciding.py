"""Deciding: once, by who was asked, freshly proven; all must approve, one sends back, the one before is superseded."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import archive_record
from grc.approvals.actions import withdraw_review
from grc.approvals.deciding import NotDecidable
from grc.approvals.proofs import LIFE, NotProven, Proof
from grc.models import ActivityEvent, Approval, Notice, Review
from tests.approvals.making import approved, edited, end_role, proof_of, sent, somebody
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(system: Actor) -> Actor:
    return somebody(system, "compliance-officer", name="Carla")


@pytest.fixture
def approver(system: Actor) -> Actor:
    return somebody(system, "approver", name="Margit")


def test_all_who_were_asked_must_approve(system: Actor, author: Actor, approver: Actor) -> None:
    other = somebody(system, "approver")
    review = sent(make("risks", system), author, approver, other)
    assert approved(review, approver).state == "in-review"
    done = approved(review, other, meaning="I approve the treatment plan", comment="Good")
    assert done.state == "approved"
    part = Approval.unscoped.get(review=review, approver=other.person)
    assert (part.meaning, part.comment, part.method) == ("I approve the treatment plan", "Good", "password")
    events = ActivityEvent.unscoped.filter(record=review.key, verb="approved").order_by("pk")
    assert [event.person for event in events] == [approver.person.public_id, other.person.public_id]  # type: ignore[union-attr]
    assert Notice.unscoped.filter(person=author.person, text__contains="approved and in force").count() == 1


def test_one_rejection_sends_back(system: Actor, author: Actor, approver: Actor) -> None:
    other = somebody(system, "approver")
    review = sent(make("documents", system), author, approver, other)
    back = approved(review, approver, decision="rejected", meaning="", comment="Says nothing of suppliers")
    assert (back.state, back.ended_at is not None) == ("rejected", True)
    with pytest.raises(NotDecidable, match="ended already"):
        approved(review, other)
    event = ActivityEvent.unscoped.filter(record=review.key).order_by("-pk").first()
    assert event is not None
    assert (event.verb, event.detail) == ("sent-back", "version 1: Says nothing of suppliers")
    assert Notice.unscoped.filter(person=author.person, text__contains="Margit sent").count() == 1


def test_next_approval_supersedes_the_one_before(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="one")
    first = approved(sent(record, author, approver), approver)
    edited(record, author, text="two")
    second = approved(sent(record, author, approver), approver)
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "approved")
    assert first.superseded_at is not None
    assert first.ended_at is not None
    assert first.ended_at < first.superseded_at
    assert second.version.number == 2


def test_decision_of_who_was_not_asked_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    with pytest.raises(Denied, match="not asked"):
        approved(review, somebody(system, "approver"))
    with pytest.raises(Denied, match="None of your roles"):
        approved(review, author)
    with pytest.raises(Denied, match="Only a person"):
        approved(review, system, proof=proof_of(approver))


def test_approver_whose_role_is_ended_cannot_decide(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    end_role(approver, "approver")
    with pytest.raises(Denied, match="no role"):
        approved(review, approver)  # an actor from before the role was ended
    other = somebody(system, "approver", "reader")
    second = sent(make("documents", system), author, other)
    end_role(other, "approver")
    with pytest.raises(Denied, match="None of your roles"):
        approved(second, other)
    assert not Approval.unscoped.exclude(decision="").exists()


def test_decision_is_taken_once(system: Actor, author: Actor, approver: Actor) -> None:
    other = somebody(system, "approver")
    review = sent(make("documents", system), author, approver, other)
    approved(review, approver)
    for decision in ("approved", "rejected"):
        with pytest.raises(NotDecidable, match="decided already"):
            approved(review, approver, decision=decision, comment="No after all")
    assert Approval.unscoped.get(review=review, approver=approver.person).decision == "approved"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": "maybe"}, "decision"),
        ({"meaning": ""}, "meaning"),
        ({"meaning": "I looked at it"}, "meaning"),
        ({"decision": "rejected", "comment": " "}, "comment"),
    ],
)
def test_decision_names_the_input_that_is_wrong(
    values: dict[str, str], field: str, system: Actor, author: Actor, approver: Actor
) -> None:
    review = sent(make("documents", system), author, approver)
    with pytest.raises(NotDecidable) as refused:
        approved(review, approver, **values)
    assert refused.value.field == field
    assert Approval.unscoped.get(review=review).decision == ""


def test_meaning_of_another_register_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    with pytest.raises(NotDecidable):
        approved(review, approver, meaning="I approve these criteria")


def test_proof_must_be_fresh_ones_own_and_of_a_known_kind(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    person, now = approver.person, timezone.now()
    assert person is not None
    assert author.person is not None
    for proof in (
        Proof(person, "password", now - LIFE - dt.timedelta(seconds=1)),
        Proof(person, "password", now + dt.timedelta(minutes=1)),
        Proof(author.person, "password", now),
        Proof(person, "token", now),
        Proof(person, "", now),
    ):
        with pytest.raises(NotProven):
            approved(review, approver, proof=proof)
    assert Approval.unscoped.get(review=review).decision == ""


def test_decision_after_withdrawal_or_archiving_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    review = sent(record, author, approver)
    archive_record(record=record, by=system)
    with pytest.raises(NotDecidable, match="archived"):
        approved(review, approver)
    withdraw_review(review=review, by=author)
    with pytest.raises(NotDecidable, match="ended already: withdrawn"):
        approved(review, approver)


def test_approver_who_may_not_see_the_register_any_more_cannot_decide(
    system: Actor, author: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grc.access.roles import ROLES, Permission

    review = sent(make("documents", system), author, approver)
    monkeypatch.delitem(ROLES["approver"].grants, Permission.DOCUMENTS_VIEW)
    with pytest.raises(Denied, match="may not see"):
        approved(review, approver)


def test_approved_version_cannot_be_changed_or_deleted(system: Actor, author: Actor, approver: Actor) -> None:
    version = approved(sent(make("documents", system), author, approver), approver).version
    with pytest.raises(DatabaseError), transaction.atomic():
        type(version).unscoped.filter(pk=version.pk).update(body=b"{}")
    with pytest.raises((ProtectedError, DatabaseError)), transaction.atomic():
        version.delete()
    assert type(version).unscoped.filter(pk=version.pk).exists()


def test_database_refuses_a_decision_without_its_signature(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.unscoped.filter(review=review).update(decision="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.unscoped.filter(pk=review.pk).update(state="approved")


def test_paper_that_fails_never_loses_the_approval(
    system: Actor,
    author: Actor,
    approver: Actor,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    from grc import tasks

    def broken(*_args: object) -> None:
        raise OSError("the broker is down")

    monkeypatch.setattr(tasks.sign_review, "delay", broken)
    review = sent(make("documents", system), author, approver)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        approved(review, approver)
    review.refresh_from_db()
    assert (review.state, review.signed_pdf) == ("approved", None)

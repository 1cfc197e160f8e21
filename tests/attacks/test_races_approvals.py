"""A hundred at once: one review, one decision, one version in force, one paper. The controls without locks lose."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.people import end_role
from grc.approvals import deciding, keys
from grc.approvals.actions import NotSendable, NotWithdrawable, withdraw_review
from grc.approvals.deciding import NotDecidable
from grc.approvals.keys import key_to_sign_with
from grc.approvals.signing import sign_review
from grc.models import ActivityEvent, Approval, File, Organisation, Review, SigningKey
from tests.approvals.making import approved, edited, sent, somebody
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)
Outcomes = list[Any]
REJECTION: dict[str, Any] = {"decision": "rejected", "comment": "No"}


def of(outcomes: Outcomes, kind: type) -> Outcomes:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def only(outcomes: Outcomes, *kinds: type) -> None:
    strange = [outcome for outcome in outcomes if not isinstance(outcome, kinds)]
    assert strange == [], strange[:3]


def withdrawn(review: Review, by: Actor) -> Review:
    with by.working():
        return withdraw_review(review=review, by=by)


def at_any_number(act: Callable[[], Any], _number: int) -> Any:
    return act()


def in_turn(acts: Sequence[Callable[[], Any]], number: int) -> Any:
    return acts[number % len(acts)]()


@pytest.fixture
def author(system: Actor) -> Actor:
    return somebody(system, "compliance-officer")


@pytest.fixture
def approver(system: Actor) -> Actor:
    return somebody(system, "approver")


def test_send_at_once_is_one_review(system: Actor, author: Actor, approver: Actor) -> None:
    for _ in range(ROUNDS):
        record = make("documents", system)
        outcomes = race(partial(at_any_number, partial(sent, record, author, approver)))
        only(outcomes, Review, NotSendable)
        assert len(of(outcomes, Review)) == 1
        assert Review.unscoped.filter(key=record.key).count() == 1
        assert Approval.unscoped.filter(review__key=record.key).count() == 1
        assert ActivityEvent.unscoped.filter(record=record.key, verb="sent-for-approval").count() == 1


def test_decide_at_once_is_one_decision(system: Actor, author: Actor, approver: Actor) -> None:
    for _ in range(ROUNDS):
        review = sent(make("documents", system), author, approver)
        ways = [partial(approved, review, approver), partial(approved, review, approver, **REJECTION)]
        outcomes = race(partial(in_turn, ways))
        only(outcomes, Review, NotDecidable)
        assert len(of(outcomes, Review)) == 1
        assert len(of(outcomes, NotDecidable)) == WAYS - 1
        decided = ActivityEvent.unscoped.filter(record=review.key, verb__in=("approved", "sent-back"))
        assert decided.count() == 1
        review.refresh_from_db()
        part = Approval.unscoped.get(review=review)
        assert (review.state, part.decision) in {("approved", "approved"), ("rejected", "rejected")}
        assert (decided.get().verb == "approved") == (part.decision == "approved")


def test_decide_without_row_locks_signs_twice(
    system: Actor, author: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = sent(make("documents", system), author, approver)
    meet, check = threading.Barrier(2), deciding._check

    def check_later(*args: Any) -> None:
        try:
            meet.wait(15)
        except threading.BrokenBarrierError:
            meet.reset()
        check(*args)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(deciding, "_check", check_later)
        outcomes = race(lambda _n: approved(review, approver), ways=4, at_once=4)
    assert len(of(outcomes, Review)) > 1
    assert ActivityEvent.unscoped.filter(record=review.key, verb="approved").count() > 1


def test_last_approvals_at_once_put_it_in_force_once(system: Actor, author: Actor) -> None:
    approvers = [somebody(system, "approver") for _ in range(10)]
    record = make("documents", system, text="one")
    first = sent(record, author, approvers[0])
    approved(first, approvers[0])
    edited(record, author, text="two")
    second = sent(record, author, *approvers)
    outcomes = race(lambda n: approved(second, approvers[n % 10]))
    only(outcomes, Review, NotDecidable)
    assert len(of(outcomes, Review)) == 10
    assert sorted(Review.unscoped.values_list("state", flat=True)) == ["approved", "superseded"]
    assert Review.unscoped.get(state="approved").pk == second.pk


def test_last_approvals_without_row_locks_leave_it_hanging(
    system: Actor, author: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who sign at once each see the other waiting, so that nobody puts it in force."""
    approvers = [somebody(system, "approver") for _ in range(2)]
    review = sent(make("documents", system), author, *approvers)
    meet = threading.Barrier(2)

    def act(number: int) -> Review:
        with transaction.atomic():
            done = approved(review, approvers[number])
            meet.wait(15)  # neither has committed when the other looks
        return done

    with without_row_locks(monkeypatch):
        outcomes = race(act, ways=2, at_once=2)
    assert len(of(outcomes, Review)) == 2
    review.refresh_from_db()
    assert review.state == "in-review"


def test_withdraw_and_approve_at_once_end_it_once(system: Actor, author: Actor, approver: Actor) -> None:
    for _ in range(ROUNDS * 3):
        review = sent(make("documents", system), author, approver)
        acts = [partial(approved, review, approver), partial(withdrawn, review, author)]
        outcomes = race(partial(in_turn, acts), ways=20)
        only(outcomes, Review, NotDecidable, NotWithdrawable)
        assert len(of(outcomes, Review)) == 1
        review.refresh_from_db()
        assert review.state in {"approved", "withdrawn"}


def test_role_that_ends_while_a_hundred_decide(system: Actor, author: Actor) -> None:
    """Whoever signed did so before the role ended; nobody signs after."""
    approver = somebody(system, "approver", "reader")
    reviews = [sent(make("documents", system), author, approver) for _ in range(20)]

    def act(number: int) -> Any:
        if number == 10:
            return end_role(person=approver.person, role="approver", by=system)  # type: ignore[arg-type]
        return approved(reviews[number], approver)

    outcomes = race(act, ways=20)
    only(outcomes, Review, Denied, type(None))
    ended = ActivityEvent.unscoped.filter(verb="revoked").latest("pk").at
    with pytest.raises(Denied):
        approved(sent(make("documents", system), author, somebody(system, "approver")), approver)
    assert ended is not None
    done = len(of(outcomes, Review))
    assert Approval.unscoped.filter(approver=approver.person, decision="approved").count() == done


def test_sign_at_once_makes_one_paper_and_one_key(
    system: Actor, author: Actor, approver: Actor, organisation: Organisation
) -> None:
    review = approved(sent(make("documents", system), author, approver), approver)
    outcomes = race(lambda _n: sign_review(review_id=review.pk, organisation=organisation), ways=20)
    only(outcomes, File, type(None))
    assert len(of(outcomes, File)) == 1
    assert File.unscoped.count() == 1
    assert SigningKey.unscoped.count() == 1


def test_first_key_at_once_is_one(system: Actor, organisation: Organisation) -> None:
    def make_one(_number: int) -> SigningKey:
        with system.working():
            return key_to_sign_with(organisation)

    outcomes = race(make_one, ways=20)
    only(outcomes, SigningKey)
    assert len({key.fingerprint for key in outcomes}) == 1


def test_first_key_without_row_locks_collides(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    system = Actor.system(organisation)
    meet, generated = threading.Barrier(2), keys._generated

    def generated_later(of_whom: Organisation) -> tuple[str, str]:
        meet.wait(15)
        return generated(of_whom)

    def make_one(_number: int) -> SigningKey:
        with system.working():
            return key_to_sign_with(organisation)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(keys, "_generated", generated_later)
        outcomes = race(make_one, ways=2, at_once=2)
    # both made one: either they collide, or the later one puts the first out of use
    made = {key.fingerprint for key in of(outcomes, SigningKey)}
    assert len(of(outcomes, IntegrityError)) + len(made) == 2

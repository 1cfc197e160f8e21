"""A hundred people do the same thing to one door at once: one comes in, and the control without locks lets more in."""

import threading
from functools import partial
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.actions.people import NotPossible, end_role, leave_organisation, roles_of
from grc.context import Context, set_context, working_in
from grc.identity import invitations as invitation_actions
from grc.identity.invitations import NotOpen, accept_invitation, invite
from grc.identity.joining import join_as_new_person
from grc.identity.lockout import TRIES, judge_password
from grc.models import ActivityEvent, Invitation, Membership, Organisation, Person
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.conftest import make_organisation, make_person
from tests.identity.links import mails, secret_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation(transactional_db: None) -> Organisation:
    return make_organisation("Nordhaven", "nordhaven")


def invited(organisation: Organisation, email: str) -> str:
    by = Actor.system(organisation)
    with by.working():
        invite(email=email, roles=["reader"], by=by)
    return secret_in(mails(organisation)[-1])


def redeem(secret: str, person: Person, _number: int) -> Invitation:
    return accept_invitation(secret=secret, person=person)


def of(outcomes: list[Any], kind: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def counted(organisation: Organisation, verb: str) -> int:
    with working_in(Context(organisation.pk, None, "task")):
        return ActivityEvent.objects.within(organisation).filter(verb=verb).count()


def test_hundred_redemptions_of_one_invitation_let_one_in(organisation: Organisation) -> None:
    for number in range(ROUNDS):
        person = make_person(f"p{number}@nordhaven.example")
        secret = invited(organisation, person.email)
        outcomes = race(partial(redeem, secret, person))
        assert len(of(outcomes, Invitation)) == 1
        assert len(of(outcomes, NotOpen)) == WAYS - 1
        with working_in(Context(organisation.pk, None, "task")):
            assert Membership.objects.filter(organisation=organisation, person=person).count() == 1
    assert counted(organisation, "joined") == ROUNDS


def test_redemptions_without_row_locks_let_in_more_than_once(organisation: Organisation, monkeypatch: Any) -> None:
    person = make_person("p@nordhaven.example")
    secret = invited(organisation, person.email)
    meet, settle = threading.Barrier(2), invitation_actions.settle

    def settle_later(**named: Any) -> None:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        settle(**named)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(invitation_actions, "settle", settle_later)
        # the memberships' own uniqueness would stop it as well: without it, two would come in
        monkeypatch.setattr(invitation_actions, "admit", lambda **_named: [])
        outcomes = race(partial(redeem, secret, person), ways=4, at_once=4)
    assert len(of(outcomes, Invitation)) > 1


def test_hundred_strangers_with_one_link_make_one_account(organisation: Organisation) -> None:
    secret = invited(organisation, "new@nordhaven.example")
    outcomes = race(lambda n: join_as_new_person(secret=secret, name=f"N{n}", password=f"a long phrase {n}"))
    assert len(of(outcomes, Person)) == 1
    assert len(of(outcomes, NotOpen)) == WAYS - 1
    winner = of(outcomes, Person)[0]
    stored = Person.objects.get(email="new@nordhaven.example")
    assert (stored.pk, stored.name) == (winner.pk, winner.name)
    assert counted(organisation, "joined") == 1


def test_one_address_invited_at_once_is_invited_once(organisation: Organisation) -> None:
    by = Actor.system(organisation)

    def act(_number: int) -> Any:
        with by.working():
            return invite(email="one@nordhaven.example", roles=["reader"], by=by)

    outcomes = race(act, ways=20)
    assert len(of(outcomes, Invitation)) == 1
    assert len(of(outcomes, NotPossible)) == 19


def test_administrators_who_all_leave_at_once_leave_one(organisation: Organisation) -> None:
    people = [make_person(f"a{n}@nordhaven.example", organisation, "administrator") for n in range(20)]
    actors = [Actor(organisation, person, frozenset({"administrator"})) for person in people]

    def act(number: int) -> Any:
        with actors[number].working():
            if number % 2:
                return leave_organisation(by=actors[number])
            return end_role(person=people[number], role="administrator", by=actors[number])

    outcomes = race(act, ways=20)
    assert len(of(outcomes, NotPossible)) == 1
    with working_in(Context(organisation.pk, None, "task")):
        assert sum("administrator" in roles_of(person, organisation) for person in people) == 1


def test_wrong_passwords_at_once_are_counted_one_by_one(organisation: Organisation) -> None:
    person = make_person("p@nordhaven.example", organisation, "reader")
    outcomes = race(lambda _n: judge_password(person=person, right=False))
    assert outcomes == [False] * WAYS
    person.refresh_from_db()
    assert person.failed_logins == TRIES
    assert person.locked_until is not None
    assert counted(organisation, "locked-out") == 1
    assert len(mails(None)) == 1
    set_context(None)

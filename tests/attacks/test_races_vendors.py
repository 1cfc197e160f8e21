"""Announcing, objecting and publishing many times at once: one announcement, one effect, one edition; and a control
that loses."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.models import OutboxMessage
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.factories import make
from tests.vendors.changing import NOON, announced, customer, draft, fresh, listed
from vendors.changes import actions
from vendors.changes.actions import NotMovable, announce_change, put_in_effect, withdraw_change
from vendors.changes.public import NothingNew, publish_list
from vendors.models import SubprocessorChange, SubprocessorList, SubprocessorNotice

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = NOON.replace(month=6, day=1)


@pytest.fixture
def vera(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def test_a_change_is_announced_once(vera: Actor) -> None:
    customer(vera, "Berlin")
    for number in range(ROUNDS):
        change = draft(vera)
        outcomes = race(lambda _n, change=change: announce_change(change=change, by=vera, lock=1, at=NOON))
        assert {getattr(one, "state", one) for one in outcomes} == {"announced"}
        assert len(outcomes) == WAYS
        assert SubprocessorNotice.unscoped.count() == OutboxMessage.unscoped.count() == number + 1
        assert fresh(change).lock == 2


def test_without_row_locks_it_is_announced_twice_over(vera: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    customer(vera, "Berlin")
    change = draft(vera)
    meet, read = threading.Barrier(2), actions.recipients_of
    sent: list[int] = []

    def read_later(*args: Any) -> Any:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        sent.append(1)
        return read(*args)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(actions, "recipients_of", read_later)
        race(lambda _n: announce_change(change=change, by=vera, lock=1, at=NOON), ways=4, at_once=4)
    assert len(sent) > 1  # the harness sees the race: more than one began to tell people


def test_two_changes_of_one_company_are_not_both_announced(vera: Actor) -> None:
    row = make("subprocessors", vera)
    changes = [draft(vera, subprocessor=row) for _ in range(2)]
    outcomes = race(lambda n: announce_change(change=changes[n], by=vera, lock=1, at=NOON), ways=2, at_once=2)
    assert sorted(type(one) is NotMovable for one in outcomes) == [False, True]
    assert SubprocessorChange.unscoped.filter(state="announced").count() == 1


def test_it_takes_effect_or_is_withdrawn_and_never_both(vera: Actor) -> None:
    for _ in range(ROUNDS):
        change = announced(vera)

        def act(number: int, change: SubprocessorChange = change) -> Any:
            if number % 2:
                return put_in_effect(change=change, by=vera, at=JUNE)
            return withdraw_change(change=change, by=vera, reason="x", lock=2)

        race(act, ways=20)
        row, company = fresh(change), fresh(change.subprocessor)
        assert (row.state, company.state) in {("in-effect", "current"), ("withdrawn", "planned")}
        assert row.lock == 3


def test_an_edition_is_published_once(vera: Actor) -> None:
    listed(vera)
    outcomes = race(lambda _n: publish_list(by=vera, at=NOON))
    assert SubprocessorList.unscoped.count() == 1
    assert sum(isinstance(one, NothingNew) for one in outcomes) == WAYS - 1

"""A hundred at once before one door: one comes in, and the control without locks lets more in."""

import threading
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.context import Context, working_in
from grc.models import ActivityEvent, Organisation
from tests.attacks.racing import WAYS, race, without_row_locks
from tests.conftest import make_organisation
from tests.identity.links import mails
from tests.vendors.asked import asked, code_in, fresh, link_of
from vendors.asking import answering, codes
from vendors.asking.answering import NotTaken, answer_ask, keep_draft
from vendors.asking.codes import A_DAY, TRIES, Judged, Sending, judge_code, send_code
from vendors.asking.links import WAY, Door, door_of
from vendors.models import VendorAsk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation(transactional_db: None) -> Organisation:
    return make_organisation("Nordhaven", "nordhaven")


@pytest.fixture
def sent(organisation: Organisation) -> tuple[VendorAsk, Door]:
    ask, secret = asked(Actor.system(organisation))
    door = door_of(secret)
    assert door is not None
    return ask, door


def at_the_door(door: Door, act: Any, **named: Any) -> Any:
    with working_in(Context(door.ask.organisation_id, None, WAY)):
        return act(door=door, **named)


def of(outcomes: list[Any], kind: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def test_a_hundred_who_send_in_at_once_send_in_once(sent: tuple[VendorAsk, Door], organisation: Organisation) -> None:
    ask, door = sent
    at_the_door(door, keep_draft, texts={1: "Ours"})
    outcomes = race(lambda n: at_the_door(door, answer_ask, name=f"Person {n}"))
    (winner,) = of(outcomes, VendorAsk)
    assert len(of(outcomes, NotTaken)) == WAYS - 1
    row = fresh(ask)
    assert (row.answered_by, row.answers) == (winner.answered_by, {"1": "Ours"})
    with working_in(Context(organisation.pk, None, "task")):
        events = ActivityEvent.objects.within(organisation).filter(record=ask.key, detail__startswith="Answered")
        assert events.count() == 1


def test_without_row_locks_more_than_one_sends_in(sent: tuple[VendorAsk, Door], monkeypatch: Any) -> None:
    _ask, door = sent
    at_the_door(door, keep_draft, texts={1: "Ours"})
    meet, move = threading.Barrier(2), answering.move_record

    def move_later(**named: Any) -> Any:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        named["lock"] = (
            type(named["record"]).objects.within(named["record"].organisation).get(pk=named["record"].pk).lock
        )
        return move(**named)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(answering, "move_record", move_later)
        outcomes = race(lambda n: at_the_door(door, answer_ask, name=f"Person {n}"), ways=4, at_once=4)
    assert len(of(outcomes, VendorAsk)) > 1


def test_one_code_lets_one_of_a_hundred_in(sent: tuple[VendorAsk, Door], organisation: Organisation) -> None:
    _ask, door = sent
    at_the_door(door, send_code)
    code = code_in(organisation)
    outcomes = race(lambda _n: at_the_door(door, judge_code, code=code))
    assert outcomes.count(Judged.RIGHT) == 1
    assert outcomes.count(Judged.USELESS) == WAYS - 1


def test_without_row_locks_one_code_lets_more_in(
    sent: tuple[VendorAsk, Door], organisation: Organisation, monkeypatch: Any
) -> None:
    _ask, door = sent
    at_the_door(door, send_code)
    code, meet, compare = code_in(organisation), threading.Barrier(2), codes.constant_time_compare

    def compare_later(one: Any, other: Any) -> bool:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        return compare(one, other)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(codes, "constant_time_compare", compare_later)
        monkeypatch.setattr(codes, "note_opened", lambda *_given: None)
        outcomes = race(lambda _n: at_the_door(door, judge_code, code=code), ways=4, at_once=4)
    assert outcomes.count(Judged.RIGHT) > 1


def test_a_hundred_guesses_at_once_are_five(sent: tuple[VendorAsk, Door], organisation: Organisation) -> None:
    _ask, door = sent
    at_the_door(door, send_code)
    wrong = f"{(int(code_in(organisation)) + 1) % 10**8:08d}"
    outcomes = race(lambda _n: at_the_door(door, judge_code, code=wrong))
    assert outcomes.count(Judged.WRONG) == TRIES - 1
    assert outcomes.count(Judged.USELESS) == WAYS - TRIES + 1


def test_a_hundred_wishes_for_a_code_at_once_are_one_mail(
    sent: tuple[VendorAsk, Door], organisation: Organisation
) -> None:
    _ask, door = sent
    outcomes = race(lambda _n: at_the_door(door, send_code))
    assert outcomes.count(Sending.SENT) == 1
    assert len(mails(organisation)) == 2
    assert link_of(organisation).get().code_sends == 1 < A_DAY


def test_what_ten_type_to_ten_questions_at_once_is_all_kept(
    sent: tuple[VendorAsk, Door], organisation: Organisation
) -> None:
    _ask, door = sent
    race(lambda n: at_the_door(door, keep_draft, texts={n + 1: f"Answer {n + 1}"}), ways=10, at_once=10)
    with working_in(Context(organisation.pk, None, "task")):
        assert link_of(organisation).get().draft == {str(n): f"Answer {n}" for n in range(1, 11)}

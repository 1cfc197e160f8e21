"""A change of ours is announced to everybody with their own days, and held back until all have run."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.outbox import deliver_due
from grc.actions.records import StaleRecord, archive_record, change_record
from grc.models import OutboxMessage
from tests.factories import make
from tests.vendors.changing import NOON, announced, customer, draft, fresh, listed, notice_of, notices_of
from vendors.changes.actions import NotMovable, announce_change, list_existing, put_in_effect, withdraw_change
from vendors.changes.objections import record_objection, settle_objection
from vendors.changes.tasks import put_due_in_effect
from vendors.models import Subprocessor, SubprocessorNotice

pytestmark = pytest.mark.django_db
Day = dt.date
JUNE = dt.datetime(2028, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def vera(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def test_everybody_is_told_with_their_own_last_day(vera: Actor) -> None:
    customer(vera, "Berlin", 30, "Europe/Berlin")
    customer(vera, "Kiribati", 45, "Pacific/Kiritimati")
    customer(vera, "Samoa", 10, "Pacific/Pago_Pago")
    customer(vera, "Ended", ends_on=Day(2028, 1, 29))
    customer(vera, "Later", signed_on=Day(2028, 2, 1))
    make("subscribers", vera, email="press@paper.example")
    make("subscribers", vera, email="BERLIN@customer.example")  # told as a customer already
    make("subscribers", vera, email="gone@paper.example", ended_on=Day(2028, 1, 30))
    change = announced(vera, dt.datetime(2028, 1, 30, 10, 30, tzinfo=dt.UTC))
    told = {one.told: (one.days, one.object_until) for one in notices_of(change)}
    assert told == {
        "Berlin": (30, Day(2028, 2, 29)),
        "Kiribati": (45, Day(2028, 3, 16)),  # there it was the 31st already
        "Samoa": (10, Day(2028, 2, 8)),  # and there still the 29th
        "press@paper.example": (30, Day(2028, 2, 29)),
    }
    assert (change.state, change.object_until) == ("announced", Day(2028, 3, 16))


def test_mails_leave_after_commit_and_say_how_to_object(vera: Actor) -> None:
    customer(vera, "Berlin", 30, "Europe/Berlin")
    customer(vera, "Boston", 45, "America/New_York")
    planned = make("subprocessors", vera, name="Vectorhaus GmbH", location="Frankfurt, Germany", data=["personal"])
    change = announced(vera, subprocessor=planned, name="Vectorhaus stores embeddings")
    assert mail.outbox == []
    assert OutboxMessage.unscoped.count() == 2
    deliver_due(["mail"])
    texts = {one.to[0]: one.body for one in mail.outbox}
    text = texts["berlin@customer.example"]
    for words in (
        "Vectorhaus stores embeddings", "Vectorhaus GmbH", "Frankfurt, Germany", "Personal data", "More capacity.",
        "2028-06-01", "2028-02-29 (Europe/Berlin)", "vendor-manager@nordhaven.example", change.reference, "Nordhaven",
    ):  # fmt: skip
        assert words in text
    assert "2028-03-15 (America/New_York)" in texts["boston@customer.example"]
    assert "Boston" not in text


def test_what_is_rolled_back_tells_nobody(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = draft(vera)
    with pytest.raises(RuntimeError), transaction.atomic():
        announce_change(change=change, by=vera, lock=change.lock, at=NOON)
        raise RuntimeError
    assert fresh(change).state == "draft"
    assert not OutboxMessage.unscoped.exists()


def test_too_early_a_day_is_refused_with_the_earliest(vera: Actor) -> None:
    customer(vera, "Short", 10)
    customer(vera, "Long", 30)
    change = draft(vera, effective_on=Day(2028, 2, 29))
    with pytest.raises(NotMovable, match="1 Mar 2028"):
        announce_change(change=change, by=vera, lock=change.lock, at=NOON)
    change.effective_on = Day(2028, 3, 1)
    change = change_record(record=change, by=vera, lock=change.lock)
    assert announce_change(change=change, by=vera, lock=change.lock, at=NOON).state == "announced"


def test_a_customer_without_an_address_has_to_be_told_somehow(vera: Actor) -> None:
    customer(vera, "Silent", 20, contact_email="")
    change = draft(vera)
    with pytest.raises(NotMovable, match="no address for Silent"):
        announce_change(change=change, by=vera, lock=change.lock, at=NOON)
    announce_change(change=change, by=vera, lock=change.lock, at=NOON, told_otherwise=True)
    (notice,) = notices_of(change)
    assert (notice.email, notice.object_until) == ("", Day(2028, 2, 19))
    assert not OutboxMessage.unscoped.exists()


def test_two_clicks_are_one_announcement(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = draft(vera)
    for _ in range(2):
        announce_change(change=change, by=vera, lock=1, at=NOON)
    assert SubprocessorNotice.unscoped.count() == OutboxMessage.unscoped.count() == 1
    assert fresh(change).lock == 2


def test_what_somebody_else_changed_meanwhile_is_not_announced(vera: Actor) -> None:
    change = draft(vera)
    change_record(record=fresh(change), by=vera, lock=1)
    other = fresh(change)
    other.reason = "Another."
    change_record(record=other, by=vera, lock=1)
    with pytest.raises(StaleRecord):
        announce_change(change=change, by=vera, lock=1, at=NOON)
    assert fresh(change).state == "draft"


def test_what_cannot_be_announced_says_why(vera: Actor, system: Actor) -> None:
    on_list = listed(vera)
    cases = [
        (draft(system), "owner"),
        (draft(vera, subprocessor=on_list), "on the list already"),
        (draft(vera, kind="remove"), "not on the list"),
        (draft(vera, kind="replace", replaces=make("subprocessors", vera)), "What it replaces is not on the list"),
    ]
    for change, words in cases:
        with pytest.raises(NotMovable, match=words):
            announce_change(change=change, by=vera, lock=change.lock, at=NOON)
    first = announced(vera)
    second = draft(vera, subprocessor=first.subprocessor)
    with pytest.raises(NotMovable, match=f"{first.reference} is announced"):
        announce_change(change=second, by=vera, lock=second.lock, at=NOON)


def test_effect_waits_for_the_day_and_for_every_objection(vera: Actor) -> None:
    customer(vera, "Berlin", 30, "Europe/Berlin")
    change = announced(vera)
    with pytest.raises(NotMovable, match=r"takes effect on 1 Jun 2028.*Berlin may object until the end of 29 Feb 2028"):
        put_in_effect(change=change, by=vera, at=NOON)
    notice = notice_of(change, "Berlin")
    in_time = dt.datetime(2028, 2, 29, 22, 59, 59, tzinfo=dt.UTC)  # 23:59:59 there
    notice = record_objection(
        notice=notice, by=vera, objection="Not in the US.", lock=notice.lock, received_at=in_time, at=JUNE
    )
    assert (notice.is_late, notice.objected_on) == (False, Day(2028, 2, 29))
    with pytest.raises(NotMovable, match="objection of Berlin is not settled"):
        put_in_effect(change=change, by=vera, at=JUNE)
    settle_objection(notice=notice, by=vera, answer="Keeps to Frankfurt; agreed by mail.", lock=notice.lock, at=JUNE)
    put_in_effect(change=change, by=vera, at=JUNE)
    row = fresh(change.subprocessor)
    assert (row.state, row.since) == ("current", Day(2028, 6, 1))


def test_an_objection_a_second_late_is_kept_and_holds_back_nothing(vera: Actor) -> None:
    customer(vera, "Berlin", 30, "Europe/Berlin")
    change = announced(vera)
    notice = notice_of(change, "Berlin")
    late = dt.datetime(2028, 2, 29, 23, 0, 0, tzinfo=dt.UTC)  # midnight there
    notice = record_objection(notice=notice, by=vera, objection="No.", lock=1, received_at=late, at=JUNE)
    assert (notice.is_late, notice.is_unsettled, notice.objected_at) == (True, True, late)
    assert put_in_effect(change=change, by=vera, at=JUNE).state == "in-effect"


def test_the_last_hours_in_another_zone_are_waited_for(vera: Actor) -> None:
    customer(vera, "Samoa", 10, "Pacific/Pago_Pago")
    change = announced(vera, dt.datetime(2028, 1, 30, 12, tzinfo=dt.UTC), effective_on=Day(2028, 2, 10))
    assert notice_of(change, "Samoa").object_until == Day(2028, 2, 9)
    with pytest.raises(NotMovable, match="Samoa may object until the end of 9 Feb 2028"):
        put_in_effect(change=change, by=vera, at=dt.datetime(2028, 2, 10, 10, 59, 59, tzinfo=dt.UTC))
    put_in_effect(change=change, by=vera, at=dt.datetime(2028, 2, 10, 11, tzinfo=dt.UTC))


def test_objections_are_refused_where_they_make_no_sense(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = announced(vera)
    notice = notice_of(change, "Berlin")
    for words, given in (
        ("Write down", {"objection": " "}),
        ("between the announcement and now", {"received_at": NOON - dt.timedelta(seconds=1)}),
        ("between the announcement and now", {"received_at": JUNE + dt.timedelta(seconds=1)}),
    ):
        with pytest.raises(NotMovable, match=words):
            record_objection(**{"notice": notice, "by": vera, "objection": "No.", "lock": 1, "at": JUNE} | given)
    with pytest.raises(NotMovable, match="no open objection"):
        settle_objection(notice=notice, by=vera, answer="x", lock=1)
    record_objection(notice=notice, by=vera, objection="No.", lock=1, at=JUNE)
    with pytest.raises(NotMovable, match="Settle it first"):
        record_objection(notice=notice, by=vera, objection="No.", lock=2, at=JUNE)
    withdraw_change(change=change, by=vera, reason="They are right.", lock=2)
    with pytest.raises(NotMovable, match="withdrawn"):
        record_objection(notice=notice, by=vera, objection="No.", lock=2, at=JUNE)


def test_the_task_run_twice_leaves_the_same_state(vera: Actor, system: Actor) -> None:
    customer(vera, "Berlin")
    old, new = listed(vera), make("subprocessors", vera)
    change = announced(vera, kind="replace", subprocessor=new, replaces=old)
    waiting = announced(vera, effective_on=Day(2028, 6, 2))
    assert put_due_in_effect(by=system, at=JUNE - dt.timedelta(days=1)) == 0
    assert [put_due_in_effect(by=system, at=JUNE) for _ in range(2)] == [1, 0]
    rows = [fresh(one) for one in (old, new, change, waiting)]
    assert [row.state for row in rows] == ["removed", "current", "in-effect", "announced"]
    assert (rows[0].until, rows[1].since) == (Day(2028, 6, 1), Day(2028, 6, 1))
    assert [row.history.count() for row in rows[:3]] == [3, 2, 3]


def test_nobody_objects_to_a_removal(vera: Actor) -> None:
    customer(vera, "Berlin", 45)
    gone = listed(vera)
    change = announced(vera, kind="remove", subprocessor=gone, effective_on=Day(2028, 1, 31))
    assert notice_of(change, "Berlin").days == 0
    put_in_effect(change=change, by=vera, at=dt.datetime(2028, 1, 31, 1, tzinfo=dt.UTC))
    assert fresh(gone).state == "removed"


def test_withdrawing_tells_who_was_told(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = announced(vera)
    with pytest.raises(NotMovable, match="Say why"):
        withdraw_change(change=change, by=vera, reason=" ", lock=change.lock)
    withdraw_change(change=change, by=vera, reason="Berlin objects.", lock=change.lock)
    deliver_due(["mail"])
    assert [one.to for one in mail.outbox] == [["berlin@customer.example"]] * 2
    assert "Berlin objects." in mail.outbox[-1].body
    with pytest.raises(NotMovable, match="withdrawn already"):
        withdraw_change(change=change, by=vera, reason="x", lock=3)
    with pytest.raises(Denied, match="withdrawn"):
        change_record(record=fresh(change), by=vera, lock=3)


def test_a_withdrawn_draft_tells_nobody(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = draft(vera)
    withdraw_change(change=change, by=vera, reason="Not needed.", lock=change.lock)
    assert not OutboxMessage.unscoped.exists()


def test_what_customers_were_told_stays(vera: Actor) -> None:
    change = announced(vera)
    for name, value in (("effective_on", Day(2028, 5, 31)), ("reason", "Another."), ("name", "Another")):
        row = fresh(change)
        setattr(row, name, value)
        with pytest.raises(ValidationError):
            row.full_clean(exclude={"key"})
    row = fresh(change)
    row.effective_on = Day(2028, 7, 1)
    row.full_clean(exclude={"key"})
    part = fresh(change.subprocessor)
    part.location = "Mars"
    with pytest.raises(ValidationError, match="told of it as it stands"):
        part.full_clean(exclude={"key"})


def test_nothing_leaves_the_list_by_being_archived(vera: Actor) -> None:
    customer(vera, "Berlin")
    change = announced(vera)
    for record in (listed(vera), change, fresh(change.subprocessor), notice_of(change, "Berlin")):
        with pytest.raises(Denied), transaction.atomic():
            archive_record(record=record, by=vera)


def test_the_database_refuses_an_effect_within_the_time_to_object(vera: Actor) -> None:
    customer(vera, "Berlin", 30)
    change = announced(vera)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(change).unscoped.filter(pk=change.pk).update(effective_on=Day(2028, 2, 29))


def test_put_on_the_list_is_for_who_was_there_before(vera: Actor) -> None:
    began = vera.organisation.created_at
    after = (began + dt.timedelta(days=20)).date()
    now = began + dt.timedelta(days=30)
    made: Any = make("subprocessors", vera)
    given: dict[str, Any] = {"subprocessor": made, "by": vera, "reason": "Annex III.", "lock": 1, "at": now}
    with pytest.raises(NotMovable, match="not come yet"):
        list_existing(**given, since=(began + dt.timedelta(days=31)).date())
    with pytest.raises(NotMovable, match="no notice is owed"):
        list_existing(**given | {"reason": " "}, since=after)
    customer(vera, "Old", signed_on=Day(2020, 1, 1))
    with pytest.raises(NotMovable, match="owed to Old"):
        list_existing(**given, since=after)
    change = draft(vera, subprocessor=made)
    with pytest.raises(NotMovable, match=change.reference):
        list_existing(**given, since=began.date())
    withdraw_change(change=change, by=vera, reason="Was there.", lock=1)
    assert list_existing(**given, since=began.date()).state == Subprocessor.State.CURRENT
    with pytest.raises(NotMovable, match="already"):
        list_existing(**given, since=began.date())


def test_who_may_only_read_moves_nothing(vera: Actor, actor_of: Callable[..., Actor]) -> None:
    customer(vera, "Berlin")
    change, reader = announced(vera), actor_of("contributor")
    notice = notice_of(change, "Berlin")
    for act in (
        lambda: announce_change(change=change, by=reader, lock=2),
        lambda: put_in_effect(change=change, by=reader, at=JUNE),
        lambda: withdraw_change(change=change, by=reader, reason="x", lock=2),
        lambda: record_objection(notice=notice, by=reader, objection="x", lock=1, at=JUNE),
        lambda: settle_objection(notice=notice, by=reader, answer="x", lock=1),
        lambda: list_existing(subprocessor=change.subprocessor, by=reader, since=Day(2020, 1, 1), reason="x", lock=1),
    ):
        with pytest.raises(Denied):
            act()


def test_pages_and_api_take_the_same_steps(vera: Actor, client_of: Callable[..., Client]) -> None:
    customer(vera, "Berlin")
    client = client_of("vendor-manager")
    change = draft(vera, effective_on=Day(2099, 1, 1))
    page = f"/o/nordhaven/subprocessor-changes/{change.reference}"
    assert "Berlin" in client.get(page).content.decode()
    client.post(f"{page}/announce", {"lock": 1})
    assert fresh(change).state == "announced"
    api = f"/api/v1/o/nordhaven/subprocessor-changes/{change.reference}"
    refused = client.post(f"{api}/in-effect", {}, "application/json")
    assert refused.status_code == 400
    assert "Berlin may object" in refused.json()["fields"]["state"][0]
    notice = notice_of(change, "Berlin")
    one = f"/o/nordhaven/subprocessor-notices/{notice.reference}"
    assert client.get(f"{one}/objection").status_code == 200
    body = {"lock": 1, "objection": "Not there."}
    answer = client.post(f"/api/v1{one}/objection", body, "application/json")
    assert (answer.status_code, answer.json()["objection"]) == (200, "Not there.")
    assert "Not there." in client.get(page).content.decode()
    assert client.post(f"{one}/settle", {"lock": 2, "answer": "Agreed."}).status_code == 302
    assert client.post(f"{page}/withdraw", {"lock": 2, "reason": "No need."}).status_code == 302
    assert fresh(change).state == "withdrawn"
    assert client.get(page).status_code == 200
    unknown = client.post(f"{api}/announce", {"lock": 3, "force": True}, "application/json")
    assert unknown.status_code == 400

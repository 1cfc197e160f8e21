"""What announced changes put on the home page of who keeps them, and of nobody else."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from grc.access.actor import Actor
from tests.vendors.changing import announced, customer, draft, listed, notice_of
from vendors.changes.objections import record_objection
from vendors.changes.public import publish_list
from vendors.home.changes import changes_of_ours, list_to_publish, objections_to_settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("vendor-manager")


def days(number: int) -> dt.date:
    return timezone.now().date() + dt.timedelta(days=number)


def test_an_objection_in_time_is_red_and_a_late_one_is_not(vera: Actor, actor_of: Callable[..., Actor]) -> None:
    customer(vera, "Prompt", 20)
    customer(vera, "Slow", 2)
    begun = timezone.now() - dt.timedelta(days=10)
    change = announced(vera, at=begun, effective_on=days(30))
    for name in ("Prompt", "Slow"):
        record_objection(notice=notice_of(change, name), by=vera, objection="No.", lock=1)
    assert {(str(one.text), one.tone) for one in objections_to_settle(vera)} == {
        ("Settle the objection of Prompt", "red"),
        ("Settle the objection of Slow", "yellow"),
    }
    assert list(objections_to_settle(actor_of("approver"))) == []


def test_drafts_come_up_before_their_day_and_held_changes_after_it(vera: Actor) -> None:
    near, late = (
        draft(vera, effective_on=days(50)),
        announced(vera, at=timezone.now() - dt.timedelta(days=10), effective_on=days(-1)),
    )
    draft(vera, effective_on=days(61))
    found = {str(one.text): one.tone for one in changes_of_ours(vera)}
    assert found == {f"Announce {near}": "yellow", f"Look at {late}": "red"}


def test_a_list_that_says_something_new_is_to_be_published(vera: Actor) -> None:
    assert list(list_to_publish(vera)) == []
    listed(vera)
    assert len(list(list_to_publish(vera))) == 1
    publish_list(by=vera)
    assert list(list_to_publish(vera)) == []

"""Daily and weekly mails: in each person's morning, once, and of what they may see."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.actions.outbox import deliver_due
from grc.models import Membership, Notice, NoticeSetting, Organisation, OutboxMessage, Person
from grc.notices.actions import choose_mail, mark_read, notify
from grc.notices.digests import last_morning, mail_digests
from tests.attacks.racing import race
from tests.factories import make

pytestmark = pytest.mark.django_db
Kind, Mail = Notice.Kind, NoticeSetting.Mail
MONDAY = dt.datetime(2031, 3, 10, tzinfo=dt.UTC)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return MONDAY + dt.timedelta(days=day, hours=hour, minutes=minute)


def tell(actor: Actor, text: str, when: dt.datetime, **more: Any) -> Notice:
    assert actor.person is not None
    given: dict[str, Any] = {"kind": Kind.COMMENT, "url": "/o/nordhaven/", **more}
    notify(person=actor.person, organisation=actor.organisation, text=text, **given)
    notice = Notice.unscoped.latest("pk")
    Notice.unscoped.filter(pk=notice.pk).update(created_at=when)
    return notice


def mailed() -> list[str]:
    return [message.payload["text"] for message in OutboxMessage.unscoped.order_by("pk")]


@pytest.mark.parametrize(
    ("zone", "now", "daily", "weekly"),
    [
        ("UTC", at(0, 7), at(0, 7), at(0, 7)),
        ("UTC", at(0, 6, 59), at(-1, 7), at(-7, 7)),
        ("UTC", at(3, 12), at(3, 7), at(0, 7)),
        ("Asia/Kolkata", at(0, 1, 30), at(0, 1, 30), at(0, 1, 30)),
        ("America/New_York", at(0, 10), at(-1, 11), at(-7, 12)),  # an hour earlier by the clock of that week
        ("Nowhere/Land", at(0, 8), at(0, 7), at(0, 7)),
    ],
)
def test_morning_is_seven_where_the_person_is(
    zone: str, now: dt.datetime, daily: dt.datetime, weekly: dt.datetime
) -> None:
    person = Person(time_zone=zone)
    assert last_morning(person, now, weekly=False) == daily
    assert last_morning(person, now, weekly=True) == weekly


def test_what_was_told_before_seven_is_in_one_mail_and_what_came_later_waits(
    organisation: Organisation, actor_of: Callable[..., Actor], mailoutbox: list[Any]
) -> None:
    me = actor_of("reader")
    tell(me, "yesterday noon", at(0, 12))
    tell(me, "at night", at(1, 3), kind=Kind.DUE, url="/o/nordhaven/my-tasks")
    tell(me, "at breakfast", at(1, 7, 1))
    assert mail_digests(organisation=organisation, now=at(1, 6, 59)) == 0
    assert mail_digests(organisation=organisation, now=at(1, 7)) == 1
    assert mail_digests(organisation=organisation, now=at(1, 9)) == 0
    deliver_due()
    (mail,) = mailoutbox
    assert mail.subject == "2 notices from Nordhaven"
    for text in ("yesterday noon", "at night", "http://127.0.0.1:8000/o/nordhaven/my-tasks", "/me/notices"):
        assert text in mail.body
    assert "at breakfast" not in mail.body
    assert mail_digests(organisation=organisation, now=at(2, 7)) == 1
    assert "at breakfast" in mailed()[1]


def test_each_kind_comes_as_it_is_wanted(organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("reader")
    assert me.person is not None
    choose_mail(person=me.person, wishes={Kind.TASK: Mail.WEEKLY})
    tell(me, "a daily one", at(1, 3))
    tell(me, "a weekly one", at(1, 3), kind=Kind.TASK)
    assert mail_digests(organisation=organisation, now=at(1, 7)) == 1
    assert "a weekly one" not in mailed()[0]
    assert [mail_digests(organisation=organisation, now=at(day, 7)) for day in range(2, 8)] == [0, 0, 0, 0, 0, 1]
    assert "a weekly one" in mailed()[1]


def test_digest_leaves_out_what_was_read_or_is_not_wanted_any_more(
    organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("reader")
    assert me.person is not None
    mark_read(notice=tell(me, "read in the app", at(0, 9)))
    tell(me, "not wanted", at(0, 9), kind=Kind.TASK)
    choose_mail(person=me.person, wishes={Kind.TASK: Mail.NEVER})
    assert mail_digests(organisation=organisation, now=at(1, 7)) == 0
    assert Notice.unscoped.filter(mailed_at=None).count() == 0, "no digest looks at them again"


def test_digest_tells_nothing_of_what_one_may_not_see_any_more(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    risk, me, gone = make("risks", system), actor_of("contributor"), actor_of("approver")
    tell(me, "about the risk", at(0, 9), about=risk.key)
    tell(gone, "to who left", at(0, 9))
    Membership.objects.filter(person=me.person).update(role="reader")
    Membership.objects.filter(person=gone.person).update(ended_at=at(0, 10))
    assert mail_digests(organisation=organisation, now=at(1, 7)) == 0
    assert mailed() == []


def test_digest_is_of_one_organisation(
    organisation: Organisation, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("reader")
    Membership.objects.create(organisation=other_organisation, person=me.person, role="reader")
    there = Actor.of(me.person, other_organisation)  # type: ignore[arg-type]
    assert there is not None
    tell(me, "at Nordhaven", at(0, 9))
    with there.working():
        tell(there, "at Elsewhere", at(0, 9))
    assert mail_digests(organisation=organisation, now=at(1, 7)) == 1
    assert mail_digests(organisation=other_organisation, now=at(1, 7)) == 1
    first, second = mailed()
    assert ("at Nordhaven" in first, "at Elsewhere" in first) == (True, False)
    assert ("at Nordhaven" in second, "at Elsewhere" in second) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_digests_of_workers_at_once_are_one_mail(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    for number in range(5):
        tell(actor_of("reader"), f"number {number}", at(0, 9))
    outcomes = race(lambda _n: mail_digests(organisation=organisation, now=at(1, 7)), ways=20)
    assert sorted(outcomes) == [0] * 19 + [1]
    assert OutboxMessage.unscoped.count() == 1

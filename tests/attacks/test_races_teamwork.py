"""Teamwork a hundred times at once: one link, one notice, one mail, one task that is done; and a control that loses."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grc.access.actor import Actor
from grc.access.gate import NotVisible
from grc.models import ActivityEvent, Attachment, Comment, Link, Notice, Organisation, OutboxMessage, Task
from grc.notices import digests
from grc.notices.actions import notify
from grc.teamwork.actions.attachments import attach_files, remove_attachment
from grc.teamwork.actions.comments import take_back_comment, write_comment
from grc.teamwork.actions.tasks import set_task_state
from grc.teamwork.due import remind_of_due
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)
NOON = dt.datetime(2031, 3, 10, 12, tzinfo=dt.UTC)


def test_one_fact_is_told_once(system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    person = actor_of("reader").person
    assert person is not None

    def tell(once: str) -> None:
        with system.working():
            given: dict[str, Any] = {"kind": Notice.Kind.MENTION, "text": "x", "url": "/", "once": once}
            notify(person=person, organisation=organisation, **given)

    for number in range(ROUNDS):
        outcomes = race(lambda _n, once=f"fact {number}": tell(once))
        assert outcomes == [None] * WAYS
    assert Notice.unscoped.count() == OutboxMessage.unscoped.count() == ROUNDS


def test_a_day_is_told_once(system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    make("tasks", system, owner=actor_of("contributor").person, due_on=NOON.date())
    race(lambda _n: remind_of_due(organisation=organisation, now=NOON), ways=20)
    assert Notice.unscoped.filter(kind="due").count() == 1


def test_a_digest_without_row_locks_is_mailed_twice(
    organisation: Organisation, actor_of: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = actor_of("reader").person
    assert person is not None
    notify(person=person, organisation=organisation, kind=Notice.Kind.COMMENT, text="x", url="/")
    meet, mail = threading.Barrier(2), digests.mail_wishes

    def wishes_later(*args: Any) -> Any:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        return mail(*args)

    later = Notice.unscoped.get().created_at + dt.timedelta(days=2)
    with without_row_locks(monkeypatch):
        monkeypatch.setattr(digests, "mail_wishes", wishes_later)
        outcomes = race(lambda _n: digests.mail_digests(organisation=organisation, now=later), ways=4, at_once=4)
    assert sum(outcomes) > 1
    assert OutboxMessage.unscoped.count() > 1


def test_a_task_is_done_once(system: Actor) -> None:
    for _ in range(ROUNDS):
        task = make("tasks", system)
        race(lambda _n, task=task: set_task_state(task=task, state=Task.State.DONE, by=system))
        task.refresh_from_db()
        assert (task.state, task.lock, task.history.count()) == ("done", 2, 2)


def test_a_comment_is_taken_back_once(system: Actor, actor_of: Callable[..., Actor]) -> None:
    record, by = make("ai-systems", system), actor_of("administrator")
    comment = write_comment(record=record, body="x", by=by)
    race(lambda _n: take_back_comment(comment=comment, by=by))
    assert Comment.unscoped.get().withdrawn_at is not None
    assert ActivityEvent.unscoped.filter(record=record.key, verb="commented").count() == 2


def test_a_file_is_removed_once(system: Actor) -> None:
    record = make("ai-systems", system)
    (attachment,) = attach_files(record=record, uploads=[SimpleUploadedFile("a.csv", b"a,b\r\n")], by=system)
    outcomes = race(lambda _n: remove_attachment(attachment=attachment, record=record, by=system))
    assert outcomes.count(None) == 1
    assert all(outcome is None or isinstance(outcome, NotVisible) for outcome in outcomes)
    assert Attachment.unscoped.get().removed_at is not None
    assert ActivityEvent.unscoped.filter(record=record.key, verb="detached").count() == 1


def test_links_made_by_the_register_are_one(system: Actor, client_of: Callable[..., Any]) -> None:
    one, other, clients = make("ai-systems", system), make("risks", system), [client_of("administrator")] * WAYS
    pairs = ((one.reference, other.reference), (other.reference, one.reference))

    def post(number: int) -> int:
        source, target = pairs[number % 2]
        body = {"source": source, "target": target}
        return int(clients[number].post("/api/v1/o/nordhaven/links", body, "application/json").status_code)

    outcomes = race(post, ways=40)
    assert outcomes.count(201) == 1
    assert set(outcomes) <= {201, 400, 409}
    assert Link.unscoped.filter(archived_at=None).count() == 1

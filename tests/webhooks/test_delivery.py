"""Webhooks, against a real server: what is sent, signed, tried again, and never sent."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.actions.outbox import MAX_ATTEMPTS, deliver_due, pause_after
from grc.actions.records import archive_record, change_record
from grc.models import ActivityEvent, Membership, Notice, OutboxMessage, Webhook
from grc.webhooks.deliveries import deliveries_of, pause_reason
from tests.factories import make
from tests.webhooks.receiver import SECRET, Receiver, receiving, signature_holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving(settings) as found:
        yield found


@pytest.fixture
def admin(actor_of: Callable[..., Actor]) -> Iterator[Actor]:
    """Who keeps the webhook, at work."""
    actor = actor_of("administrator")
    with actor.working():
        yield actor


@pytest.fixture
def webhook(receiver: Receiver, admin: Actor) -> Webhook:
    return hook(admin, receiver.url)


def hook(by: Actor, url: str, **fields: Any) -> Webhook:
    """A webhook of which the outbox holds nothing, not even that it was made."""
    made: Webhook = make("webhooks", by, url=url, secret=SECRET, **fields)
    OutboxMessage.objects.within(by.organisation).delete()
    return made


def messages(by: Actor) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.within(by.organisation).filter(kind="webhook").order_by("pk"))


def due_again(by: Actor) -> None:
    """The pause is over; the tests move the message, not the clock."""
    OutboxMessage.objects.within(by.organisation).update(due_at=timezone.now())


def test_an_event_is_told_signed_and_without_contents(webhook: Webhook, receiver: Receiver, admin: Actor) -> None:
    system = make("ai-systems", admin, name="Top secret scoring")
    assert deliver_due() == 1
    (got,) = receiver.got
    told = got["body"]
    assert told["type"] == "ai-systems.created"
    assert told["data"] == {
        "organisation": "nordhaven",
        "record": {
            "register": "ai-systems",
            "reference": system.reference,
            "url": f"http://127.0.0.1:8000/o/nordhaven/ai-systems/{system.reference}",
        },
    }
    assert set(told) == {"type", "timestamp", "data"}
    assert b"secret scoring" not in got["raw"]
    assert signature_holds(got, SECRET)
    assert not signature_holds(got, SECRET.replace("AAEC", "AAED"))
    assert not signature_holds({**got, "raw": got["raw"] + b" "}, SECRET)
    assert abs(int(got["headers"]["webhook-timestamp"]) - time.time()) < 60
    assert got["id"].startswith("msg_")
    event = ActivityEvent.objects.within(admin.organisation).get(verb="created", record=system.key)
    assert dt.datetime.fromisoformat(told["timestamp"]) == event.at
    assert deliver_due() == 0


def test_what_is_undone_is_never_told(webhook: Webhook, receiver: Receiver, admin: Actor) -> None:
    try:
        with transaction.atomic():
            make("ai-systems", admin)
            raise RuntimeError
    except RuntimeError:
        pass
    assert (deliver_due(), receiver.got) == (0, [])


@pytest.mark.parametrize(
    ("verbs", "about", "heard"),
    [
        ([], [], {"ai-systems.created", "risks.created", "risks.archived"}),
        (["archived"], [], {"risks.archived"}),
        ([], ["risks"], {"risks.created", "risks.archived"}),
        (["created"], ["risks", "documents"], {"risks.created"}),
        (["approved"], [], set()),
    ],
)
def test_it_hears_of_what_was_chosen(
    receiver: Receiver, admin: Actor, verbs: list[str], about: list[str], heard: set[str]
) -> None:
    hook(admin, receiver.url, verbs=verbs, about=about)
    make("ai-systems", admin)
    archive_record(record=make("risks", admin), by=admin)
    deliver_due()
    chosen = {got["body"]["type"] for got in receiver.got} & {"ai-systems.created", "risks.created", "risks.archived"}
    assert chosen == heard


def test_what_fails_is_tried_again_later_and_under_the_same_id(settings: Any, admin: Actor) -> None:
    with receiving(settings, 500, 302, 200) as receiver:
        webhook = hook(admin, receiver.url)
        make("ai-systems", admin)
        assert deliver_due() == 0
        (message,) = messages(admin)
        assert (message.attempts, message.answer_status, message.delivered_at) == (1, 500, None)
        assert message.last_error == "It answered 500."
        assert message.due_at > timezone.now() + dt.timedelta(seconds=20)
        assert deliver_due() == 0, "not before its time"
        due_again(admin)
        assert deliver_due() == 0, "a redirect is not followed"
        due_again(admin)
        assert deliver_due() == 1
        assert len({got["id"] for got in receiver.got}) == 1
        assert len(receiver.got) == 3
        assert len({got["raw"] for got in receiver.got}) == 1
        (delivery,) = deliveries_of(webhook)
        assert (delivery.state, delivery.attempts, delivery.answer) == ("taken", 3, 200)


def test_pauses_grow_and_end_within_three_days_or_so() -> None:
    for _ in range(50):
        pauses = [pause_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
        assert dt.timedelta(days=2) < sum(pauses, dt.timedelta()) < dt.timedelta(days=4)
        assert dt.timedelta(seconds=20) < pauses[0] < dt.timedelta(minutes=1)
    assert len({pause_after(5) for _ in range(20)}) > 10, "what failed together is not tried together"


def test_after_the_last_attempt_it_is_paused_and_its_owner_is_told(settings: Any, admin: Actor) -> None:
    with receiving(settings, 500) as receiver:
        webhook = hook(admin, receiver.url)
        make("ai-systems", admin)
        for _ in range(MAX_ATTEMPTS + 2):
            deliver_due()
            due_again(admin)
        assert len(receiver.got) == MAX_ATTEMPTS
    webhook.refresh_from_db()
    assert webhook.paused
    assert pause_reason(webhook) == "A message was not taken for three days."
    (notice,) = Notice.objects.within(admin.organisation).filter(person=admin.person)
    assert webhook.reference in notice.text
    assert deliveries_of(webhook)[0].state == "given-up"


def test_nothing_is_queued_or_sent_while_it_is_paused_and_what_waits_leaves_after(
    webhook: Webhook, receiver: Receiver, admin: Actor
) -> None:
    make("ai-systems", admin)
    set_paused(webhook, admin, paused=True)
    make("ai-systems", admin)
    assert (deliver_due(), receiver.got) == (0, [])
    waiting = len(messages(admin))
    set_paused(webhook, admin, paused=False)
    assert deliver_due() >= waiting >= 1
    assert [got["body"]["type"] for got in receiver.got].count("ai-systems.created") == 1


def set_paused(webhook: Webhook, by: Actor, *, paused: bool) -> None:
    webhook.refresh_from_db()
    webhook.paused = paused
    change_record(record=webhook, by=by, lock=webhook.lock)


def test_gone_pauses_at_once(settings: Any, admin: Actor) -> None:
    with receiving(settings, 410) as receiver:
        webhook = hook(admin, receiver.url)
        make("ai-systems", admin)
        deliver_due()
        due_again(admin)
        deliver_due()
        assert len(receiver.got) == 1
    webhook.refresh_from_db()
    assert "410" in pause_reason(webhook)


def test_nothing_of_what_its_owner_may_not_see(
    webhook: Webhook, receiver: Receiver, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = ROLES["compliance-officer"]
    narrowed = {key: reach for key, reach in officer.grants.items() if key is not Permission.RISKS_VIEW}
    monkeypatch.setitem(ROLES, officer.key, type(officer)(officer.key, officer.name, officer.description, narrowed))
    make("risks", admin)
    make("ai-systems", admin)
    Membership.objects.filter(person=admin.person).update(role="compliance-officer")
    deliver_due()
    assert [got["body"]["type"] for got in receiver.got] == ["ai-systems.created"]
    states = {delivery.type: delivery.state for delivery in deliveries_of(webhook)}
    assert states["risks.created"] == "not-sent"
    assert states["ai-systems.created"] == "taken"


@pytest.mark.parametrize("how", ["left", "disabled", "may not keep webhooks"])
def test_an_owner_who_is_gone_pauses_it(webhook: Webhook, receiver: Receiver, admin: Actor, how: str) -> None:
    make("ai-systems", admin)
    memberships = Membership.objects.filter(person=admin.person)
    if how == "left":
        memberships.update(ended_at=timezone.now())
    elif how == "disabled":
        admin.person.is_active = False  # type: ignore[union-attr]
        admin.person.save()  # type: ignore[union-attr]
    else:
        memberships.update(role="reader")
    assert (deliver_due(), receiver.got) == (0, [])
    webhook.refresh_from_db()
    assert webhook.paused
    assert "owner" in pause_reason(webhook)
    (message,) = [m for m in messages(admin) if m.payload["type"] == "ai-systems.created"]
    assert (message.attempts, message.delivered_at) == (0, None), "that was no attempt"


def test_other_organisations_hear_nothing(
    webhook: Webhook, receiver: Receiver, admin: Actor, other_organisation: Any, actor_of: Callable[..., Actor]
) -> None:
    with Actor.system(other_organisation).working():
        other = actor_of("administrator", other_organisation)
    with other.working():
        make("ai-systems", other)
    assert (deliver_due(), receiver.got) == (0, [])


def test_a_private_address_is_never_called(admin: Actor, settings: Any) -> None:
    with receiving(settings) as receiver:
        settings.OUTBOUND_ALLOWED = []
        hook(admin, receiver.url)
        make("ai-systems", admin)
        assert (deliver_due(), receiver.got) == (0, [])
        (message,) = messages(admin)
        assert "not on the open internet" in message.last_error


def test_a_failing_receiver_holds_up_no_other(settings: Any, admin: Actor) -> None:
    with receiving(settings, 500) as bad:
        hook(admin, bad.url)
        allowed = settings.OUTBOUND_ALLOWED
        with receiving(settings) as good:
            settings.OUTBOUND_ALLOWED = [*settings.OUTBOUND_ALLOWED, *allowed]
            hook(admin, good.url)
            for _ in range(5):
                make("ai-systems", admin)
            assert deliver_due() == 5
            assert len(good.got) == 5
            assert len(bad.got) == 1


def test_deliveries_are_no_events(webhook: Webhook, receiver: Receiver, admin: Actor) -> None:
    make("ai-systems", admin)
    before = ActivityEvent.objects.within(admin.organisation).count()
    deliver_due()
    assert receiver.got
    assert ActivityEvent.objects.within(admin.organisation).count() == before


def test_a_key_that_changed_is_said_and_tried_again(
    webhook: Webhook, receiver: Receiver, admin: Actor, settings: Any
) -> None:
    make("ai-systems", admin)
    settings.SECRETS_KEY = "B" * 43 + "="
    assert (deliver_due(), receiver.got) == (0, [])
    (message,) = messages(admin)
    assert "ASSAY_SECRETS_KEY has changed" in message.last_error

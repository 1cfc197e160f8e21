"""The outbox: nothing lost, nothing sent by two, nothing kept for ever."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions import outbox
from grc.actions.outbox import MAX_ATTEMPTS, deliver_due, forget_payloads, queue_mail
from grc.context import Context, working_in
from grc.models import Organisation, OutboxMessage
from grc.webhooks.listening import payload
from grc.webhooks.mails import mail_in_trouble
from tests.attacks.racing import race
from tests.conftest import make_organisation, make_person
from tests.factories import make
from tests.webhooks.receiver import SECRET, receiving
from tests.worker import database_url

DELIVER = "import grc.actions.outbox as o; o.deliver_due()"


def queue(organisation: Organisation, count: int = 1) -> None:
    with Actor.system(organisation).working(), transaction.atomic():
        for number in range(count):
            queue_mail(organisation=organisation, to=[f"{number}@nordhaven.example"], subject="Hello", text="Text")


def rows(organisation: Organisation) -> list[OutboxMessage]:
    with Actor.system(organisation).working(), transaction.atomic():
        return list(OutboxMessage.objects.within(organisation).order_by("pk"))


@pytest.mark.django_db
def test_mail_of_every_organisation_leaves(organisation: Organisation, other_organisation: Organisation) -> None:
    queue(organisation)
    queue(other_organisation)
    assert deliver_due({"mail"}) == 2
    assert deliver_due({"mail"}) == 0
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_what_belongs_to_no_organisation_leaves_too() -> None:
    with working_in(Context(None, None, "task")):
        OutboxMessage.unscoped.create(kind="mail", payload={"to": "a@b.example", "subject": "S", "text": "T"})
    assert deliver_due() == 1
    assert mail.outbox[0].to == ["a@b.example"]


@pytest.mark.django_db
def test_one_that_breaks_holds_up_no_other(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(organisation, 3)
    sent: list[str] = []

    def send(subject: str, text: str, sender: Any, to: list[str]) -> None:
        if to == ["0@nordhaven.example"]:
            raise ZeroDivisionError
        sent.extend(to)

    monkeypatch.setattr(outbox, "send_mail", send)
    assert deliver_due({"mail"}) == 2
    assert sent == ["1@nordhaven.example", "2@nordhaven.example"]
    broken = rows(organisation)[0]
    assert (broken.attempts, broken.delivered_at, broken.last_error) == (1, None, "Something broke on our side.")


@pytest.mark.django_db
def test_after_the_last_attempt_it_rests(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(organisation)
    tries: list[int] = []

    def refuse(*_: Any) -> None:
        tries.append(1)
        raise OSError("no such host")

    monkeypatch.setattr(outbox, "send_mail", refuse)
    for _ in range(MAX_ATTEMPTS + 5):
        deliver_due({"mail"})
        with Actor.system(organisation).working():
            OutboxMessage.objects.within(organisation).update(due_at=timezone.now())
    assert len(tries) == MAX_ATTEMPTS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "delivered", "attempts", "kept"),
    [(29, True, 1, True), (31, True, 1, False), (31, False, 3, True), (31, False, MAX_ATTEMPTS, False)],
)
def test_what_left_a_month_ago_is_forgotten(
    organisation: Organisation, days: int, delivered: bool, attempts: int, kept: bool
) -> None:
    queue(organisation)
    then = timezone.now() - dt.timedelta(days=days)
    with Actor.system(organisation).working():
        OutboxMessage.objects.within(organisation).update(
            created_at=then,
            delivered_at=then if delivered else None,
            attempts=attempts,
            last_error="0@nordhaven.example",
        )
        forget_payloads(organisation)
    (row,) = rows(organisation)
    assert (row.payload != {}) == kept
    assert (row.last_error != "") == kept


@pytest.mark.django_db(transaction=True)
def test_a_hundred_deliverers_send_each_message_once(monkeypatch: pytest.MonkeyPatch) -> None:
    organisation = make_organisation("Nordhaven", "nordhaven")
    queue(organisation, 40)
    sent: list[str] = []
    monkeypatch.setattr(outbox, "send_mail", lambda subject, text, sender, to: sent.extend(to))
    race(lambda number: deliver_due({"mail"}), ways=100)
    deliver_due({"mail"})
    assert sorted(sent) == sorted(f"{number}@nordhaven.example" for number in range(40))


@pytest.mark.django_db(transaction=True)
def test_killed_after_it_was_taken_it_is_sent_again_under_the_same_id(settings: Any, tmp_path: Any) -> None:
    """The receiver has it, the deliverer dies by signal 9 before it can mark that."""
    organisation = make_organisation("Nordhaven", "nordhaven")
    system = Actor.system(organisation)
    with system.working(), transaction.atomic():
        owner = make_person("ada@nordhaven.example", organisation, "administrator")
    with receiving(settings, 204) as receiver:
        with system.working(), transaction.atomic():
            webhook = make("webhooks", system, url=receiver.url, secret=SECRET, owner=owner)
            OutboxMessage.objects.within(organisation).delete()
            OutboxMessage.unscoped.create(
                organisation=organisation, kind="webhook", about=webhook.key, payload=payload("webhook.test")
            )
        deliverers: list[subprocess.Popen[bytes]] = []
        receiver.on_request = lambda: kill(deliverers) if len(receiver.got) == 1 else None
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "OUTBOUND_ALLOWED": ",".join(settings.OUTBOUND_ALLOWED),
        }
        command = [sys.executable, "manage.py", "shell", "-c", DELIVER]
        for _ in range(2):
            with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as deliverer:
                deliverers.append(deliverer)
                deliverer.wait(60)
        assert [deliverer.returncode for deliverer in deliverers] == [-signal.SIGKILL, 0]
        assert len(receiver.got) == 2
        assert receiver.got[0]["id"] == receiver.got[1]["id"]
        assert receiver.got[0]["raw"] == receiver.got[1]["raw"]
    (row,) = rows(organisation)
    assert row.delivered_at is not None


def kill(deliverers: "list[subprocess.Popen[bytes]]") -> None:
    while not deliverers:
        time.sleep(0.01)
    os.kill(deliverers[0].pid, signal.SIGKILL)


@pytest.mark.django_db
def test_what_is_due_later_waits(organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    queue(organisation)
    with Actor.system(organisation).working():
        OutboxMessage.objects.within(organisation).update(due_at=timezone.now() + dt.timedelta(seconds=5))
    assert deliver_due() == 0


@pytest.mark.django_db
def test_an_administrator_sees_mail_that_does_not_leave_and_sends_it_off_again(
    organisation: Organisation, client_of: Callable[..., Client], actor_of: Callable[..., Actor], settings: Any
) -> None:
    client, page = client_of("administrator"), "/o/nordhaven/mails"
    queue(organisation, 2)
    assert "All mail has left" in client.get(page).content.decode(), "what waits its turn is no trouble"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert deliver_due({"mail"}) == 0
    with actor_of("administrator").working():
        (todo,) = mail_in_trouble(actor_of("administrator"))
    assert str(todo.text) == "2 mails could not be delivered"
    shown = client.get(page).content.decode()
    assert "1@nordhaven.example" in shown
    assert "Connection refused" in shown
    assert len(client.get("/api/v1/o/nordhaven/mails").json()) == 2
    assert client_of("compliance-officer").post(page).status_code == 403
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_due({"mail"}) == 0, "it is not their time yet"
    client.post(page)
    assert deliver_due({"mail"}) == 2
    with actor_of("administrator").working():
        assert list(mail_in_trouble(actor_of("administrator"))) == []
    assert client.post("/api/v1/o/nordhaven/mails").status_code == 204

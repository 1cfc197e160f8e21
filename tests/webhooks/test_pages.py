"""Webhooks by page and API: the secret is shown once, tests are sent, nothing is written past its gate."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.actions.outbox import deliver_due
from grc.models import OutboxMessage, Person, Webhook
from tests.factories import make
from tests.webhooks.receiver import SECRET, Receiver, receiving, signature_holds

pytestmark = pytest.mark.django_db
LIST = "/o/nordhaven/webhooks/"
API = "/api/v1/o/nordhaven/webhooks"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving(settings) as found:
        yield found


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def stored(system: Actor) -> Webhook:
    with system.working():
        found: Webhook = Webhook.objects.within(system.organisation).get()
        return found


def form_of(client: Client, **fields: Any) -> dict[str, Any]:
    """What a browser would send for a new webhook, with the secret that the form came with."""
    page = client.get(f"{LIST}new").content.decode()
    secret = page.split('name="secret"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return {"name": "Tickets", "url": "https://tickets.example/in", "secret": secret} | fields


def test_a_new_webhook_comes_with_a_secret_that_is_never_shown_again(system: Actor, client: Client) -> None:
    data = form_of(client)
    assert client.post(f"{LIST}new", data).status_code == 302
    webhook = stored(system)
    assert webhook.secret.open() == data["secret"]  # type: ignore[attr-defined]
    for page in ("", "/edit", "/history"):
        shown = client.get(f"{LIST}{webhook.reference}{page}").content.decode()
        assert "whsec_" not in shown.replace("whsec_”", ""), page
    assert "whsec_" not in client.get(f"{API}/{webhook.reference}").content.decode()


def test_two_forms_bring_two_secrets(client: Client) -> None:
    assert form_of(client)["secret"] != form_of(client)["secret"]


def test_left_empty_a_secret_is_made(system: Actor, client: Client) -> None:
    client.post(f"{LIST}new", form_of(client, secret=""))
    assert stored(system).secret.open().startswith("whsec_")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "secret",
    ["short", "whsec_", "whsec_!!!!", "whsec_" + "QUJD", "a shared secret of some length", "whsec_" + "A" * 200],
)
def test_a_secret_that_signs_nothing_safely_is_refused(system: Actor, client: Client, secret: str) -> None:
    response = client.post(f"{LIST}new", form_of(client, secret=secret))
    assert response.status_code == 422
    answer = client.post(API, {"name": "x", "url": "https://x.example/", "secret": secret}, "application/json")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"secret"}
    with system.working():
        assert not Webhook.objects.within(system.organisation).exists()


@pytest.mark.parametrize(
    "url",
    ["http://tickets.example/", "ftp://tickets.example/", "https://user:pw@tickets.example/", "https://169.254.169.254/",
     "javascript:alert(1)", "https://metadata.google.internal/"],
)  # fmt: skip
def test_an_address_that_would_never_be_called_is_refused(system: Actor, client: Client, url: str) -> None:
    response = client.post(f"{LIST}new", form_of(client, url=url))
    assert response.status_code == 422, response.content.decode()[-2000:]
    assert client.post(API, {"name": "x", "url": url}, "application/json").status_code == 400


def test_registers_and_verbs_that_do_not_exist_are_refused(client: Client) -> None:
    for field in ({"about": ["nonsense"]}, {"verbs": ["nonsense"]}):
        assert client.post(f"{LIST}new", form_of(client, **field)).status_code == 422
        body = {"name": "x", "url": "https://x.example/"} | field
        answer = client.post(API, body, "application/json")
        assert answer.status_code == 400
        assert set(answer.json()["fields"]) == set(field)


def test_page_and_api_keep_what_was_chosen(system: Actor, client: Client) -> None:
    client.post(f"{LIST}new", form_of(client, verbs=["approved", "changed"], about=["risks"]))
    webhook = stored(system)
    assert (sorted(webhook.verbs), webhook.about) == (["approved", "changed"], ["risks"])
    answer = client.get(f"{API}/{webhook.reference}").json()
    assert (sorted(answer["verbs"]), answer["about"]) == (["approved", "changed"], ["risks"])
    page = client.get(f"{LIST}{webhook.reference}/edit").content.decode()
    assert page.count("checked") >= 3


def test_a_new_secret_stands_in_one_answer_and_signs_from_then_on(
    system: Actor, client: Client, receiver: Receiver
) -> None:
    with system.working():
        webhook = make("webhooks", system, url=receiver.url, secret=SECRET, owner=None)
        webhook.owner = make_owner(system, client)
        webhook.save()
    page = client.post(f"{LIST}{webhook.reference}/secret")
    assert page["Cache-Control"] == "no-store"
    new = stored(system).secret.open()  # type: ignore[attr-defined]
    assert new != SECRET
    assert new in page.content.decode()
    assert new not in client.get(f"{LIST}{webhook.reference}").content.decode()
    again = client.post(f"{API}/{webhook.reference}/secret", {}, "application/json").json()["secret"]
    assert again not in (new, SECRET)
    client.post(f"{LIST}{webhook.reference}/test")
    deliver_due()
    got = next(got for got in receiver.got if got["body"]["type"] == "webhook.test")
    assert signature_holds(got, again)
    assert not signature_holds(got, new)
    assert got["body"]["data"] == {"organisation": "nordhaven"}


def make_owner(system: Actor, client: Client) -> Any:
    return Person.objects.get(pk=client.session["_auth_user_id"])


@pytest.fixture
def webhook(system: Actor, client: Client, receiver: Receiver) -> Webhook:
    with system.working():
        made: Webhook = make("webhooks", system, url=receiver.url, secret=SECRET, owner=make_owner(system, client))
        OutboxMessage.objects.within(system.organisation).delete()
    return made


def test_a_test_is_sent_shown_and_sent_again_under_the_same_id(
    webhook: Webhook, client: Client, receiver: Receiver
) -> None:
    client.post(f"{LIST}{webhook.reference}/test")
    assert "Waiting" in client.get(f"{LIST}{webhook.reference}").content.decode()
    deliver_due()
    page = client.get(f"{LIST}{webhook.reference}").content.decode()
    assert "webhook.test" in page
    assert "Taken" in page
    (got,) = receiver.got
    assert client.post(f"{LIST}{webhook.reference}/again", {"message": got["id"]}).status_code == 302
    deliver_due()
    assert client.post(f"{API}/{webhook.reference}/deliveries/{got['id']}/again").status_code == 204
    deliver_due()
    assert [message["id"] for message in receiver.got] == [got["id"]] * 3
    assert client.post(f"{LIST}{webhook.reference}/again", {"message": "msg_0"}).status_code == 404
    assert client.post(f"{API}/{webhook.reference}/deliveries/msg_0/again").status_code == 404


def test_the_api_tells_the_same_as_the_page(webhook: Webhook, client: Client) -> None:
    made = client.post(f"{API}/{webhook.reference}/test", {}, "application/json")
    assert made.status_code == 201
    deliver_due()
    (told,) = client.get(f"{API}/{webhook.reference}/deliveries").json()
    assert (told["id"], told["type"], told["state"], told["answer"]) == (
        made.json()["id"], "webhook.test", "taken", 204,
    )  # fmt: skip


def test_a_test_asked_for_twice_with_one_key_is_sent_once(webhook: Webhook, client: Client, receiver: Receiver) -> None:
    for _ in range(2):
        client.post(f"{API}/{webhook.reference}/test", {}, "application/json", headers={"Idempotency-Key": "k"})
    deliver_due()
    assert len(receiver.got) == 1


def test_a_paused_webhook_sends_no_test_and_says_why(system: Actor, webhook: Webhook, client: Client) -> None:
    answer = client.patch(
        f"{API}/{webhook.reference}", json.dumps({"lock": webhook.lock, "paused": True}), "application/json"
    )
    assert answer.status_code == 200
    assert client.post(f"{API}/{webhook.reference}/test").status_code == 409
    client.post(f"{LIST}{webhook.reference}/test")
    assert "nothing is sent until it is running again" in client.get(LIST).content.decode()


def test_another_webhooks_message_is_not_found(
    system: Actor, webhook: Webhook, client: Client, receiver: Receiver
) -> None:
    client.post(f"{LIST}{webhook.reference}/test")
    deliver_due()
    with system.working():
        other = make("webhooks", system)
    answer = client.post(f"{LIST}{other.reference}/again", {"message": receiver.got[0]["id"]})
    assert answer.status_code == 404


def test_who_only_looks_sees_deliveries_and_no_buttons(webhook: Webhook, client_of: Callable[..., Client]) -> None:
    officer = client_of("compliance-officer")
    page = officer.get(f"{LIST}{webhook.reference}").content.decode()
    assert "Deliveries" in page
    for words in (f"{webhook.reference}/test", "New secret", "/again"):
        assert words not in page
    for verb in ("test", "secret", "again"):
        assert officer.post(f"{LIST}{webhook.reference}/{verb}").status_code == 403
    assert officer.post(f"{API}/{webhook.reference}/secret").status_code == 403

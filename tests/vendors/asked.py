"""A questionnaire on its way: what its mails say, and a browser that has shown its code."""

import datetime as dt
import re
from typing import Any

from django.test import Client

from grc.access.actor import Actor
from grc.context import Context, working_in
from grc.models import Organisation
from tests.factories import make
from tests.identity.links import mails
from vendors.asking.actions import send_ask
from vendors.models import AskLink, VendorAsk

WORDS = "We hold the certificate; it is at https://vendor.example/iso."


def asked(by: Actor, **fields: Any) -> tuple[VendorAsk, str]:
    """A questionnaire that was sent, with the secret of its link."""
    with by.working():
        ask = send_ask(ask=make("vendor-asks", by, **{"expires_on": day(14)} | fields), by=by)
    return ask, secret_in(by.organisation)


def day(ahead: int) -> dt.date:
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=ahead)


def secret_in(organisation: Organisation) -> str:
    """The secret in the latest mail that holds a link."""
    found = [re.search(r"/ask/(\S+)", mail["text"]) for mail in mails(organisation)]
    return [match[1] for match in found if match][-1]


def code_in(organisation: Organisation) -> str:
    """The latest code."""
    found = [re.search(r"^(\d{4}) (\d{4})$", mail["text"], re.MULTILINE) for mail in mails(organisation)]
    return ["".join(match.groups()) for match in found if match][-1]


def url(secret: str) -> str:
    return f"/ask/{secret}"


def inside(secret: str, organisation: Organisation) -> Client:
    """A browser that asked for a code and entered it."""
    client = Client()
    link_of(organisation).update(code_sent_at=None)
    assert client.post(url(secret), {"do": "code"}).status_code == 200
    answer = client.post(url(secret), {"do": "enter", "code": code_in(organisation)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def token(client: Client, secret: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', client.get(url(secret)).content.decode())
    assert found is not None
    return found[1]


def post(client: Client, secret: str, do: str, **fields: str) -> Any:
    """Send one of the forms of the page behind the code."""
    return client.post(url(secret), {"do": do, "token": token(client, secret)} | fields)


def send_in(client: Client, secret: str, **fields: str) -> Any:
    return post(client, secret, "send", **{"name": "Anna Holm", "sure": "yes", "q1": WORDS} | fields)


def link_of(organisation: Organisation) -> Any:
    """The doors of an organisation, for a test to move."""
    return AskLink.objects.within(organisation)


def fresh(ask: VendorAsk) -> VendorAsk:
    with working_in(Context(ask.organisation_id, None, "task")):
        found: VendorAsk = (
            VendorAsk.objects.within(ask.organisation)
            .select_related("link", "key", "organisation", "owner", "review__vendor")
            .get(pk=ask.pk)
        )
    return found

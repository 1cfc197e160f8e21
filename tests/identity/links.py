"""What the mails say, and reading it."""

import re

from grc.context import Context, working_in
from grc.models import Organisation, OutboxMessage
from grc.models.secret import Sealed


def mails(organisation: Organisation | None) -> list[dict[str, str]]:
    """The queued mails of an organisation (None: those that belong to none), oldest first: to, subject, text."""
    found = []
    with working_in(Context(organisation.pk if organisation else None, None, "task")):
        for message in OutboxMessage.unscoped.filter(organisation=organisation, kind="mail").order_by("pk"):
            text = message.payload.get("text") or Sealed.stored(message.payload["sealed"]).open()
            found.append({"to": message.payload["to"], "subject": message.payload["subject"], "text": text})
    return found


def secret_in(mail: dict[str, str]) -> str:
    """The secret of the invitation's link in a mail."""
    found = re.search(r"/join/(\S+)", mail["text"])
    assert found is not None
    return found[1]

"""What must leave the building and must not be lost: written in the transaction, delivered after it."""

import datetime as dt
import smtplib
from collections.abc import Iterable

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from grc.models.organisation import Organisation
from grc.models.outbox import OutboxMessage
from grc.models.secret import Sealed

MAX_ATTEMPTS = 12
BATCH = 50


def queue_mail(*, organisation: Organisation, to: Iterable[str], subject: str, text: str, sealed: bool = False) -> None:
    """Queue one mail per address, in the caller's transaction.

    ``sealed``: the text holds a secret, so it waits encrypted and is forgotten once it has left.
    """
    body = {"sealed": Sealed.of(text).ciphertext} if sealed else {"text": text}
    OutboxMessage.unscoped.bulk_create(
        OutboxMessage(
            organisation=organisation,
            kind="mail",
            payload={"to": address, "subject": subject[:200]} | body,
        )
        for address in sorted(set(to))
    )


def deliver_due() -> int:
    """Deliver what is due; what fails is tried again later, each time twice as late. Returns how many left.

    Each message is locked and marked in a transaction of its own: two workers never deliver the same one, and a
    worker that dies between delivery and its mark delivers once more rather than never.
    """
    delivered = 0
    for _ in range(BATCH):
        with transaction.atomic():
            message = (
                OutboxMessage.unscoped.select_for_update(skip_locked=True)
                .filter(delivered_at=None, due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS)
                .order_by("due_at")
                .first()
            )
            if message is None:
                break
            delivered += _deliver(message)
    return delivered


def _deliver(message: OutboxMessage) -> int:
    message.attempts += 1
    try:
        send_mail(message.payload["subject"], _text(message), None, [message.payload["to"]])
    except (OSError, smtplib.SMTPException) as error:
        message.last_error = str(error)[:500]
        message.due_at = timezone.now() + dt.timedelta(minutes=2**message.attempts)
        message.save(update_fields=["attempts", "last_error", "due_at"])
        return 0
    message.delivered_at = timezone.now()
    message.payload.pop("sealed", None)
    message.save(update_fields=["attempts", "delivered_at", "payload"])
    return 1


def _text(message: OutboxMessage) -> str:
    sealed = message.payload.get("sealed")
    return Sealed.stored(sealed).open() if sealed else message.payload["text"]

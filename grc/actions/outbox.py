"""What must leave the building and must not be lost: written in the transaction, delivered after it.

How messages of one kind leave is said by a ``Carrier``. Messages belong to organisations, and each one's leave while
the database is told that it is worked for; what belongs to none leaves for none.
"""

import datetime as dt
import logging
import random
import smtplib
from collections.abc import Collection, Iterable
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.context import Context, working_in
from grc.models.organisation import Organisation
from grc.models.outbox import OutboxMessage
from grc.models.secret import Sealed, SecretUnreadable

MAX_ATTEMPTS = 12
BATCH = 50
FIRST_PAUSE = 30.0
GROWTH = 2.35
JITTER = 0.2
"""Seconds before the second attempt, and how much longer each later pause is: twelve attempts within three days."""

FORGOTTEN_AFTER = dt.timedelta(days=30)
log = logging.getLogger(__name__)


class DeliveryFailed(Exception):
    """It did not leave; ``str()`` says why, ``status`` is what the other side answered, if it did. Tried again."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class NotSent(Exception):
    """It will not leave at all, for a reason that is no failure; ``str()`` says which."""


class Held(Exception):
    """It cannot leave now, which is no attempt: ``Carrier.ready`` says when it can."""


class Carrier:
    """How messages of one kind leave. Each call runs in a transaction that is for the message's organisation."""

    def ready(self, messages: "QuerySet[OutboxMessage]", organisation: Organisation | None) -> Any:
        """Those of ``messages`` that may leave now."""
        return messages

    def deliver(self, message: OutboxMessage) -> int | None:
        """Send it; returns what the other side answered. Raises ``DeliveryFailed``, ``NotSent`` or ``Held``."""
        raise NotImplementedError

    def gave_up(self, message: OutboxMessage) -> None:
        """Told after the last attempt failed."""


carriers: dict[str, Carrier] = {}


def carrier(kind: str) -> Any:
    """Class decorator: declare how messages of ``kind`` leave. Raises ``ValueError`` for a kind that has a carrier."""

    def remember(carrier_class: type[Carrier]) -> type[Carrier]:
        if kind in carriers:
            raise ValueError(f"messages of kind {kind} have a carrier already")
        carriers[kind] = carrier_class()
        return carrier_class

    return remember


@carrier("mail")
class MailCarrier(Carrier):
    def deliver(self, message: OutboxMessage) -> None:
        sealed = message.payload.get("sealed")
        text = Sealed.stored(sealed).open() if sealed else message.payload["text"]
        try:
            send_mail(message.payload["subject"], text, None, [message.payload["to"]])
        except (OSError, smtplib.SMTPException, SecretUnreadable) as error:
            raise DeliveryFailed(str(error)) from error


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


def deliver_due(kinds: Collection[str] | None = None) -> int:
    """Deliver what is due of these kinds (None: of every kind), whosever it is. Returns how many left."""
    chosen = carriers if kinds is None else kinds
    return sum(
        deliver_for(organisation, kind)
        for organisation in [*Organisation.objects.order_by("pk"), None]
        for kind in chosen
    )


def deliver_for(organisation: Organisation | None, kind: str) -> int:
    """Deliver what is due of one kind for one organisation; what fails is tried again later, each time later still.

    Each message is locked and marked in a transaction of its own: two workers never deliver the same one, and a
    worker that dies between delivery and its mark delivers once more rather than never. Where one receiver fails, the
    rest of what waits for it waits on, so that it holds up nobody else.
    """
    delivered, failing = 0, set[int]()
    with working_in(Context(organisation.pk if organisation else None, None, "task")):
        for _attempt in range(BATCH):
            with transaction.atomic():
                message = _next(organisation, kind, failing)
                if message is None:
                    break
                left = _deliver(message)
            delivered += left
            if not left and message.about_id is not None:
                failing.add(message.about_id)
    return delivered


def _next(organisation: Organisation | None, kind: str, failing: set[int]) -> OutboxMessage | None:
    waiting = OutboxMessage.unscoped.filter(
        organisation=organisation, kind=kind, delivered_at=None, due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS
    )
    ready: QuerySet[OutboxMessage] = carriers[kind].ready(waiting, organisation)
    rest = ready.filter(Q(about=None) | ~Q(about__in=failing))
    return rest.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()


def _deliver(message: OutboxMessage) -> bool:
    """Whether it left, or need not leave any more."""
    outcome = _outcome(message)
    if isinstance(outcome, Held):
        return False
    if isinstance(outcome, DeliveryFailed):
        _failed(message, str(outcome), outcome.status)
        return False
    if isinstance(outcome, NotSent):
        message.answer_status, message.last_error = None, str(outcome)[:500]
    else:
        message.answer_status, message.last_error = outcome, ""
        message.attempts += 1
    message.delivered_at = timezone.now()
    message.payload.pop("sealed", None)
    message.save(update_fields=["attempts", "answer_status", "last_error", "delivered_at", "payload"])
    return True


def _outcome(message: OutboxMessage) -> int | Held | NotSent | DeliveryFailed | None:
    """What the carrier says; whatever else breaks in it counts as a failure, and holds up no other message."""
    try:
        with transaction.atomic():
            try:
                return carriers[message.kind].deliver(message)
            except (Held, NotSent, DeliveryFailed) as said:
                return said  # what the carrier wrote before it said so stays
    except Exception:
        log.exception("a message of kind %s cannot be delivered", message.kind)
        return DeliveryFailed(_("Something broke on our side."))


def _failed(message: OutboxMessage, reason: str, status: int | None) -> None:
    message.attempts += 1
    message.answer_status, message.last_error = status, reason[:500]
    message.due_at = timezone.now() + pause_after(message.attempts)
    message.save(update_fields=["attempts", "answer_status", "last_error", "due_at"])
    if message.attempts >= MAX_ATTEMPTS:
        carriers[message.kind].gave_up(message)


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many failures: longer each time, and not the same for all that failed together."""
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (nobody gains by guessing it)
    return dt.timedelta(seconds=FIRST_PAUSE * GROWTH ** (attempts - 1) * spread)


@transaction.atomic
def try_again(*, message: OutboxMessage) -> None:
    """Let a message leave now, with all its attempts before it, whether it left before or not."""
    locked = OutboxMessage.unscoped.select_for_update(of=("self",)).get(pk=message.pk)
    locked.attempts, locked.delivered_at, locked.due_at = 0, None, timezone.now()
    locked.save(update_fields=["attempts", "delivered_at", "due_at"])


def forget_payloads(organisation: Organisation) -> int:
    """Erase what messages said that left, or were given up, a month ago: they hold personal data. Returns how many."""
    before = timezone.now() - FORGOTTEN_AFTER
    done = Q(delivered_at__lt=before) | Q(attempts__gte=MAX_ATTEMPTS, created_at__lt=before)
    old = OutboxMessage.objects.within(organisation).filter(done).exclude(payload={})
    return old.update(payload={}, last_error="")

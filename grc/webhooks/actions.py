"""What people do with webhooks beyond editing them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.outbox import try_again
from grc.actions.records import change_record
from grc.models.outbox import OutboxMessage
from grc.models.webhook import Webhook, new_secret
from grc.webhooks.listening import KIND, TEST, payload


class NotNow(Exception):
    """It cannot be sent; ``str()`` says why, in a sentence."""


@transaction.atomic
def send_test(*, webhook: Webhook, by: Actor) -> OutboxMessage:
    """Queue a message that says nothing but that it is a test. Raises ``Denied``, ``NotNow``."""
    require(by, Permission.SETTINGS_EDIT, webhook)
    _check_running(webhook)
    return OutboxMessage.unscoped.create(
        organisation=by.organisation, kind=KIND, about=webhook.key, payload=payload(TEST)
    )


@transaction.atomic
def send_again(*, webhook: Webhook, message_id: str, by: Actor) -> OutboxMessage | None:
    """Let a message leave again, under the same id; None where there is no such message.

    Raises ``Denied``, ``NotNow``.
    """
    require(by, Permission.SETTINGS_EDIT, webhook)
    message = messages_of(webhook).filter(payload__id=message_id).first()
    if message is not None:
        _check_running(webhook)
        try_again(message=message)
    return message


@transaction.atomic
def renew_secret(*, webhook: Webhook, by: Actor) -> str:
    """Give the webhook a new secret and return it: it is never shown again. Raises ``Denied``, ``StaleRecord``."""
    secret = new_secret()
    webhook.secret = secret
    change_record(record=webhook, by=by, lock=webhook.lock, reason=_("New signing secret"))
    return secret


def messages_of(webhook: Webhook) -> "QuerySet[OutboxMessage]":
    """What was sent to a webhook, or is to be, newest first."""
    rows = OutboxMessage.objects.within(webhook.organisation).filter(kind=KIND, about=webhook.key)
    return rows.order_by("-created_at", "-pk")


def _check_running(webhook: Webhook) -> None:
    if webhook.paused or webhook.archived_at is not None:
        raise NotNow(_("The webhook is paused or archived: nothing is sent until it is running again."))

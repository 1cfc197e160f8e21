"""Messages to webhooks leave: signed, as their owner, and to addresses that policy allows."""

import json
import time
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.outbox import Carrier, DeliveryFailed, Held, NotSent, carrier
from grc.actions.records import change_record
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.models.outbox import OutboxMessage
from grc.models.record import RecordKey
from grc.models.secret import SecretUnreadable
from grc.models.webhook import Webhook
from grc.notices.actions import notify
from grc.outbound import OutboundFailed, OutboundRefused, fetch
from grc.outbound.allowed import allow_list
from grc.registers.register import registers
from grc.registers.sight import may_see
from grc.webhooks.listening import KIND, TEST
from grc.webhooks.signing import headers

TIME_LIMIT = 10.0
MOST_ANSWERED = 1024 * 1024
GONE = 410


@carrier(KIND)
class WebhookCarrier(Carrier):
    """Order is not kept, and a message may come twice: its id stays the same."""

    def ready(self, messages: "QuerySet[OutboxMessage]", organisation: Organisation | None) -> Any:
        quiet = Webhook.objects.within(organisation).exclude(paused=False, archived_at=None)  # type: ignore[arg-type]
        return messages.exclude(about__in=quiet.values("pk"))

    def deliver(self, message: OutboxMessage) -> int:
        webhook = _webhook_of(message)
        _check_owner(webhook, message)
        try:
            status = _send(webhook, message)
        except (OutboundRefused, OutboundFailed) as error:
            raise DeliveryFailed(error.reason) from None
        except SecretUnreadable as error:
            raise DeliveryFailed(str(error)) from None
        if status == GONE:
            pause_webhook(webhook, _("The receiver answered that it is gone (410)."))
        if not 200 <= status < 300:
            raise DeliveryFailed(_("It answered %(status)d.") % {"status": status}, status)
        return status

    def gave_up(self, message: OutboxMessage) -> None:
        webhook = _webhook_of(message)
        pause_webhook(webhook, _("A message was not taken for three days."))


def _webhook_of(message: OutboxMessage) -> Webhook:
    rows = Webhook.unscoped.filter(organisation=message.organisation_id)
    found: Webhook = rows.select_related("owner", "key", "organisation").get(pk=message.about_id)
    return found


def body_of(webhook: Webhook, message: OutboxMessage) -> bytes:
    """What is sent: what happened, when, and which record it is about. Nothing of what the record says."""
    slug, told = webhook.organisation.slug, message.payload["record"]
    data: dict[str, Any] = {"organisation": slug}
    if told:
        url = registers.by_slug(told["register"]).detail_url(slug, told["reference"])
        data["record"] = {**told, "url": settings.SITE_URL + url}
    value = {"type": message.payload["type"], "timestamp": message.payload["timestamp"], "data": data}
    return json.dumps(value, separators=(",", ":")).encode()


def pause_webhook(webhook: Webhook, reason: str) -> None:
    """Stop sending, say why in the history, and tell the owner."""
    if webhook.paused:
        return
    webhook.paused = True
    change_record(record=webhook, by=Actor.system(webhook.organisation), lock=webhook.lock, reason=reason[:100])
    if webhook.owner is not None:
        notify(
            person=webhook.owner,
            organisation=webhook.organisation,
            kind=Notice.Kind.ALARM,
            text=_("%(webhook)s is paused. %(reason)s") % {"webhook": webhook, "reason": reason},
            url=reverse("webhooks-detail", args=[webhook.organisation.slug, webhook.reference]),
            about=webhook.key,
        )


def _check_owner(webhook: Webhook, message: OutboxMessage) -> None:
    """A webhook hears what its owner may see at this moment. Raises ``Held`` or ``NotSent``."""
    owner = webhook.owner and Actor.of(webhook.owner, webhook.organisation, way="task")
    if not owner or not owner.can(Permission.SETTINGS_VIEW):
        pause_webhook(webhook, _("Its owner has no role any more that may see webhooks."))
        raise Held
    if message.payload.get("type") == TEST:
        return
    if not message.payload:
        raise NotSent(_("What it said is erased."))
    told = message.payload["record"]
    key = told and RecordKey.objects.within(webhook.organisation).filter(reference=told["reference"]).first()
    if not owner.can(Permission.ACTIVITY_VIEW) or (told and (key is None or not may_see(owner, key))):
        raise NotSent(_("Not sent: its owner may not see what it is about."))


def _send(webhook: Webhook, message: OutboxMessage) -> int:
    body, secret = body_of(webhook, message), webhook.secret.open()  # type: ignore[attr-defined]
    return fetch(
        webhook.url,
        allow=allow_list(),
        method="POST",
        headers=headers(secret, message.payload["id"], int(time.time()), body),
        body=body,
        max_bytes=MOST_ANSWERED,
        timeout=TIME_LIMIT,
    ).status

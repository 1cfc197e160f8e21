"""What happens is queued for the webhooks that want to hear of it, in the transaction in which it happens."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.activity import ActivityEvent
from grc.models.outbox import OutboxMessage
from grc.models.webhook import Webhook
from grc.registries import deeds

KIND = "webhook"
TEST = "webhook.test"
NO_REGISTER = "organisation"
"""What stands for the register in the type of an event that is about no record."""


@deeds.add()
def queue_for_webhooks(event: ActivityEvent, by: Actor) -> None:
    """One message for each webhook that listens for such an event. Who may hear of it is judged when it leaves."""
    key = event.record
    about = Q(about=[]) if key is None else Q(about=[]) | Q(about__contains=[key.register])
    listening = Webhook.objects.within(by.organisation).filter(
        about, Q(verbs=[]) | Q(verbs__contains=[event.verb]), archived_at=None, paused=False
    )
    kind = f"{key.register if key else NO_REGISTER}.{event.verb}"
    told = {"register": key.register, "reference": key.reference} if key else {}
    OutboxMessage.unscoped.bulk_create(
        OutboxMessage(organisation=by.organisation, kind=KIND, about_id=pk, payload=payload(kind, event.at, told))
        for pk in listening.values_list("pk", flat=True)
    )


def payload(kind: str, at: dt.datetime | None = None, told: dict[str, str] | None = None) -> dict[str, Any]:
    """What a message keeps until it leaves: its id, type and time, and which record it is about."""
    at = (at or timezone.now()).astimezone(dt.UTC)
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": kind,
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "record": told or {},
    }

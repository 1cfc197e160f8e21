"""The deliveries of a webhook, as its page and API tell of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from grc.actions.outbox import MAX_ATTEMPTS
from grc.models.outbox import OutboxMessage
from grc.models.webhook import Webhook
from grc.webhooks.actions import messages_of

SHOWN = 20


@dataclass(frozen=True)
class Delivery:
    """``state``: waiting, failing, taken, not-sent or given-up. ``id`` and ``type`` are empty once they are erased."""

    id: str
    type: str
    state: str
    name: str
    tone: str
    queued_at: dt.datetime
    attempts: int
    answer: int | None
    error: str
    taken_at: dt.datetime | None
    next_try: dt.datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "state": self.state,
            "queued_at": self.queued_at,
            "attempts": self.attempts,
            "answer": self.answer,
            "error": self.error,
            "taken_at": self.taken_at,
            "next_try": self.next_try,
        }


def deliveries_of(webhook: Webhook, most: int = SHOWN) -> list[Delivery]:
    return [delivery_of(message) for message in messages_of(webhook)[:most]]


def delivery_of(message: OutboxMessage) -> Delivery:
    state, name, tone = _state(message)
    return Delivery(
        id=message.payload.get("id", ""),
        type=message.payload.get("type", ""),
        state=state,
        name=name,
        tone=tone,
        queued_at=message.created_at,
        attempts=message.attempts,
        answer=message.answer_status,
        error=message.last_error,
        taken_at=message.delivered_at if state == "taken" else None,
        next_try=message.due_at if state in ("waiting", "failing") else None,
    )


def _state(message: OutboxMessage) -> tuple[str, str, str]:
    if message.delivered_at is not None:
        taken = message.answer_status is not None
        return ("taken", _("Taken"), "green") if taken else ("not-sent", _("Not sent"), "secondary")
    if message.attempts >= MAX_ATTEMPTS:
        return "given-up", _("Given up"), "red"
    return ("failing", _("Failing"), "orange") if message.attempts else ("waiting", _("Waiting"), "blue")


def pause_reason(webhook: Webhook) -> str:
    """Why it is paused: what was said when that was done; empty where nothing was, or it is not paused."""
    if not webhook.paused:
        return ""
    reason = ""
    for row in webhook.history.order_by("-history_date", "-history_id")[:50]:
        if not row.paused:
            break
        reason = row.history_change_reason or ""
    return reason

from typing import ClassVar

from django.db import models

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class OutboxMessage(models.Model):
    """Something that must leave after commit and must not be lost: a mail, or a message to a webhook (``about``)."""

    carried = False  # it leaves from here, once

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    about = models.ForeignKey(RecordKey, on_delete=models.PROTECT, null=True, related_name="+")
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["OutboxMessage"]] = GatedManager()
    unscoped: ClassVar[models.Manager["OutboxMessage"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(delivered_at__isnull=True), name="outbox_waiting")
        ]

"""What did not hold: kept, named, never counted."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.models.source import Source
from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class Quarantined(models.Model):
    """A stretch of what a source served that is kept and not counted.

    The thing that was found wrong is a row of its own (``is_finding``, one position); what came after it is kept in
    stretches, one row per batch (reason ``quarantined``). ``path`` names the file with the received bytes, a zstd frame
    of lines of the plain form, or of the checkpoint. ``resolved_at``: since when the source serves this place rightly.
    """

    stored_file = "path"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="quarantined")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_seq = models.BigIntegerField(_("from position"))
    last_seq = models.BigIntegerField(_("to position"))
    is_finding = models.BooleanField(_("finding"))
    reason = models.CharField(_("code"), max_length=40)
    what = models.CharField(_("what is wrong"), max_length=500)
    advice = models.CharField(_("what to do"), max_length=500)
    path = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)

    objects: ClassVar[GatedManager["Quarantined"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Quarantined"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reason", "first_seq", "last_seq"],
                condition=models.Q(resolved_at__isnull=True),
                name="quarantined_once",
            )
        ]

    @classmethod
    def stored_under(cls, values: dict[str, Any]) -> str:
        """Where the file of a row lies, without what makes its name its own."""
        return f"quarantine/{values['source_id']}/{values['first_seq']:012d}"

    @property
    def count(self) -> int:
        return self.last_seq - self.first_seq + 1


class SourceAlarm(models.Model):
    """An alarm about a source, raised once for as long as it lasts: an integrity finding, silence, a changed store."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="alarms")
    code = models.CharField(max_length=40)
    position = models.BigIntegerField(_("position"))
    summary = models.CharField(_("what is wrong"), max_length=500)
    advice = models.CharField(_("what to do"), max_length=500)
    raised_at = models.DateTimeField(_("raised"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects: ClassVar[GatedManager["SourceAlarm"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SourceAlarm"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "code", "position"],
                condition=models.Q(closed_at__isnull=True),
                name="source_alarm_once",
            )
        ]

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class Link(models.Model):
    """Two records that belong together, shown from both sides. Ended instead of deleted, so that it leaves a trace."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="links_in")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["Link"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Link"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=models.Q(ended_at__isnull=True),
                name="link_once",
                violation_error_message=_("These two records are linked already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="link_not_to_itself",
                violation_error_message=_("A record cannot be linked to itself."),
            ),
        ]

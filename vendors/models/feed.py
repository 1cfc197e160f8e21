"""The address by which somebody's calendar program fetches the vendor calendar."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class CalendarFeed(models.Model):
    """A personal secret address: it shows what its person may see, and dies with them. Only its hash is kept."""

    secrets = ("digest",)  # no archive carries what opens a door
    also_read_by = "digest = {key}"  # a calendar program comes with the address, and is known by nothing else

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["CalendarFeed"]] = GatedManager()
    unscoped: ClassVar[models.Manager["CalendarFeed"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(revoked_at__isnull=True),
                name="calendar_feed_one_each",
                violation_error_message=_("There is such an address already."),
            )
        ]

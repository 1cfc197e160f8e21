"""What decision records show of models: counted per day as records come in, judged when somebody looks."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.models import Source
from grc.models.organisation import Organisation
from grc.models.record import GatedManager

LONGEST_NAME = 1600
"""As long as the texts that decision records repeat."""


class SeenModel(models.Model):
    """How often one AI system called one model on one day (UTC), by one source's verified records.

    ``system`` is empty where the record names none. ``answered``: the model is the one that a completion says answered,
    where that is another than the one that was asked for.
    """

    carried = False  # follows from the decision records

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=LONGEST_NAME, blank=True)
    model = models.CharField(max_length=LONGEST_NAME)
    answered = models.BooleanField(default=False)
    day = models.DateField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    decisions = models.PositiveBigIntegerField()

    objects: ClassVar[GatedManager["SeenModel"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SeenModel"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "day", "system", "model", "answered"], name="seen_model_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["organisation", "day"], name="seen_model_day")]


class SeenHead(models.Model):
    """Up to which position (not within) the records of a source are counted."""

    carried = False  # follows from the decision records

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="+")
    next_seq = models.BigIntegerField(default=0)

    objects: ClassVar[GatedManager["SeenHead"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SeenHead"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"


class ShadowUse(models.TextChoices):
    """Why a use of a model is not covered by what is approved."""

    UNKNOWN = "unknown", _("Unknown model")
    NOT_APPROVED = "not-approved", _("Known, but not approved")
    ADDED = "added", _("Model added after approval")
    PLAN = "plan", _("Plan not allowed")
    OTHER_SYSTEM = "other-system", _("Approved, but not for this system")


class AcceptedGap(models.Model):
    """Somebody lets one use of a model stand until a day, with a reason. The newest row about a use is the one that
    counts; one without ``until`` takes it back."""

    append_only = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=LONGEST_NAME, blank=True)
    model = models.CharField(max_length=LONGEST_NAME)
    why = models.CharField(max_length=12, choices=ShadowUse)
    reason = models.CharField(_("reason"), max_length=500)
    until = models.DateField(_("until"), null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["AcceptedGap"]] = GatedManager()
    unscoped: ClassVar[models.Manager["AcceptedGap"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="accepted_gap_has_reason")]


class ShadowAlarm(models.Model):
    """What was told of one uncovered use, once for as long as it lasts."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=LONGEST_NAME, blank=True)
    model = models.CharField(max_length=LONGEST_NAME)
    why = models.CharField(max_length=12, choices=ShadowUse)
    raised_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["ShadowAlarm"]] = GatedManager()
    unscoped: ClassVar[models.Manager["ShadowAlarm"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "system", "model", "why"],
                condition=models.Q(closed_at__isnull=True),
                name="shadow_alarm_once",
            )
        ]

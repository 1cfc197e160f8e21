import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class Notice(models.Model):
    """Something that one person should know: shown in the app until read, and mailed as that person wants it."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("Somebody mentions me")
        COMMENT = "comment", _("A comment on a record that I own")
        TASK = "task", _("A task is given to me")
        DUE = "due", _("Something of mine is due or late")
        APPROVAL = "approval", _("Something waits for my approval, or mine was decided")
        ALARM = "alarm", _("An alarm about records that I look after")
        JOB = "job", _("Long work that I asked for has ended")
        PEOPLE = "people", _("Roles, invitations and sign-ins")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300)
    about = models.ForeignKey(RecordKey, on_delete=models.PROTECT, null=True, related_name="+")
    # what fact this tells, so that the same one is told once; empty: told each time
    once = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["Notice"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Notice"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["person", "organisation", "-created_at"], name="notice_recent"),
            models.Index(fields=["organisation"], condition=models.Q(mailed_at__isnull=True), name="notice_unmailed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "once"], condition=~models.Q(once=""), name="notice_told_once"
            )
        ]

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """What is taken in from an archive was told long ago: it is mailed to nobody."""
        values["mailed_at"] = values["mailed_at"] or timezone.now()


class NoticeSetting(models.Model):
    """How one person wants one kind of notice by mail; without a row, ``grc.notices`` says what is usual."""

    class Mail(models.TextChoices):
        ONCE = "once", _("At once")
        DAILY = "daily", _("In a daily mail")
        WEEKLY = "weekly", _("In a weekly mail")
        NEVER = "never", _("Not by mail")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings")
    kind = models.CharField(max_length=12, choices=Notice.Kind)
    mail = models.CharField(max_length=8, choices=Mail)

    objects: ClassVar[models.Manager["NoticeSetting"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notice_setting_once")]

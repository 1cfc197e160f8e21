from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class ActivityEvent(models.Model):
    """What somebody did: written in the transaction that did it, and never changed.

    ``person`` is an opaque id, so that the log survives a person's erasure without naming them.
    """

    append_only = True

    class Verb(models.TextChoices):
        LOGGED_IN = "logged-in", _("logged in")
        LOGIN_FAILED = "login-failed", _("failed to log in")
        LOGGED_OUT = "logged-out", _("logged out")
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        ARCHIVED = "archived", _("archived")
        RESTORED = "restored", _("restored")
        EXPORTED = "exported", _("exported")
        VIEWED = "viewed", _("viewed")
        DOWNLOADED = "downloaded", _("downloaded")
        DISCLOSED = "disclosed", _("disclosed")
        GRANTED = "granted", _("granted access to")
        REVOKED = "revoked", _("revoked access to")
        TOKEN_MADE = "token-made", _("made a token")
        TOKEN_REVOKED = "token-revoked", _("revoked a token")
        REFUSED = "refused", _("was refused")
        PULLED = "pulled", _("pulled records from")
        ALARMED = "alarmed", _("raised an alarm about")
        IMPORTED = "imported", _("imported")
        SENT_FOR_APPROVAL = "sent-for-approval", _("sent for approval")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent-back", _("sent back")
        WITHDREW = "withdrew", _("withdrew")
        COMMENTED = "commented", _("commented on")
        ATTACHED = "attached", _("attached a file to")
        DETACHED = "detached", _("removed a file from")
        INVITED = "invited", _("invited")
        JOINED = "joined", _("joined")
        LEFT = "left", _("left")
        LOCKED_OUT = "locked-out", _("was locked out")
        UNLOCKED = "unlocked", _("unlocked")
        BROKE_GLASS = "broke-glass", _("used the emergency account")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    person = models.UUIDField(_("person"), null=True)
    verb = models.CharField(_("what"), max_length=24, choices=Verb)
    record = models.ForeignKey(RecordKey, on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    way = models.CharField(_("by"), max_length=12)
    address = models.CharField(_("address"), max_length=45, blank=True)

    objects: ClassVar[GatedManager["ActivityEvent"]] = GatedManager()
    unscoped: ClassVar[models.Manager["ActivityEvent"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="activity_recent"),
            models.Index(fields=["organisation", "person", "-at"], name="activity_person"),
        ]
        triggers = [pgtrigger.Protect(name="activity_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

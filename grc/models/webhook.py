from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.activity import ActivityEvent
from grc.models.record import Record
from grc.models.secret import SecretField


class Webhook(Record):
    """Another system that wants to hear what happens here: signed messages, sent again until they are taken."""

    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=500, help_text=_("HTTPS; it answers 2xx to what it has taken."))
    secret = SecretField(
        _("signing secret"),
        blank=True,
        help_text=_("Shared with the receiver, who checks the signature with it. Stored encrypted."),
    )
    verbs = ArrayField(
        models.CharField(max_length=24, choices=ActivityEvent.Verb),
        verbose_name=_("what it hears of"),
        default=list,
        blank=True,
        help_text=_("Nothing chosen: everything."),
    )
    about = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("registers"),
        default=list,
        blank=True,
        help_text=_("Nothing chosen: every register."),
    )
    paused = models.BooleanField(_("paused"), default=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="webhook_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "url"],
                condition=models.Q(archived_at__isnull=True),
                name="webhook_address_once",
                violation_error_message=_("There is a webhook to this address."),
            ),
        ]

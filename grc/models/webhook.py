import base64
import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.activity import ActivityEvent
from grc.models.record import Record
from grc.models.secret import Sealed, SecretField, SecretUnreadable
from grc.outbound import OutboundRefused, urls
from grc.outbound.allowed import allow_list

PREFIX = "whsec_"


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

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if reason := address_refused(self.url):
            errors["url"] = reason
        if unknown := sorted(set(self.about) - known_registers()):
            errors["about"] = _("There is no register “%(name)s”.") % {"name": unknown[0][:60]}
        if isinstance(self.secret, Sealed) and not is_secret(self.secret):
            errors["secret"] = _("A secret is “whsec_” and the base64 of 24 to 64 bytes. Leave it empty to get one.")
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.secret:
            self.secret = new_secret()
        super().save(*args, **kwargs)

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """Nothing that is taken in from an archive reaches out by itself."""
        values["paused"] = True


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: ``whsec_`` and the base64 of its bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(secret: str) -> bytes:
    """What is signed with. Raises ``ValueError`` for what is no such secret."""
    if not secret.startswith(PREFIX):
        raise ValueError("it does not begin with whsec_")
    raw = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not 24 <= len(raw) <= 64:
        raise ValueError("it is not 24 to 64 bytes long")
    return raw


def is_secret(stored: Sealed) -> bool:
    try:
        secret_bytes(stored.open())
    except ValueError:
        return False
    except SecretUnreadable:
        return True  # it was one when it was stored; that it cannot be read is told where it is used
    return True


def address_refused(url: str) -> str:
    """Why an address cannot be a receiver's; empty where it can. What its name resolves to is judged at each call."""
    try:
        target = urls.parse(url)
    except OutboundRefused as error:
        return error.reason
    listed = any((entry.host, entry.port) == (target.host, target.port) for entry in allow_list().entries)
    if target.scheme != "https" and not listed:
        return str(_("The address begins with https://."))
    return ""


def known_registers() -> set[str]:
    from grc.registers.register import registers

    return {register.slug for register in registers}

"""How people come in: by invitation, or through their organisation's identity provider."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager
from grc.models.secret import SecretField


class Invitation(models.Model):
    """An open door for one address, redeemed once. Only the hash of the link's secret is kept."""

    secrets = ("digest",)  # no archive carries what opens a door
    also_read_by = "digest = {key}"  # who comes with the link is known by nothing else

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=40), verbose_name=_("roles"))
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects: ClassVar[GatedManager["Invitation"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Invitation"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("There is an open invitation for this address."),
            )
        ]


class IdentityProvider(models.Model):
    """An organisation's OpenID Connect provider. Whom it vouches for gets roles by claim, administration never."""

    carried = False  # a provider is registered with one installation, and trusted by its administrator
    # who signs in is known by an address's domain, or by the link to the provider, before an organisation is known
    also_read_by = "{key} = ANY (domains) OR {key} = public_id::text"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    issuer = models.URLField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client id"), max_length=200)
    client_secret = SecretField(_("client secret"), blank=True)
    domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("email domains"),
        help_text=_("Whose addresses the provider may vouch for."),
    )
    provisions = models.BooleanField(_("makes accounts at first sign-in"), default=False)
    role_claim = models.CharField(_("claim with roles"), max_length=120, blank=True, default="groups")
    # maps a value of the claim to the key of a role; administrator is refused
    role_map = models.JSONField(_("roles by claim"), default=dict, blank=True)
    enabled = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["IdentityProvider"]] = GatedManager()
    unscoped: ClassVar[models.Manager["IdentityProvider"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="identity_provider_once"),
            models.UniqueConstraint(
                fields=["issuer", "client_id"],
                name="identity_provider_client_once",
                violation_error_message=_("This client of this provider is in use already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

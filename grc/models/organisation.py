from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.access.roles import ROLES


def usual_mfa_roles() -> list[str]:
    """Who is asked for a second factor unless the organisation decides otherwise."""
    return ["administrator", "approver", "external-auditor"]


class Organisation(models.Model):
    """The tenant: every row of the product belongs to exactly one."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), unique=True, max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)
    # roles that need a second factor; "external-auditor" stands for whoever enters a room
    mfa_roles = ArrayField(models.CharField(max_length=40), default=usual_mfa_roles, blank=True)

    class Meta:
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person in one organisation; a person may hold several."""

    also_read_by = "person_id = {person}"  # where somebody belongs is asked before an organisation is known

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=40, choices=[(role.key, role.name) for role in ROLES.values()])
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[models.Manager["Membership"]] = models.Manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once",
                violation_error_message=_("This person already has this role."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {ROLES[self.role].name}"

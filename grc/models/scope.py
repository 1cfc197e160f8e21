import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey
from grc.models.version import Version


class Scope(models.Model):
    """The one unit of sharing with an outsider: a list of versions and stretches of decision records."""

    # an outsider comes to a scope through their grant, before an organisation is known
    also_read_by = "id IN (SELECT scope_id FROM grc_grantperiod WHERE person_id = {person})"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    about = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="scopes")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["Scope"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Scope"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        permissions = [("read_scope", "May read this scope, while a grant period runs")]

    def __str__(self) -> str:
        return self.title


class ScopeRevision(models.Model):
    """One dated list of entries. Later evidence does not leak in: an addition is a further revision."""

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    as_of = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    withheld = models.JSONField(default=list)  # [{"what": str, "count": int, "reason": str}]

    unscoped: ClassVar[models.Manager["ScopeRevision"]] = models.Manager()
    objects: ClassVar[GatedManager["ScopeRevision"]] = GatedManager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["scope", "number"], name="scope_revision_once")]
        triggers = [pgtrigger.Protect(name="scope_revision_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]


class ScopeEntry(models.Model):
    """A version, or a stretch of one log's decision records (both ends included) for one AI system."""

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(ScopeRevision, on_delete=models.PROTECT, related_name="entries")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    log = models.ForeignKey(RecordKey, on_delete=models.PROTECT, null=True, related_name="+")
    first_seq = models.BigIntegerField(null=True)
    last_seq = models.BigIntegerField(null=True)
    checkpoint = models.TextField(blank=True)
    system_id = models.CharField(max_length=200, blank=True)
    count = models.BigIntegerField(null=True)

    unscoped: ClassVar[models.Manager["ScopeEntry"]] = models.Manager()
    objects: ClassVar[GatedManager["ScopeEntry"]] = GatedManager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__isnull=False, log__isnull=True)
                | models.Q(version__isnull=True, log__isnull=False, first_seq__isnull=False, last_seq__isnull=False),
                name="scope_entry_is_one_thing",
            )
        ]
        triggers = [pgtrigger.Protect(name="scope_entry_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]


class GrantPeriod(models.Model):
    """When a person may read a scope. Judged by the database's clock, at every request."""

    also_read_by = "person_id = {person}"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="periods")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grant_periods")
    not_before = models.DateTimeField(_("from"))
    not_after = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["GrantPeriod"]] = GatedManager()
    unscoped: ClassVar[models.Manager["GrantPeriod"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(not_before__lt=models.F("not_after")),
                name="grant_period_ends_after_it_begins",
                violation_error_message=_("Access must end after it begins."),
            )
        ]

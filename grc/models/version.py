import hashlib
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class Version(models.Model):
    """A record as it stood: canonical bytes with its children and links. Never changed, never deleted.

    This is what is approved, cited or shared. ``body`` is canonical JSON (UTF-8, sorted keys, no white space).
    """

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["Version"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Version"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="version_number_once")]
        triggers = [pgtrigger.Protect(name="version_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """A version that is taken in from an archive is what its hash says. Raises ``ValueError``."""
        if hashlib.sha256(values["body"]).hexdigest() != values["sha256"]:
            raise ValueError("the version's SHA-256 is not that of its body")

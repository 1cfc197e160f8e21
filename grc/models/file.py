import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager


def random_path(file: "File", _name: str) -> str:
    """A storage name that tells nothing: the given name is kept in the database only."""
    token = uuid.uuid4().hex
    return f"files/{token[:2]}/{token}"


class File(models.Model):
    """Bytes that somebody uploaded, checked before they were stored, and never changed since."""

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=255)
    original_name = models.TextField(_("name as uploaded"))
    media_type = models.CharField(_("type"), max_length=120)
    size = models.BigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    has_macros = models.BooleanField(_("has macros"), default=False)
    content = models.FileField(upload_to=random_path, max_length=100)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["File"]] = GatedManager()
    unscoped: ClassVar[models.Manager["File"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["organisation", "sha256"], name="file_hash")]
        triggers = [pgtrigger.Protect(name="file_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

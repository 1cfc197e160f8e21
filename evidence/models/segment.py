"""What is proved: the received bytes in immutable compressed files, and the Merkle tree above them."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.models.source import Source
from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class Segment(models.Model):
    """Consecutive records of one source, as received, in one file of independent zstd frames.

    ``frames`` packs one (first sequence number, offset in the file) pair per frame, so that a record costs one seek and
    one frame (``evidence.storage.segments``). ``sha256`` and ``size`` are the file's. ``checkpoint`` is the signed
    checkpoint that covers these records.
    """

    append_only = True
    ingest_only = True
    ingest_privileges = ("INSERT",)

    stored_file = "path"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, unique=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    size = models.BigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    frames = models.BinaryField()
    checkpoint = models.TextField()
    stored_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["Segment"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Segment"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["source", "first_seq"], name="segment_once"),
            models.CheckConstraint(
                condition=models.Q(first_seq__lte=models.F("last_seq")), name="segment_holds_a_record"
            ),
        ]
        triggers = [pgtrigger.Protect(name="segment_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    @classmethod
    def stored_under(cls, values: dict[str, Any]) -> str:
        """Where the file of a row lies, without what makes its name its own."""
        return f"segments/{values['source_id']}/{values['first_seq'] >> 20:05x}/{values['first_seq']:012d}"


class Tile(models.Model):
    """A full Merkle tile of level 1 or above; tiles of level 0 follow from the segments (C2SP tlog-tiles)."""

    append_only = True
    ingest_only = True
    ingest_privileges = ("INSERT",)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    objects: ClassVar[GatedManager["Tile"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Tile"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["source", "level", "number"], name="tile_once")]
        triggers = [pgtrigger.Protect(name="tile_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

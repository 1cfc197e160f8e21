"""How the activity log is sealed: one log (a Merkle tree with signed checkpoints) per organisation."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.record import GatedManager
from grc.models.secret import SecretField

FINAL = pgtrigger.Update | pgtrigger.Delete


class ActivitySeal(models.Model):
    """The head of an organisation's sealed activity log: one row, locked and advanced in the transaction of each batch.

    ``size`` events are sealed under ``checkpoint`` (a signed note). ``tile_rows``: the partial Merkle tiles
    (``evidence.storage.tree``). Every event up to the key ``floor`` is sealed, and none before it can still be
    committed; ``mark_id``, ``mark_xid`` and ``mark_at`` say when the floor may rise to ``mark_id``
    (``evidence.sealing.sealer``). ``findings`` is what the last verification found, ``alarmed`` the hash of what was
    told to people.
    """

    carried = False  # an organisation that is taken in from an archive begins a log of its own

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    log_id = models.CharField(max_length=200, unique=True)
    key = SecretField()
    public_key = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    tile_rows = models.BinaryField(default=bytes)
    checkpoint = models.TextField(blank=True)
    sealed_at = models.DateTimeField(_("sealed"), null=True)
    floor = models.BigIntegerField(default=0)
    mark_id = models.BigIntegerField(default=0)
    mark_xid = models.BigIntegerField(default=0)
    mark_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True)
    verified_size = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)
    alarmed = models.CharField(max_length=64, blank=True)

    objects: ClassVar[GatedManager["ActivitySeal"]] = GatedManager()
    unscoped: ClassVar[models.Manager["ActivitySeal"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"


class SealedEvent(models.Model):
    """A leaf: which event stands at which place of the log (from 0), and the hash of its entry as it was sealed."""

    append_only = True

    carried = False  # an organisation that is taken in from an archive begins a log of its own

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    event = models.OneToOneField(ActivityEvent, on_delete=models.PROTECT, related_name="+")
    leaf = models.BinaryField(max_length=32)

    objects: ClassVar[GatedManager["SealedEvent"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SealedEvent"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["organisation", "seq"], name="sealed_event_once")]
        triggers = [pgtrigger.Protect(name="sealed_event_is_final", operation=FINAL)]


class SealTile(models.Model):
    """A full Merkle tile of level 1 or above; tiles of level 0 follow from the leaves (C2SP tlog-tiles)."""

    append_only = True

    carried = False  # an organisation that is taken in from an archive begins a log of its own

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    objects: ClassVar[GatedManager["SealTile"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SealTile"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["organisation", "level", "number"], name="seal_tile_once")]
        triggers = [pgtrigger.Protect(name="seal_tile_is_final", operation=FINAL)]


class SealCheckpoint(models.Model):
    """A signed checkpoint: one for every batch that was sealed."""

    append_only = True

    carried = False  # an organisation that is taken in from an archive begins a log of its own

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField()
    note = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["SealCheckpoint"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SealCheckpoint"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["organisation", "size"], name="seal_checkpoint_once")]
        triggers = [pgtrigger.Protect(name="seal_checkpoint_is_final", operation=FINAL)]

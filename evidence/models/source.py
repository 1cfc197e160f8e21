"""Where decision records come from: a proxy's log, what is known of it, and how each pull went."""

import binascii
import uuid
from base64 import b64decode
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.tlog import checkpoint, note
from evidence.tlog.keys import Key
from grc.models.organisation import Organisation
from grc.models.record import GatedManager, Record
from grc.models.secret import SecretField


def check_url(value: str) -> None:
    """An HTTP address without secrets, query or fragment in it."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid or not value.isascii() or any(c <= " " for c in value):
        raise ValidationError(_("Enter the address of the log, such as https://proxy.example:4000/log."))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(_("Leave user names, queries and fragments out of the address; tokens have fields."))


def check_origin(value: str) -> None:
    try:
        checkpoint.check_origin(value)
    except checkpoint.CheckpointRefused as error:
        raise ValidationError(str(error)) from None


def check_witness_key(value: str) -> None:
    try:
        key = note.NoteKey.from_vkey(value)
    except note.NoteRefused as error:
        raise ValidationError(str(error)) from None
    if key.kind != note.COSIGNATURE:
        raise ValidationError(_("This is a log's key; a witness signs with a key of type 4 (cosignature)."))


class PublicKeyField(models.CharField):  # type: ignore[type-arg]
    """An Ed25519 public key, kept as 64 hex digits; a verifier key line (``name+id+key``) or base64 are read too."""

    def to_python(self, value: Any) -> Any:
        return _public_key_hex(value.strip()) if isinstance(value, str) and value.strip() else value


def _public_key_hex(text: str) -> str:
    try:
        if len(text) > 64:
            return note.NoteKey.from_vkey(text).public_key.hex()
        raw = bytes.fromhex(text) if len(text) == 64 else b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ValidationError(
            _("This is no Ed25519 public key: give 64 hex digits, base64, or the log’s whole verifier key line.")
        ) from None
    if len(raw) != 32:
        raise ValidationError(_("An Ed25519 public key has 32 bytes; this one has %(n)d.") % {"n": len(raw)})
    return raw.hex()


class Source(Record):
    """One log of one AI proxy replica. The first key is pinned by a person; every other comes by the log itself."""

    name = models.CharField(_("name"), max_length=200)
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[check_url],
        help_text=_("Where the recorder serves its log, such as https://proxy.example:4000/log."),
    )
    origin = models.CharField(
        _("log id"),
        max_length=200,
        validators=[check_origin],
        help_text=_("The log's own name; the recorder's operator tells you."),
    )
    pinned_key = PublicKeyField(
        _("pinned key"),
        max_length=64,
        help_text=_("The log's first public key, as its operator gave it to you by another way than this address."),
    )
    read_token = SecretField(
        _("read token"), blank=True, default="", help_text=_("Sent when records are pulled. Stored encrypted.")
    )
    lookup_token = SecretField(
        _("look-up token"),
        blank=True,
        default="",
        help_text=_("Lets Assay ask for a customer's HMAC. Stored encrypted; empty: look-ups by reference are off."),
    )
    interval_seconds = models.PositiveIntegerField(_("pull every (seconds)"), default=10)
    silence_after_seconds = models.PositiveIntegerField(
        _("alarm after silence of (seconds)"),
        default=180,
        help_text=_("A recorder signs a heartbeat every 60 seconds, so silence means that something is wrong."),
    )
    paused = models.BooleanField(_("paused"), default=False)
    witness_key = models.CharField(
        _("witness key"),
        max_length=400,
        blank=True,
        validators=[check_witness_key],
        help_text=_("The verifier key of a witness that cosigns checkpoints, for assurance level A."),
    )
    witness_name = models.CharField(
        _("witness"),
        max_length=200,
        blank=True,
        help_text=_("The legal entity that runs the witness; it must be another than the proxy's operator."),
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="source_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "origin"],
                name="source_origin_once",
                violation_error_message=_("This log is connected already; its records would count twice."),
            ),
            models.CheckConstraint(
                condition=models.Q(interval_seconds__range=(5, 86_400)),
                name="source_interval_range",
                violation_error_message=_("Pull at most every 5 seconds and at least once a day."),
            ),
            models.CheckConstraint(
                condition=models.Q(silence_after_seconds__range=(60, 604_800)),
                name="source_silence_range",
                violation_error_message=_("Silence is noticed after 60 seconds at the earliest, a week at the latest."),
            ),
            models.CheckConstraint(
                condition=models.Q(witness_key="", witness_name="")
                | ~models.Q(witness_key="") & ~models.Q(witness_name=""),
                name="source_witness_is_named",
                violation_error_message=_("A witness needs both its key and the name of who runs it."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk is None:
            return
        before = Source.objects.within(self.organisation).filter(pk=self.pk).first()
        if before is None or (before.origin == self.origin and before.pinned_key == self.pinned_key):
            return
        if SourceHead.objects.within(self.organisation).filter(source=self.pk, next_seq__gt=0).exists():
            raise ValidationError(
                _(
                    "Records were taken from this log already: its id and first key are part of their proof. "
                    "A new key is brought by a rotation in the log; another log is another source."
                )
            )

    @property
    def fingerprint(self) -> str:
        """What two people compare by voice."""
        return Key(bytes.fromhex(self.pinned_key)).fingerprint

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """Nothing that is taken in from an archive reaches out by itself."""
        values["paused"] = True


class SourceHead(models.Model):
    """How far a source is taken in: one row, locked and advanced in the transaction of each COPY.

    ``chain`` is ``tlog.Chain.to_json``; ``tile_rows`` the partial Merkle tiles (``evidence.storage.tree``);
    ``seen_checkpoint`` the last signed checkpoint that was accepted, as received; ``checkpoint`` the last one whose
    records were all taken in (``checkpoint_size`` of them): what proofs lead to. While a long pull runs, ``next_seq``
    lies between the two. ``held_next`` is the first position not yet held in quarantine, while there is a finding.
    """

    class State(models.TextChoices):
        NEW = "new", _("Never pulled")
        OK = "ok", _("Good")
        ALARMED = "alarmed", _("Integrity alarm")
        SILENT = "silent", _("Silent")
        UNREACHABLE = "unreachable", _("Unreachable")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="head")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    chain = models.JSONField(null=True)
    tile_rows = models.BinaryField(default=bytes)
    next_seq = models.BigIntegerField(_("records"), default=0)
    seen_checkpoint = models.TextField(blank=True)
    checkpoint = models.TextField(_("last checkpoint"), blank=True)
    checkpoint_size = models.BigIntegerField(default=0)
    witnessed_size = models.BigIntegerField(default=0)
    min_index = models.BigIntegerField(default=0)
    good_through = models.DateTimeField(_("good through"), null=True)
    last_record_at = models.DateTimeField(_("last new record taken in"), null=True)
    reached_at = models.DateTimeField(_("last answer"), null=True)
    due_at = models.DateTimeField(auto_now_add=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)
    held_next = models.BigIntegerField(default=0)
    held = models.BigIntegerField(_("in quarantine"), default=0)

    objects: ClassVar[GatedManager["SourceHead"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SourceHead"]] = models.Manager()

    ingest_privileges = ("UPDATE",)

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["due_at"], name="source_head_due")]


class PullRun(models.Model):
    """One pull, for its progress on the page and as a record of what was asked for and by whom."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    first_seq = models.BigIntegerField(default=0)
    target_size = models.BigIntegerField(null=True)
    fetched = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)

    objects: ClassVar[GatedManager["PullRun"]] = GatedManager()
    unscoped: ClassVar[models.Manager["PullRun"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["source", "-id"], name="pull_run_recent")]

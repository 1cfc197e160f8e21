import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey
from grc.models.secret import SecretField
from grc.models.version import Version


class Review(models.Model):
    """A version that was sent for approval. Approved, it is in force until a later version supersedes it.

    The live record stays editable as the next draft; this row says what was decided about one frozen version.
    """

    class State(models.TextChoices):
        IN_REVIEW = "in-review", _("In review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("what changed, and why"), max_length=2000, blank=True)
    due_on = models.DateField(_("decide by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.IN_REVIEW)
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)
    ended_at = models.DateTimeField(_("decided"), null=True)
    superseded_at = models.DateTimeField(_("superseded"), null=True)
    signed_pdf = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["Review"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Review"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["organisation", "state", "-sent_at"], name="review_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state="in-review"),
                name="review_one_running",
                violation_error_message=_("A version of this record is in review already."),
            ),
            models.UniqueConstraint(fields=["key"], condition=Q(state="approved"), name="review_one_in_force"),
            models.CheckConstraint(
                condition=Q(state="in-review", ended_at__isnull=True)
                | (~Q(state="in-review") & Q(ended_at__isnull=False)),
                name="review_ended_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_state_display()}"


class Approval(models.Model):
    """One approver's part in a review: asked, then decided once. A decision is a signature with its meaning."""

    class Decision(models.TextChoices):
        WAITING = "", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Sent back")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="approvals")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=12, choices=Decision, default=Decision.WAITING, blank=True)
    meaning = models.CharField(_("what the signature means"), max_length=200, blank=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    safeguard = models.TextField(
        _("safeguard"),
        max_length=1000,
        blank=True,
        help_text=_("Where the author has to approve their own work: what keeps it honest all the same."),
    )
    method = models.CharField(_("identity proven by"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects: ClassVar[GatedManager["Approval"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Approval"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["approver", "organisation"], condition=Q(decision=""), name="approval_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "approver"], name="approval_once"),
            models.CheckConstraint(
                condition=~Q(approver=F("author")) | ~Q(safeguard=""),
                name="approval_not_by_author",
                violation_error_message=_("Nobody approves their own work without a recorded safeguard."),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, method="")
                | (~Q(decision="") & Q(decided_at__isnull=False) & ~Q(method="") & ~Q(meaning="")),
                name="approval_decided_is_signed",
            ),
        ]


class SigningKey(models.Model):
    """The organisation's key for signing documents: certificate in PEM, private key encrypted at rest."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    certificate = models.TextField()
    private_key = SecretField()
    fingerprint = models.CharField(_("SHA-256 of the certificate"), max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["SigningKey"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SigningKey"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at__isnull=True), name="signing_key_one_in_use"
            )
        ]

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """A key whose private part no archive carries signs nothing more."""
        values["ended_at"] = values["ended_at"] or timezone.now()

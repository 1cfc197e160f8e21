"""Clause 7.5: documented information, and who has read it (7.3)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.access.roles import ROLES
from grc.cadence import Every
from grc.models.record import Record

EVERYBODY = "everybody"
READERS = [(EVERYBODY, _("Everybody here")), *((role.key, role.name) for role in ROLES.values())]
CYCLES = [(every.value, every.label) for every in (Every.MONTHLY, Every.QUARTERLY, Every.HALF_YEARLY, Every.YEARLY)]


def readers_field() -> Any:
    """Who is asked to read: everybody, or whoever holds one of these roles; empty: nobody by itself."""
    return ArrayField(
        models.CharField(max_length=40, choices=READERS),
        verbose_name=_("who must read it"),
        default=list,
        blank=True,
        help_text=_("They are asked, and confirm that they have read it."),
    )


class Document(Record):
    """A document of the management system: what it says here, or in the file that hangs on it."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("Policy")
        PROCEDURE = "procedure", _("Procedure")
        PLAN = "plan", _("Plan")
        ROLE = "role", _("Role description")
        RECORD = "record", _("Record")
        EXTERNAL = "external", _("External document")

    class Confidentiality(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in-review", _("In review")
        IN_FORCE = "in-force", _("In force")
        OVERDUE = "overdue", _("Review overdue")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    text = models.TextField(_("text"), max_length=50_000, blank=True, help_text=_("Or attach the file to the record."))
    edition = models.CharField(_("version"), max_length=40, blank=True, help_text=_("As the document calls itself."))
    approved_on = models.DateField(_("approved outside of Assay on"), null=True, blank=True)
    every = models.CharField(_("reviewed"), max_length=12, choices=CYCLES, default=Every.YEARLY, blank=True)
    review_on = models.DateField(
        _("next review"), null=True, blank=True, help_text=_("Set anew each time that a version is approved.")
    )
    origin = models.CharField(
        _("published by"), max_length=200, blank=True, help_text=_("Of an external document: whose it is.")
    )
    kept_at = models.CharField(
        _("where it is kept"), max_length=300, blank=True, help_text=_("An address, a folder, a shelf.")
    )
    watched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("watched by"),
        help_text=_("Of an external document: who notices a new edition."),
    )
    readers = readers_field()
    read_days = models.PositiveSmallIntegerField(
        _("days to read it"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    keep_years = models.PositiveSmallIntegerField(
        _("keep for years after it is withdrawn"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    # what follows from the above, from approvals and from the day: kept so that lists can show and filter it
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    in_force_since = models.DateField(_("in force since"), null=True, blank=True, editable=False)
    # the starter that it was begun from, and the hash of the text as it was then
    starter = models.CharField(max_length=60, blank=True, editable=False)
    starter_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["organisation", "review_on"], name="document_review_due")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="document_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name", "edition"],
                condition=models.Q(archived_at__isnull=True),
                name="document_once",
                violation_error_message=_("There is a document with this title and version."),
            ),
            models.CheckConstraint(
                condition=Q(keep_until__isnull=True) | Q(keep_years__isnull=True),
                name="document_kept_one_way",
                violation_error_message=_("Choose one: a day, or years after it is withdrawn."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(withdrawn_on__isnull=False),
                name="document_replaced_is_withdrawn",
                violation_error_message=_("Say when it was withdrawn, too."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("key")),
                name="document_replaced_by_another",
                violation_error_message=_("A document does not replace itself."),
            ),
            models.CheckConstraint(
                condition=Q(read_days__range=(1, 365)),
                name="document_read_days",
                violation_error_message=_("Give people between one and 365 days."),
            ),
        ]

"""Clauses 7.1 to 7.4: resources, competence, awareness, communication."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aims.models.leadership import Responsibility
from aims.models.operation import AISystem
from aims.models.support import Document, readers_field
from grc.cadence import Every
from grc.models.record import Record

STEPS = [MinValueValidator(1), MaxValueValidator(3)]


class Resource(Record):
    """What AI systems need through their life cycle: data, tooling, computing, people (7.1, A.4)."""

    class Kind(models.TextChoices):
        DATA = "data", _("Data (A.4.3)")
        TOOLING = "tooling", _("Tooling (A.4.4)")
        COMPUTING = "computing", _("System and computing (A.4.5)")
        PEOPLE = "people", _("People (A.4.6)")

    name = models.CharField(_("resource"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    system = models.ForeignKey(
        AISystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=_("AI system"),
        help_text=_("Empty: for several or all of them."),
    )
    description = models.TextField(_("what it is"), max_length=2000, blank=True)
    provider = models.CharField(_("where it comes from"), max_length=200, blank=True)
    enough = models.BooleanField(_("enough for what it is needed for"), default=True)
    gap = models.TextField(_("what is missing"), max_length=2000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="resource_reference_once"),
            models.CheckConstraint(
                condition=Q(enough=True) | ~Q(gap=""),
                name="resource_gap_is_said",
                violation_error_message=_("Say what is missing."),
            ),
        ]


class CompetenceNeed(Record):
    """What somebody who holds a role must know or be able to do (7.2)."""

    responsibility = models.ForeignKey(
        Responsibility, on_delete=models.PROTECT, related_name="needs", verbose_name=_("role")
    )
    name = models.CharField(_("competence"), max_length=200)
    level = models.PositiveSmallIntegerField(
        _("level"),
        default=2,
        validators=STEPS,
        help_text=_("1: knows of it. 2: does it alone. 3: teaches it."),
    )
    shown_by = models.CharField(_("shown by"), max_length=300, blank=True, help_text=_("Which proof you take."))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("needed competence")
        verbose_name_plural = _("needed competences")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="competence_need_reference_once"),
            models.UniqueConstraint(
                fields=["responsibility", "name"],
                condition=Q(archived_at__isnull=True),
                name="competence_need_once",
                violation_error_message=_("This role needs this competence already."),
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 3)),
                name="competence_need_level",
                violation_error_message=_("A level is 1, 2 or 3."),
            ),
        ]


class Competence(Record):
    """What a person has shown: by education, training or experience, on a day, and until when it holds (7.2)."""

    class Basis(models.TextChoices):
        EDUCATION = "education", _("Education")
        TRAINING = "training", _("Training")
        EXPERIENCE = "experience", _("Experience")
        ASSESSMENT = "assessment", _("Assessment")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    need = models.ForeignKey(
        CompetenceNeed, on_delete=models.PROTECT, related_name="shown", verbose_name=_("needed competence")
    )
    level = models.PositiveSmallIntegerField(_("level reached"), validators=STEPS)
    basis = models.CharField(_("by"), max_length=12, choices=Basis)
    proof = models.CharField(
        _("proof"), max_length=300, help_text=_("Such as “certificate of 12 March”; attach the file.")
    )
    shown_on = models.DateField(_("shown on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="competence_reference_once"),
            models.CheckConstraint(
                condition=Q(level__range=(1, 3)),
                name="competence_level",
                violation_error_message=_("A level is 1, 2 or 3."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("shown_on")),
                name="competence_valid_after_shown",
                violation_error_message=_("It cannot end before it was shown."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.need.name}: {self.person}"


class Campaign(Record):
    """Something that people must know: what, whom, until when (7.3)."""

    name = models.CharField(_("title"), max_length=200)
    message = models.TextField(
        _("what people should know"),
        max_length=8000,
        help_text=_("The policy, their own part, and what happens if it is not kept."),
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("document"),
        help_text=_("What they read and acknowledge, if anything."),
    )
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    readers = readers_field()
    starts_on = models.DateField(_("begins"))
    due_on = models.DateField(_("to be read by"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("awareness campaign")
        verbose_name_plural = _("awareness campaigns")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="campaign_reference_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="campaign_due_after_start",
                violation_error_message=_("It cannot be due before it begins."),
            ),
        ]


class Communication(Record):
    """A line of the communication plan: what is said, when, with whom, how, by whom (7.4)."""

    class Direction(models.TextChoices):
        INTERNAL = "internal", _("Inside")
        EXTERNAL = "external", _("Outside")

    name = models.CharField(_("what"), max_length=200)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    audience = models.CharField(_("with whom"), max_length=200)
    occasion = models.CharField(
        _("when"), max_length=200, help_text=_("Such as “each quarter” or “within a day of an incident”.")
    )
    channel = models.CharField(_("how"), max_length=200)
    every = models.CharField(
        _("how often"), max_length=12, choices=Every, blank=True, help_text=_("Empty: when its occasion comes.")
    )
    last_on = models.DateField(_("last done on"), null=True, blank=True)
    next_on = models.DateField(_("next due on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("communication")
        verbose_name_plural = _("communication plan")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="communication_reference_once"),
        ]

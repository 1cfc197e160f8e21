"""Clause 5: who is responsible and may decide, and what top management has committed and granted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class Responsibility(Record):
    """A role in the AI management system: who holds it, what they answer for, what they may decide (5.3, A.3.2)."""

    class Duty(models.TextChoices):
        """The two that 5.3 asks top management to assign, and every other."""

        CONFORMITY = "conformity", _("Sees that the AIMS conforms (5.3 a)")
        REPORTING = "reporting", _("Reports on it to top management (5.3 b)")
        BOTH = "both", _("Both of these")
        OTHER = "other", _("Another")

    name = models.CharField(_("role"), max_length=200)
    duty = models.CharField(_("duty"), max_length=12, choices=Duty, default=Duty.OTHER)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("held by"),
        help_text=_("Empty: nobody yet, which is shown as a gap."),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    answers_for = models.TextField(_("answers for"), max_length=4000)
    may_decide = models.TextField(_("may decide"), max_length=4000, blank=True, help_text=_("Such as: stop a system."))
    reports_to = models.CharField(_("reports to"), max_length=200, blank=True)
    told_on = models.DateField(_("made known on"), null=True, blank=True, help_text=_("When people were told of it."))
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("role")
        verbose_name_plural = _("roles and responsibilities")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="responsibility_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="responsibility_once",
                violation_error_message=_("There is a role with this name."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | Q(holder__isnull=True) | ~Q(deputy=F("holder")),
                name="responsibility_deputy_is_another",
                violation_error_message=_("A deputy is another person."),
            ),
        ]


class Commitment(Record):
    """What top management promised or granted for the AI management system, and when (5.1, 7.1)."""

    class Kind(models.TextChoices):
        COMMITMENT = "commitment", _("Commitment")
        PEOPLE = "people", _("People granted")
        MONEY = "money", _("Money granted")
        TOOLS = "tools", _("Tools granted")

    name = models.CharField(_("what"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMMITMENT)
    text = models.TextField(_("in their words"), max_length=4000, blank=True)
    extent = models.CharField(
        _("how much"), max_length=120, blank=True, help_text=_("Such as “two people” or “EUR 40,000”.")
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_on = models.DateField(_("given on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments and resources granted")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="commitment_reference_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("given_on")),
                name="commitment_valid_after_given",
                violation_error_message=_("It cannot end before it was given."),
            ),
        ]

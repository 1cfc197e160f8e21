"""Clause 6.1.3: the Statement of Applicability, one per framework that has one."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from controls.models import Control, Framework, Requirement
from grc.models.record import Record


class SoA(Record):
    """The Statement of Applicability for one framework. Its version holds every decision as it stood."""

    name = models.CharField(_("title"), max_length=200)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="soas", verbose_name=_("framework"))
    introduction = models.TextField(
        _("introduction"), max_length=4000, blank=True, help_text=_("How you decided; stands before the table.")
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("statement of applicability")
        verbose_name_plural = _("statements of applicability")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="soa_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "framework"],
                condition=Q(archived_at__isnull=True),
                name="soa_once",
                violation_error_message=_("There is a statement of applicability for this framework."),
            ),
        ]

    def clean(self) -> None:
        """What was decided was decided about the controls of one framework: it stays that one."""
        super().clean()
        before = SoA.objects.within(self.organisation).filter(pk=self.pk).first() if self.pk else None
        if before is None or before.framework_id == self.framework_id:
            return
        if SoADecision.objects.within(self.organisation).filter(soa=self.pk).exists():
            raise ValidationError({"framework": _("Its decisions are about this framework. Begin another statement.")})


class SoADecision(Record):
    """One control, in or out, with a reason either way: one of the framework, or one that the organisation added."""

    class Applies(models.TextChoices):
        UNDECIDED = "undecided", _("Not decided")
        IN = "in", _("Included")
        OUT = "out", _("Excluded")

    class Status(models.TextChoices):
        """How far it is: ISO/IEC 27001 asks for it (6.1.3 d); for ISO/IEC 42001 it is good practice."""

        UNKNOWN = "", _("Not said")
        NOT_STARTED = "not-started", _("Not started")
        PARTLY = "partly", _("Partly implemented")
        IMPLEMENTED = "implemented", _("Implemented")

    soa = models.ForeignKey(
        SoA, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("statement of applicability")
    )
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="soa_decisions",
        verbose_name=_("control of the framework"),
        help_text=_("Empty for a control that you added."),
    )
    control = models.ForeignKey(
        Control,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="soa_decisions",
        verbose_name=_("our control"),
        help_text=_("For an added control; those of the framework are linked with yours already."),
    )
    applies = models.CharField(_("decision"), max_length=10, choices=Applies, default=Applies.UNDECIDED)
    reason = models.TextField(
        _("reason"), max_length=2000, blank=True, help_text=_("Why it is in, or why it can be left out.")
    )
    status = models.CharField(_("implementation"), max_length=12, choices=Status, blank=True, default=Status.UNKNOWN)
    how = models.TextField(_("how it is implemented"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("decision")
        verbose_name_plural = _("decisions of a statement")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="soa_decision_reference_once"),
            models.UniqueConstraint(
                fields=["soa", "requirement"],
                condition=Q(archived_at__isnull=True),
                name="soa_decision_once",
                violation_error_message=_("This control is decided in this statement already."),
            ),
            models.UniqueConstraint(
                fields=["soa", "control"],
                condition=Q(archived_at__isnull=True, requirement__isnull=True),
                name="soa_decision_added_once",
                violation_error_message=_("This control was added to this statement already."),
            ),
            models.CheckConstraint(
                condition=Q(requirement__isnull=False) | Q(control__isnull=False),
                name="soa_decision_of_a_control",
                violation_error_message=_("Name the control of the framework, or the one of yours that you add."),
            ),
            models.CheckConstraint(
                condition=Q(applies="undecided") | ~Q(reason=""),
                name="soa_decision_has_reason",
                violation_error_message=_("Give the reason: both for including and for excluding."),
            ),
        ]

    def clean(self) -> None:
        """It is about a control of the statement's own framework, or about one of ours, and stays about that one."""
        super().clean()
        if self.soa_id is None:
            return
        if self.requirement is not None:
            if self.requirement.framework_id != self.soa.framework_id:
                raise ValidationError({"requirement": _("This belongs to another framework.")})
            if self.requirement.kind != Requirement.Kind.CONTROL:
                raise ValidationError({"requirement": _("This is no control: a statement decides controls alone.")})
            if self.control is not None:
                raise ValidationError({"control": _("Leave this empty: link your control with that of the framework.")})

    @property
    def title(self) -> str:
        asked = self.requirement or self.control
        return asked.title if asked else ""

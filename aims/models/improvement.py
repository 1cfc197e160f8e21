"""Clause 10: nonconformities with what is done about them, and improvements."""

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aims.models.operation import AISystem
from controls.models import Requirement, TestRun
from grc.models.record import Record


class Nonconformity(Record):
    """A requirement that was not met: put right, its cause found, similar cases sought, and shown to be gone (10.2).

    It moves through ``aims.improvement.actions`` only: checked by another person, closed when nothing is missing,
    frozen from then on until it is reopened.
    """

    class Source(models.TextChoices):
        AUDIT = "audit", _("Internal audit")
        CERTIFICATION = "certification", _("Certification audit")
        INCIDENT = "incident", _("Incident")
        COMPLAINT = "complaint", _("Complaint or concern")
        MONITORING = "monitoring", _("Monitoring or a control test")
        OWN = "own", _("Seen by ourselves")

    class Grade(models.TextChoices):
        MAJOR = "major", _("Major")
        MINOR = "minor", _("Minor")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Verdict(models.TextChoices):
        """What the check of effectiveness found."""

        GONE = "gone", _("It is gone")
        STILL = "still", _("It is still there")

    name = models.CharField(_("nonconformity"), max_length=200)
    source = models.CharField(_("found by"), max_length=14, choices=Source)
    grade = models.CharField(_("grade"), max_length=6, choices=Grade, default=Grade.MINOR)
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nonconformities",
        verbose_name=_("requirement not met"),
    )
    system = models.ForeignKey(
        AISystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nonconformities",
        verbose_name=_("AI system"),
    )
    test_run = models.ForeignKey(
        TestRun,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="nonconformities",
        verbose_name=_("seen in the test run"),
    )
    description = models.TextField(_("what was seen"), max_length=4000, help_text=_("Facts, with where and when."))
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("to be closed by"), null=True, blank=True)
    correction = models.TextField(
        _("correction"), max_length=4000, blank=True, help_text=_("What was put right at once.")
    )
    corrected_on = models.DateField(_("put right on"), null=True, blank=True)
    why_1 = models.CharField(_("why?"), max_length=300, blank=True)
    why_2 = models.CharField(_("and why that?"), max_length=300, blank=True)
    why_3 = models.CharField(_("and why that? (3)"), max_length=300, blank=True)
    why_4 = models.CharField(_("and why that? (4)"), max_length=300, blank=True)
    why_5 = models.CharField(_("and why that? (5)"), max_length=300, blank=True)
    cause = models.TextField(
        _("cause"), max_length=4000, blank=True, help_text=_("The one that, taken away, stops it.")
    )
    similar = models.TextField(
        _("similar cases"), max_length=4000, blank=True, help_text=_("Where you looked, and what you found.")
    )
    effect = models.TextField(
        _("effectiveness"), max_length=4000, blank=True, editable=False, help_text=_("What was looked at, and found.")
    )
    verdict = models.CharField(_("verdict"), max_length=5, choices=Verdict, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("effectiveness checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")
        indexes = [models.Index(fields=["organisation", "state", "due_on"], name="nonconformity_state")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="nonconformity_reference_once"),
            models.CheckConstraint(
                condition=Q(state="open")
                | (
                    ~Q(correction="")
                    & ~Q(cause="")
                    & ~Q(similar="")
                    & Q(verdict="gone")
                    & Q(corrected_on__isnull=False)
                    & Q(closed_on__isnull=False)
                ),
                name="nonconformity_closed_whole",
                violation_error_message=_(
                    "It cannot close without correction, cause, similar cases and effectiveness."
                ),
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | (~Q(effect="") & Q(checked_by__isnull=False) & Q(checked_at__isnull=False)),
                name="nonconformity_verdict_has_checker",
                violation_error_message=_("A verdict has its reasons, and who gave it when."),
            ),
            models.UniqueConstraint(
                fields=["test_run"],
                condition=Q(archived_at__isnull=True),
                name="nonconformity_once_a_test_run",
                violation_error_message=_("There is a nonconformity of this test run already."),
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | Q(owner__isnull=True) | ~Q(checked_by=F("owner")),
                name="nonconformity_checked_by_another",
                violation_error_message=_("Its effectiveness is checked by another person than its owner."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="nonconformity_closed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="closed", new__state="closed"),
            )
        ]

    def frozen(self) -> str:
        return gettext("It is closed. Reopen it before you change it.") if self.state == self.State.CLOSED else ""

    def clean(self) -> None:
        super().clean()
        today = timezone.localdate()
        for name in ("found_on", "corrected_on"):
            if (day := getattr(self, name)) is not None and day > today:
                raise ValidationError({name: _("This day has not come yet.")})


class CorrectiveAction(Record):
    """One action against the cause of a nonconformity, with its owner and date."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="actions", verbose_name=_("nonconformity")
    )
    name = models.CharField(_("action"), max_length=200)
    description = models.TextField(_("how"), max_length=4000, blank=True)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="corrective_action_reference_once"),
        ]

    def frozen(self) -> str:
        return gettext("Its nonconformity is closed. Reopen that before you change it.") if self._is_closed else ""

    @property
    def _is_closed(self) -> bool:
        return self.nonconformity_id is not None and self.nonconformity.state == Nonconformity.State.CLOSED

    def clean(self) -> None:
        super().clean()
        if self._is_closed:
            raise ValidationError({"nonconformity": _("This nonconformity is closed.")})
        if self.done_on is not None and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": _("This day has not come yet.")})


class Improvement(Record):
    """Something that could be better, without being wrong (10.1)."""

    class State(models.TextChoices):
        IDEA = "idea", _("Idea")
        ACCEPTED = "accepted", _("To be done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    name = models.CharField(_("improvement"), max_length=200)
    source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    benefit = models.TextField(_("what gets better"), max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IDEA)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="improvement_reference_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_on__isnull=False) & ~Q(result="")),
                name="improvement_done_has_result",
                violation_error_message=_("Say when it was done and what came of it."),
            ),
        ]

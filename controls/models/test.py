"""Tests of controls: of their design and of their operation, by people or by itself on decision records."""

import datetime as dt
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controls.models.control import Control
from controls.rules.condition import ConditionRefused, read_conditions
from controls.rules.rule import RuleRefused, read_rule
from controls.samples import SampleRefused, read_samples
from evidence.models import EvidenceItem
from grc.cadence import Every, due_after
from grc.models.record import Record


def check_conditions(text: str) -> None:
    """The lines are conditions on records. Raises ``ValidationError``."""
    try:
        read_conditions(text)
    except ConditionRefused as error:
        raise ValidationError(str(error)) from None


def check_samples(text: str) -> None:
    """The lines are samples. Raises ``ValidationError``."""
    try:
        read_samples(text)
    except SampleRefused as error:
        raise ValidationError(str(error)) from None


class Result(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")
    NOTHING = "nothing", _("Nothing to test")
    UNABLE = "unable", _("Could not be run")


class ControlTest(Record):
    """How a control is tested. ``way`` records: a question to the signed decision records, which runs by itself.

    The question is kept as text that people read: ``where`` and ``must`` hold one condition a line
    (``controls.rules``), ``at_least`` is the share in percent that must hold.
    """

    class Kind(models.TextChoices):
        DESIGN = "design", _("Of its design")
        OPERATION = "operation", _("Of its operation")

    class Way(models.TextChoices):
        PEOPLE = "people", _("By people")
        RECORDS = "records", _("By itself, on decision records")

    class LooksAt(models.TextChoices):
        DECISION = "decision", _("Decisions")
        COMPLETION = "completion", _("Completions")
        ANY = "any", _("Every record")

    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="tests", verbose_name=_("control"))
    name = models.CharField(_("test"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OPERATION)
    way = models.CharField(_("done"), max_length=8, choices=Way, default=Way.PEOPLE)
    method = models.TextField(
        _("method"),
        max_length=4000,
        blank=True,
        help_text=_("What one looks at, how many, what counts as an exception."),
    )
    every = models.CharField(
        _("how often"), max_length=12, choices=Every, blank=True, help_text=_("Empty: when somebody asks for it.")
    )
    first_on = models.DateField(_("first due"), null=True, blank=True)
    next_on = models.DateField(_("next due"), null=True, editable=False)
    sample = models.PositiveSmallIntegerField(_("sample size"), null=True, blank=True)
    paused = models.BooleanField(_("paused"), default=False)
    looks_at = models.CharField(_("looks at"), max_length=10, choices=LooksAt, default=LooksAt.DECISION)
    where = models.TextField(
        _("of those where"),
        max_length=2000,
        blank=True,
        validators=[check_conditions],
        help_text=_("A condition a line, such as “outcome is deny”."),
    )
    must = models.TextField(
        _("each must"),
        max_length=2000,
        blank=True,
        validators=[check_conditions],
        help_text=_("A condition a line, such as “policy.version is set”."),
    )
    at_least = models.DecimalField(
        _("at least (percent)"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    longest_gap = models.PositiveIntegerField(
        _("no gap longer than (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(525_600)],
        help_text=_("Between two records of the same log."),
    )
    over_days = models.PositiveSmallIntegerField(
        _("over the last (days)"), default=7, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    wait_minutes = models.PositiveIntegerField(
        _("leave out the last (minutes)"),
        default=60,
        validators=[MaxValueValidator(43_200)],
        help_text=_("So that a decision’s completion, or a person’s look at it, can still come."),
    )
    last_result = models.CharField(_("last result"), max_length=8, choices=Result, blank=True, editable=False)
    last_run_at = models.DateTimeField(_("last run"), null=True, editable=False)
    next_run_at = models.DateTimeField(_("next run"), null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("control test")
        verbose_name_plural = _("control tests")
        indexes = [
            models.Index(fields=["organisation", "next_run_at"], name="control_test_runs"),
            models.Index(fields=["organisation", "next_on"], name="control_test_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="control_test_reference_once"),
            models.UniqueConstraint(
                fields=["control", "name"],
                condition=Q(archived_at__isnull=True),
                name="control_test_once",
                violation_error_message=_("This control has a test with this name."),
            ),
            models.CheckConstraint(
                condition=Q(way="records") | ~Q(method=""),
                name="control_test_says_method",
                violation_error_message=_("Say what the tester looks at, and what counts as an exception."),
            ),
            models.CheckConstraint(
                condition=Q(way="people") | ~Q(must="") | Q(longest_gap__isnull=False),
                name="control_test_asks_something",
                violation_error_message=_("Say what each record must, or how long a gap may be."),
            ),
            models.CheckConstraint(
                condition=Q(every="") | Q(way="records") | Q(first_on__isnull=False),
                name="control_test_has_first_day",
                violation_error_message=_("Say when the test is due for the first time."),
            ),
        ]

    @property
    def by_itself(self) -> bool:
        return self.way == self.Way.RECORDS

    def clean(self) -> None:
        super().clean()
        if self.first_on is not None and not 2000 <= self.first_on.year <= 2200:
            raise ValidationError({"first_on": _("Choose a day between the years 2000 and 2200.")})
        if self.by_itself:
            try:
                read_rule(self)
            except RuleRefused as error:
                if not error.is_condition:  # a line that is none is said by its field already
                    raise ValidationError({error.field: str(error)}) from None

        self.derive()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """When it comes round: a day for people, an instant for software. Nothing is planned while it is paused."""
        stored = (
            None if self._state.adding else ControlTest.objects.within(self.organisation).filter(pk=self.pk).first()
        )
        names = ("way", "every", "first_on", "paused")
        if stored is not None and all(getattr(stored, name) == getattr(self, name) for name in names):
            return
        today = timezone.localdate()
        idle = not self.every or self.paused
        self.next_on = None if idle or self.by_itself or self.first_on is None else due_after(
            self.first_on, self.every, today - dt.timedelta(days=1)
        )  # fmt: skip
        self.next_run_at = timezone.now() if not idle and self.by_itself else None


class TestRun(Record):
    """One time that a test was done. What ran by itself is kept as it came out; nobody changes it."""

    __test__ = False  # pytest: not a test class

    test = models.ForeignKey(ControlTest, on_delete=models.PROTECT, related_name="runs", verbose_name=_("test"))
    done_on = models.DateField(_("done on"), default=timezone.localdate)
    result = models.CharField(_("result"), max_length=8, choices=Result)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period until"), null=True, blank=True)
    population = models.PositiveIntegerField(
        _("population"), null=True, blank=True, help_text=_("Out of how many the sample was taken.")
    )
    samples = models.TextField(
        _("samples"),
        max_length=60_000,
        blank=True,
        validators=[check_samples],
        help_text=_(
            "A line each: what was looked at | ok or exception | a note. Rows pasted from a spreadsheet are fine."
        ),
    )
    sampled = models.PositiveIntegerField(_("looked at"), default=0, editable=False)
    exceptions = models.PositiveIntegerField(_("exceptions"), default=0, editable=False)
    conclusion = models.TextField(_("conclusion"), max_length=8000, blank=True)
    automatic = models.BooleanField(_("by itself"), default=False, editable=False)
    began_at = models.DateTimeField(_("period from, to the second"), null=True, editable=False)
    until_at = models.DateTimeField(_("period until, to the second"), null=True, editable=False)
    rule = models.JSONField(default=dict, editable=False)
    """The question as it was asked (``Rule.as_data``)."""

    found = models.JSONField(default=dict, editable=False)
    """What came out (``Outcome.as_data``): counts, logs with their positions, the first offending records."""

    item = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("evidence")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("test run")
        verbose_name_plural = _("test runs")
        indexes = [models.Index(fields=["test", "-done_on"], name="test_run_recent")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="test_run_reference_once"),
            models.CheckConstraint(
                condition=Q(period_from__isnull=True)
                | Q(period_to__isnull=True)
                | Q(period_to__gte=models.F("period_from")),
                name="test_run_period_in_order",
                violation_error_message=_("The period must end after it begins."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="test_run_by_itself_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__automatic=True, old__item__isnull=False),
            )
        ]

    @property
    def title(self) -> str:
        return f"{self.test.name}, {self.done_on.isoformat()}"

    def frozen(self) -> str:
        return gettext("This ran by itself: it stays as it came out.") if self.automatic else ""

    def clean(self) -> None:
        super().clean()
        if self.test_id is not None and self.test.by_itself:
            raise ValidationError({"test": _("This test runs by itself: start it on its page.")})
        if self.done_on is not None and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": _("This day has not come yet.")})
        try:
            self.derive()
        except SampleRefused:
            return  # the field says so itself
        if self.exceptions and self.result == Result.PASSED and not self.conclusion.strip():
            raise ValidationError(
                {"conclusion": _("There are exceptions: say why the control works all the same, or let the test fail.")}
            )
        if self.result in (Result.FAILED, Result.UNABLE) and not self.conclusion.strip():
            raise ValidationError({"conclusion": _("Say what was wrong.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.automatic:
            self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Count the samples. Raises ``SampleRefused``."""
        rows = read_samples(self.samples)
        self.sampled, self.exceptions = len(rows), sum(row.is_exception for row in rows)

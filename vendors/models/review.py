"""Looking at a vendor: before first use, every year, on a change; with the questions and what follows."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceItem
from grc.models.record import Record
from vendors.models.citable import why_not_citable
from vendors.models.fact import VendorFact
from vendors.models.leaving import VendorIncident
from vendors.models.vendor import Offering, Vendor

QUESTIONS = [
    (1, _("Question 1")),
    (2, _("Question 2")),
    (3, _("Question 3")),
    (4, _("Question 4")),
    (5, _("Question 5")),
    (6, _("Question 6")),
    (7, _("Question 7")),
    (8, _("Question 8")),
    (9, _("Question 9")),
    (10, _("Question 10")),
]
"""Their texts stand in ``vendors/reviews/questions.json``."""


class VendorReview(Record):
    """One review of a vendor's offering. ``score`` follows from the answers (``vendors.reviews``)."""

    class Kind(models.TextChoices):
        FIRST = "first", _("Before first use")
        YEARLY = "yearly", _("Yearly")
        CHANGE = "change", _("On a change")
        INCIDENT = "incident", _("After an incident")

    class Outcome(models.TextChoices):
        OPEN = "open", _("Under way")
        GOOD = "good", _("Good enough")
        CONDITIONS = "conditions", _("Good enough, with conditions")
        NOT_GOOD = "not-good", _("Not good enough")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("vendor"))
    offering = models.ForeignKey(
        Offering,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("of this offering"),
        help_text=_("Empty: of all that this vendor supplies."),
    )
    kind = models.CharField(_("occasion"), max_length=10, choices=Kind, default=Kind.YEARLY)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.OPEN)
    conclusion = models.TextField(_("conclusion"), max_length=4000, blank=True)
    conditions = models.TextField(_("conditions"), max_length=2000, blank=True)
    score = models.PositiveSmallIntegerField(
        _("score of 100"), null=True, editable=False, validators=[MaxValueValidator(100)]
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("vendor review")
        verbose_name_plural = _("vendor reviews")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_review_reference_once"),
            models.CheckConstraint(
                condition=Q(outcome="open") | (~Q(conclusion="") & Q(done_on__isnull=False)),
                name="vendor_review_done_is_whole",
                violation_error_message=_("A review that is done has its day and its conclusion."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="conditions") | ~Q(conditions=""),
                name="vendor_review_conditions_are_said",
                violation_error_message=_("Say which conditions."),
            ),
        ]

    @property
    def title(self) -> str:
        # of its own fields alone: it is named in lists of answers and findings
        on = self.done_on or self.due_on
        return f"{self.get_kind_display()}, {on.isoformat()}" if on else str(self.get_kind_display())


class ReviewAnswer(Record):
    """What the vendor answers to one of the ten questions that buyers ask about AI, and what that rests on.

    The questions stand in ``vendors/reviews/questions.json``.
    """

    class Verdict(models.TextChoices):
        OPEN = "open", _("No answer yet")
        GOOD = "good", _("As expected")
        PARTLY = "partly", _("Partly")
        BAD = "bad", _("Not as expected")
        OUT = "out", _("Does not apply")

    review = models.ForeignKey(VendorReview, on_delete=models.PROTECT, related_name="answers", verbose_name=_("review"))
    question = models.PositiveSmallIntegerField(_("question"), choices=QUESTIONS)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    from_vendor = models.BooleanField(_("in the vendor’s own words"), default=False)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, default=Verdict.OPEN)
    why = models.TextField(_("why"), max_length=2000, blank=True)
    fact = models.ForeignKey(
        VendorFact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fact that it cites"),
        help_text=_("A stale fact cannot be cited."),
    )
    file = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("evidence"),
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("answer in a vendor review")
        verbose_name_plural = _("answers in vendor reviews")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="review_answer_reference_once"),
            models.UniqueConstraint(
                fields=["review", "question"],
                condition=Q(archived_at__isnull=True),
                name="review_answer_once",
                violation_error_message=_("This review has an answer to this question."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="out") | ~Q(why=""),
                name="review_answer_out_has_reason",
                violation_error_message=_("Say why the question does not apply."),
            ),
        ]

    @property
    def title(self) -> str:
        return str(self.get_question_display())

    def clean(self) -> None:
        if self.fact is None:
            return
        if self.review_id is not None and self.fact.offering.vendor_id != self.review.vendor_id:
            raise ValidationError({"fact": _("This fact is about another vendor.")})
        if self._cites_now() and (sentence := why_not_citable(self.fact, timezone.localdate())):
            raise ValidationError({"fact": sentence})

    def _cites_now(self) -> bool:
        """Whether saving it cites its fact: what a finished review cited while the fact was fresh may stay."""
        if self.pk is None or self.review_id is None or self.review.outcome == VendorReview.Outcome.OPEN:
            return True
        before = type(self).objects.within(self.organisation).filter(pk=self.pk).values_list("fact", flat=True)
        return self.fact_id not in before


class VendorFinding(Record):
    """Something that a review, an incident or a notice brought up, and what is done about it."""

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="findings", verbose_name=_("vendor"))
    review = models.ForeignKey(
        VendorReview,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("found in"),
    )
    question = models.PositiveSmallIntegerField(_("answer to"), choices=QUESTIONS, null=True, editable=False)
    incident = models.ForeignKey(
        VendorIncident,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("after the incident"),
    )
    name = models.CharField(_("finding"), max_length=200)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.MEDIUM)
    action = models.TextField(_("what is done"), max_length=2000, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("vendor finding")
        verbose_name_plural = _("vendor findings")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_finding_reference_once"),
            models.UniqueConstraint(
                fields=["review", "question"],
                condition=Q(archived_at__isnull=True) & Q(question__isnull=False),
                name="vendor_finding_once_a_question",
                violation_error_message=_("There is a finding of this answer."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(result=""),
                name="vendor_finding_done_has_result",
                violation_error_message=_("Say what came of it."),
            ),
        ]

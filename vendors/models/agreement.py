"""Contracts with vendors: DPAs with what GDPR Art. 28 asks of them, transfers, and the others."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceItem
from grc.models.record import Record
from vendors.models.vendor import Offering, Vendor

MOST_DAYS = 3660
MODULES = [("1", _("Module 1")), ("2", _("Module 2")), ("3", _("Module 3")), ("4", _("Module 4"))]
"""Of the standard contractual clauses, Decision (EU) 2021/914."""


class Agreement(Record):
    """A contract with a vendor. What a DPA has to say is ticked in its ``AgreementPoint`` rows."""

    class Kind(models.TextChoices):
        DPA = "dpa", _("Data processing agreement (DPA)")
        MSA = "msa", _("Main contract (MSA, terms)")
        NDA = "nda", _("Non-disclosure agreement (NDA)")
        BAA = "baa", _("Business associate agreement (BAA)")
        SCC = "scc", _("Standard contractual clauses (SCC)")
        UK = "uk", _("UK addendum or IDTA")
        OTHER = "other", _("Other")

    class Party(models.TextChoices):
        CONTROLLER = "controller", _("Controller")
        PROCESSOR = "processor", _("Processor")
        SUBPROCESSOR = "subprocessor", _("Subprocessor")
        NONE = "none", _("Neither: no personal data")

    class Renewal(models.TextChoices):
        OPEN = "open", _("Runs until it is ended")
        FIXED = "fixed", _("Ends on its day")
        AUTOMATIC = "automatic", _("Renews by itself")

    class Authorisation(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at")
        SPECIFIC = "specific", _("Each subprocessor is authorised")
        GENERAL = "general", _("General, with notice of changes")
        NONE = "none", _("No subprocessors allowed")

    class Transfer(models.TextChoices):
        UNDECIDED = "undecided", _("Not looked at")
        NONE = "none", _("No data leaves the EEA")
        ADEQUACY = "adequacy", _("Adequacy decision")
        DPF = "dpf", _("EU-US Data Privacy Framework")
        SCC = "scc", _("Standard contractual clauses")
        BCR = "bcr", _("Binding corporate rules")
        OPEN = "open", _("Data leaves, and nothing covers it")

    class Training(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at")
        NO = "no", _("Not allowed")
        ASKED = "asked", _("Only where we say so")
        OPT_OUT = "opt-out", _("Allowed unless we object; we did")
        MAY = "may", _("Allowed")

    class Decider(models.TextChoices):
        """Who determines why and how data is used for training: GDPR Art. 28(10). Training alone does not settle it."""

        OPEN = "open", _("Not settled")
        US = "us", _("We do")
        VENDOR = "vendor", _("The vendor does: a controller for it")
        JOINT = "joint", _("Both together")

    class Answer(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("vendor"))
    offering = models.ForeignKey(
        Offering,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("for this offering alone"),
        help_text=_("Empty: for all that this vendor supplies."),
    )
    name = models.CharField(_("agreement"), max_length=200)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    file = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the signed text"),
        help_text=_("Its item in the evidence library."),
    )
    our_party = models.CharField(_("who signs for us"), max_length=200, blank=True)
    their_party = models.CharField(_("who signs for the vendor"), max_length=200, blank=True)
    we_are = models.CharField(_("we are"), max_length=12, choices=Party, default=Party.CONTROLLER)
    they_are = models.CharField(_("the vendor is"), max_length=12, choices=Party, default=Party.PROCESSOR)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    effective_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    renewal = models.CharField(_("renewal"), max_length=10, choices=Renewal, default=Renewal.OPEN)
    renewal_months = models.PositiveSmallIntegerField(
        _("renews for months"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    notice_days = models.PositiveIntegerField(
        _("notice, in days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_DAYS)],
        help_text=_("So long before the end one must say that it shall not go on."),
    )
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    authorisation = models.CharField(
        _("subprocessors"), max_length=10, choices=Authorisation, default=Authorisation.UNKNOWN
    )
    objection_days = models.PositiveIntegerField(
        _("days to object to a new one"), null=True, blank=True, validators=[MaxValueValidator(MOST_DAYS)]
    )
    flow_down = models.CharField(
        _("same duties for subprocessors (28(4))"), max_length=8, choices=Answer, default=Answer.UNKNOWN
    )
    breach_hours = models.PositiveIntegerField(
        _("tells of a breach within hours"), null=True, blank=True, validators=[MaxValueValidator(8784)]
    )
    audit_rights = models.CharField(_("audit rights"), max_length=300, blank=True)
    transfer = models.CharField(
        _("transfer to third countries"), max_length=10, choices=Transfer, default=Transfer.UNDECIDED
    )
    transfer_to = models.CharField(_("countries"), max_length=200, blank=True)
    scc_modules = ArrayField(
        models.CharField(max_length=1, choices=MODULES),
        verbose_name=_("SCC modules"),
        default=list,
        blank=True,
        help_text=_("2: controller to processor; 3: processor to processor. Decision (EU) 2021/914."),
    )
    adequacy = models.CharField(_("which decision"), max_length=200, blank=True)
    assessment = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("transfer impact assessment"),
    )
    dpf_checked_on = models.DateField(_("Data Privacy Framework list checked on"), null=True, blank=True)
    uk_data = models.CharField(_("data from the UK"), max_length=8, choices=Answer, default=Answer.UNKNOWN)
    uk_addendum_on = models.DateField(_("UK addendum or IDTA signed on"), null=True, blank=True)
    training = models.CharField(_("training on our data"), max_length=8, choices=Training, default=Training.UNKNOWN)
    training_decider = models.CharField(
        _("who decides why and how it trains (28(10))"), max_length=8, choices=Decider, default=Decider.OPEN
    )
    training_reason = models.TextField(_("what that rests on"), max_length=2000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes = [models.Index(fields=["organisation", "ends_on"], name="agreement_end")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="agreement_reference_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(effective_on__isnull=True) | Q(ends_on__gte=F("effective_on")),
                name="agreement_ends_after_it_begins",
                violation_error_message=_("An agreement cannot end before it is in force."),
            ),
            models.CheckConstraint(
                condition=~Q(renewal__in=("fixed", "automatic")) | Q(ends_on__isnull=False),
                name="agreement_end_has_date",
                violation_error_message=_("Say on which day it ends or renews."),
            ),
            models.CheckConstraint(
                condition=~Q(renewal="automatic") | Q(renewal_months__gt=0),
                name="agreement_renewal_has_length",
                violation_error_message=_("Say for how many months it renews."),
            ),
            models.CheckConstraint(
                condition=Q(training_decider="open") | ~Q(training_reason=""),
                name="agreement_decider_has_reason",
                violation_error_message=_("Say what this rests on: the clause, or what the vendor wrote."),
            ),
        ]


class AgreementPoint(Record):
    """One thing that a DPA has to say (GDPR Art. 28(3)), and the clause where it says it."""

    class Point(models.TextChoices):
        """Article 28(3) of Regulation (EU) 2016/679: its first sentence, then (a) to (h). Our own words."""

        SUBJECT = "subject", _("Subject matter")
        DURATION = "duration", _("Duration")
        NATURE = "nature", _("Nature of the processing")
        PURPOSE = "purpose", _("Purpose")
        DATA_TYPES = "data-types", _("Types of personal data")
        SUBJECTS = "subjects", _("Categories of data subjects")
        CONTROLLER = "controller", _("Duties and rights of the controller")
        A = "a", _("(a) Acts on documented instructions, transfers included")
        B = "b", _("(b) Whoever handles the data is bound to secrecy")
        C = "c", _("(c) Security under Art. 32")
        D = "d", _("(d) Subprocessors as Art. 28(2) and (4) ask")
        E = "e", _("(e) Helps with the rights of data subjects")
        F = "f", _("(f) Helps with Art. 32 to 36: security, breaches, DPIA")
        G = "g", _("(g) Deletes or returns the data at the end")
        H = "h", _("(h) Gives information and allows audits")

    class Finding(models.TextChoices):
        OPEN = "open", _("Not looked at")
        MET = "met", _("Says it")
        MISSING = "missing", _("Does not say it")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="points", verbose_name=_("agreement")
    )
    point = models.CharField(_("point"), max_length=10, choices=Point)
    finding = models.CharField(_("finding"), max_length=8, choices=Finding, default=Finding.OPEN)
    clause = models.CharField(_("clause"), max_length=120, blank=True, help_text=_("Where it stands: “§ 4.2”."))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("point of a DPA")
        verbose_name_plural = _("points of DPAs")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="agreement_point_reference_once"),
            models.UniqueConstraint(
                fields=["agreement", "point"],
                name="agreement_point_once",
                violation_error_message=_("This agreement has this point already."),
            ),
            models.CheckConstraint(
                condition=~Q(finding="met") | ~Q(clause=""),
                name="agreement_point_met_has_clause",
                violation_error_message=_("Name the clause that says it."),
            ),
        ]

    @property
    def title(self) -> str:
        return str(self.get_point_display())

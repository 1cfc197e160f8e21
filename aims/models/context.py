"""Clause 4: issues, interested parties, the organisation's AI roles, the scope, and how its processes work together."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aims.models.operation import AISystem
from grc.models.record import Record


class Issue(Record):
    """Something inside or outside of the organisation that bears on its AI management system (4.1)."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        EXTERNAL = "external", _("External")

    class Topic(models.TextChoices):
        LAW = "law", _("Law and supervision")
        CONTRACTS = "contracts", _("Contracts")
        TECHNOLOGY = "technology", _("Technology")
        MARKET = "market", _("Market and competition")
        SOCIETY = "society", _("Society and culture")
        CLIMATE = "climate", _("Climate change")
        GOVERNANCE = "governance", _("Governance and strategy")
        PEOPLE = "people", _("People and skills")
        OTHER = "other", _("Other")

    name = models.CharField(_("issue"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    topic = models.CharField(_("topic"), max_length=12, choices=Topic, default=Topic.OTHER)
    effect = models.TextField(
        _("what it means for AI here"), max_length=2000, help_text=_("What it helps or hinders you to reach.")
    )
    relevant = models.BooleanField(
        _("relevant"), default=True, help_text=_("Climate change must be judged even where the answer is no.")
    )
    response = models.TextField(_("what is done about it"), max_length=2000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="issue_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="issue_once",
                violation_error_message=_("There is an issue with this name."),
            ),
        ]


class InterestedParty(Record):
    """Who has a stake in what the AI systems do, what they require, and which of it is met through the AIMS (4.2)."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        AFFECTED = "affected", _("People affected")
        STAFF = "staff", _("Staff")
        OWNERS = "owners", _("Owners and investors")
        AUTHORITIES = "authorities", _("Authorities")
        SUPPLIERS = "suppliers", _("Suppliers")
        PARTNERS = "partners", _("Partners")
        SOCIETY = "society", _("Society")
        OTHER = "other", _("Other")

    name = models.CharField(_("party"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    needs = models.TextField(_("what they require or expect"), max_length=4000)
    met_by = models.TextField(
        _("what of it the AIMS takes care of, and how"),
        max_length=4000,
        blank=True,
        help_text=_("Say as well what it does not take care of, and why."),
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("interested party")
        verbose_name_plural = _("interested parties")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="interested_party_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="interested_party_once",
                violation_error_message=_("There is a party with this name."),
            ),
        ]


class AIRole(Record):
    """A part that the organisation plays for AI systems, in the words of ISO/IEC 22989 and of the AI Act (4.1)."""

    class Role(models.TextChoices):
        """ISO/IEC 22989's stakeholder roles."""

        PROVIDER = "provider", _("AI provider")
        PRODUCER = "producer", _("AI producer (developer)")
        CUSTOMER = "customer", _("AI customer or user")
        PARTNER = "partner", _("AI partner")
        SUBJECT = "subject", _("AI subject")
        AUTHORITY = "authority", _("Relevant authority")

    class ActRole(models.TextChoices):
        """Roles of Regulation (EU) 2024/1689, Art. 3(3) to (8), with the product manufacturer of Art. 25(3)."""

        NONE = "none", _("None: the Act does not apply")
        PROVIDER = "provider", _("Provider")
        DEPLOYER = "deployer", _("Deployer")
        IMPORTER = "importer", _("Importer")
        DISTRIBUTOR = "distributor", _("Distributor")
        REPRESENTATIVE = "representative", _("Authorised representative")
        MANUFACTURER = "manufacturer", _("Product manufacturer")

    role = models.CharField(_("role (ISO/IEC 22989)"), max_length=10, choices=Role)
    act_role = models.CharField(_("role (AI Act)"), max_length=14, choices=ActRole, blank=True)
    system = models.ForeignKey(
        AISystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ai_roles",
        verbose_name=_("AI system"),
        help_text=_("Empty: for all of them."),
    )
    reason = models.TextField(_("why"), max_length=2000, help_text=_("What you do that makes it this role."))
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("AI role")
        verbose_name_plural = _("AI roles")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="ai_role_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "role", "system"],
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="ai_role_once",
                violation_error_message=_("This role is recorded for this system already."),
            ),
        ]

    @property
    def title(self) -> str:
        role = self.get_role_display()  # type: ignore[attr-defined]
        return f"{role}: {self.system.name}" if self.system else str(role)


class ScopeStatement(Record):
    """What the AI management system covers, and what it does not (4.3).

    Its approved version lists the AI systems in and out of scope, as they were decided that day.
    """

    name = models.CharField(_("title"), max_length=200)
    text = models.TextField(
        _("scope"),
        max_length=8000,
        help_text=_("One paragraph as it should stand on the certificate: which AI, for what, by whom."),
    )
    boundary = models.TextField(
        _("boundary"),
        max_length=4000,
        blank=True,
        help_text=_("Units, services and technology inside; what borders on it."),
    )
    sites = models.TextField(
        _("sites"), max_length=4000, blank=True, help_text=_("A line each: name, address, what is done there.")
    )
    headcount = models.PositiveIntegerField(
        _("people in scope"),
        null=True,
        blank=True,
        help_text=_("Everybody who works under the AIMS. The certification body plans its days by it."),
    )
    outsourced = models.TextField(
        _("outsourced processes"),
        max_length=4000,
        blank=True,
        help_text=_("A line each: what, to whom, how it is controlled."),
    )
    exclusions = models.TextField(
        _("what is left out, and why"), max_length=4000, blank=True, help_text=_("A line each, with its reason.")
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("scope statement")
        verbose_name_plural = _("scope statements")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="scope_statement_reference_once"),
        ]


class Process(Record):
    """A process of the AI management system; links between processes say how they work together (4.4)."""

    name = models.CharField(_("process"), max_length=200)
    purpose = models.TextField(_("what it is for"), max_length=2000)
    inputs = models.TextField(_("what goes in"), max_length=2000, blank=True)
    steps = models.TextField(_("what is done"), max_length=4000, blank=True)
    outputs = models.TextField(_("what comes out"), max_length=2000, blank=True)
    measured_by = models.CharField(_("how one sees that it works"), max_length=300, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="process_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="process_once",
                violation_error_message=_("There is a process with this name."),
            ),
        ]

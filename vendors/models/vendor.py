"""Who supplies something, what exactly, under which plan, and by which way it is reached."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class DataClass(models.TextChoices):
    """What kind of data reaches a vendor; several may."""

    PUBLIC = "public", _("Public data")
    INTERNAL = "internal", _("Internal data")
    CONFIDENTIAL = "confidential", _("Confidential data")
    CUSTOMER = "customer", _("Customers’ content")
    PERSONAL = "personal", _("Personal data")
    SPECIAL = "special", _("Special categories (GDPR Art. 9)")
    CREDENTIALS = "credentials", _("Source code or credentials")


PERSONAL = (DataClass.PERSONAL, DataClass.SPECIAL)
"""Classes with which GDPR applies."""


def data_field(words: Any, help_text: Any = "") -> Any:
    """Classes of data, any number of them."""
    return ArrayField(
        models.CharField(max_length=12, choices=DataClass),
        verbose_name=words,
        default=list,
        blank=True,
        help_text=help_text,
    )


class Vendor(Record):
    """A company that supplies something to an AI system, or to the organisation that runs one."""

    class Kind(models.TextChoices):
        MODEL = "model", _("Model provider")
        HOST = "host", _("Cloud or host")
        TOOL = "tool", _("Tool or platform")
        DATA = "data", _("Data supplier")
        LABELER = "labeler", _("Labelling service")
        SERVICE = "service", _("Other service")

    class Criticality(models.TextChoices):
        UNDECIDED = "undecided", _("Not judged yet")
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    legal_name = models.CharField(
        _("contracting entity"), max_length=200, blank=True, help_text=_("The company that signs, with its legal form.")
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as ISO 3166 has them, such as DE."))],
        help_text=_("Where that entity sits: two letters, such as IE."),
    )
    identifier = models.CharField(
        _("company identifier"),
        max_length=40,
        blank=True,
        help_text=_("LEI or register number, as a register of ICT providers asks for it."),
    )
    website = models.URLField(_("website"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact’s mail address"), max_length=254, blank=True)
    purpose = models.TextField(_("what you need it for"), max_length=2000, blank=True)
    criticality = models.CharField(_("criticality"), max_length=10, choices=Criticality, default=Criticality.UNDECIDED)
    criticality_reason = models.TextField(
        _("reason for it"), max_length=2000, blank=True, help_text=_("What stops, and for whom, when it is gone.")
    )
    functions = models.CharField(
        _("functions that depend on it"), max_length=300, blank=True, help_text=_("Such as “claims handling”.")
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)
    ended_on = models.DateField(_("no longer used since"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(archived_at__isnull=True),
                name="vendor_once",
                violation_error_message=_("There is a vendor with this name."),
            ),
            models.CheckConstraint(
                condition=Q(criticality="undecided") | ~Q(criticality_reason=""),
                name="vendor_criticality_has_reason",
                violation_error_message=_("Say why: a criticality without a reason is a guess."),
            ),
        ]


class Offering(Record):
    """One thing that a vendor supplies. Its use is approved here, with its plans and routes as they stand then.

    ``state`` moves through ``vendors/using/actions.py`` and through approvals only.
    """

    class Kind(models.TextChoices):
        MODEL = "model", _("Model API")
        HOSTING = "hosting", _("Hosting")
        TOOL = "tool", _("Tool or platform")
        DATA = "data", _("Data set")
        LABELLING = "labelling", _("Labelling")
        SERVICE = "service", _("Other service")

    class GDPRRole(models.TextChoices):
        UNDECIDED = "undecided", _("Not decided")
        NONE = "none", _("Sees no personal data")
        PROCESSOR = "processor", _("Processor")
        SUBPROCESSOR = "subprocessor", _("Subprocessor (we are the processor)")
        CONTROLLER = "controller", _("Controller of its own")
        JOINT = "joint", _("Joint controller")

    class Decisions(models.TextChoices):
        """What its output does to people: from here on, what must be proven grows."""

        NONE = "none", _("Decides nothing about people")
        REVIEWED = "reviewed", _("People review every output")
        INFLUENCES = "influences", _("Influences consequential decisions")
        DECIDES = "decides", _("Makes consequential decisions")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved for use")
        SUSPENDED = "suspended", _("Suspended")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("No longer used")

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="offerings", verbose_name=_("vendor"))
    name = models.CharField(_("offering"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MODEL)
    purpose = models.TextField(_("what it is used for here"), max_length=2000, blank=True)
    gdpr_role = models.CharField(_("its role under GDPR"), max_length=12, choices=GDPRRole, default=GDPRRole.UNDECIDED)
    decisions = models.CharField(
        _("what its output decides"),
        max_length=10,
        choices=Decisions,
        default=Decisions.NONE,
        help_text=_("Consequential: hiring, credit, insurance, health, access to services, law enforcement."),
    )
    without_42001 = models.TextField(
        _("why it may be used without ISO/IEC 42001"),
        max_length=2000,
        blank=True,
        help_text=_("Needed where it decides, or influences what is decided, about people and its vendor has none."),
    )
    assurance_reason = models.TextField(
        _("why what its vendor holds is accepted"),
        max_length=2000,
        blank=True,
        help_text=_("Needed where that is not enough by itself for how it is used here. The approver reads it."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)
    state_reason = models.CharField(_("reason for the state"), max_length=300, blank=True, editable=False)
    approved_on = models.DateField(_("approved on"), null=True, blank=True, editable=False)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="offering_reference_once"),
            models.UniqueConstraint(
                fields=["vendor", "name"],
                condition=Q(archived_at__isnull=True),
                name="offering_once",
                violation_error_message=_("This vendor has an offering with this name."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("suspended", "refused", "ended")) | ~Q(state_reason=""),
                name="offering_stopped_has_reason",
                violation_error_message=_("Say why it is not used."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class VendorPlan(Record):
    """A plan or tier of an offering. A free one and a paid one are two plans: their terms differ on training."""

    class Tier(models.TextChoices):
        FREE = "free", _("Free or trial")
        INDIVIDUAL = "individual", _("Paid, for individuals")
        BUSINESS = "business", _("Business")
        ENTERPRISE = "enterprise", _("Enterprise, on negotiated terms")

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="plans", verbose_name=_("offering"))
    name = models.CharField(_("plan"), max_length=120)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    allowed = models.BooleanField(
        _("may be used"), default=True, help_text=_("Leave it out for plans that are listed so that nobody uses them.")
    )
    terms_url = models.URLField(_("terms"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("plan of an offering")
        verbose_name_plural = _("plans of offerings")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_plan_reference_once"),
            models.UniqueConstraint(
                fields=["offering", "name"],
                condition=Q(archived_at__isnull=True),
                name="vendor_plan_once",
                violation_error_message=_("This offering has a plan with this name."),
            ),
        ]


class Route(Record):
    """One way to reach an offering: directly or through another vendor, in a region, to named models."""

    plan = models.ForeignKey(VendorPlan, on_delete=models.PROTECT, related_name="routes", verbose_name=_("plan"))
    name = models.CharField(_("route"), max_length=120, help_text=_("Such as “through Bedrock, Frankfurt”."))
    through = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carries",
        verbose_name=_("through"),
        help_text=_("The vendor whose service stands between; empty where it is reached directly."),
    )
    host = models.CharField(
        _("host"), max_length=253, blank=True, help_text=_("Where requests go, such as api.example.com.")
    )
    region = models.CharField(_("region"), max_length=120, blank=True, help_text=_("Where it is processed."))
    country = models.CharField(
        _("country of the region"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as ISO 3166 has them, such as DE."))],
        help_text=_("Two letters, such as IE; empty where the vendor names none."),
    )
    model_ids = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("models"),
        default=list,
        blank=True,
        help_text=_("As decision records name them; a * at the end stands for any version."),
    )
    data = data_field(_("data that may go there"), _("What else reaches it is flagged."))
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="route_reference_once"),
            models.UniqueConstraint(
                fields=["plan", "name"],
                condition=Q(archived_at__isnull=True),
                name="route_once",
                violation_error_message=_("This plan has a route with this name."),
            ),
        ]

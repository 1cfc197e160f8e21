"""Catalogues of what is required: frameworks, their requirements, and how those correspond."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record

if TYPE_CHECKING:
    from grc.models.organisation import Organisation


class Framework(Record):
    """One edition of a standard, a law or a list of criteria, as this organisation uses it.

    A new edition is another framework: what refers to requirements of the old one goes on to mean those.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        LAW = "law", _("Law")
        CRITERIA = "criteria", _("Criteria")
        FRAMEWORK = "framework", _("Framework")
        PRACTICE = "practice", _("Market practice")
        PROFILE = "profile", _("Profile")
        OWN = "own", _("Our own")

    class Origin(models.TextChoices):
        SHIPPED = "shipped", _("Comes with Assay")
        OSCAL = "oscal", _("Imported from OSCAL")
        TABLE = "table", _("Imported from a table")
        OWN = "own", _("Made here")

    name = models.CharField(_("name"), max_length=200)
    short = models.CharField(
        _("short name"), max_length=40, help_text=_("Stands before each requirement, such as “ISO 42001”.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OWN)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    edition = models.CharField(_("edition"), max_length=120, blank=True)
    status = models.TextField(_("status"), max_length=2000, blank=True, help_text=_("What is known of its standing."))
    licence = models.TextField(_("copyright and licence"), max_length=2000, blank=True)
    source = models.TextField(_("where this comes from"), max_length=2000, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True, help_text=_("The day on which it was last compared."))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.OWN, editable=False)
    catalogue = models.CharField(_("catalogue"), max_length=40, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the catalogue"), max_length=64, blank=True, editable=False)
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="profiles", verbose_name=_("base")
    )
    oscal = models.JSONField(default=dict, editable=False)
    """What an imported OSCAL document says beyond the fields above; given back on export."""

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="framework_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "short"],
                condition=Q(archived_at__isnull=True),
                name="framework_short_once",
                violation_error_message=_("Another framework has this short name."),
            ),
        ]

    @property
    def is_shipped(self) -> bool:
        return self.origin == self.Origin.SHIPPED

    def clean(self) -> None:
        """The short name is part of what its requirements are called; a shipped catalogue is data."""
        super().clean()
        before = Framework.objects.within(self.organisation).filter(pk=self.pk).first() if self.pk else None
        if before is None or before.short == self.short:
            return
        if Requirement.objects.within(self.organisation).filter(framework=self.pk).exists():
            raise ValidationError({"short": _("Its requirements are called by this name. It stays as it is.")})


class Requirement(Record):
    """One line of a framework: a clause, a control, a criterion, an article. ``says`` is in our own words.

    ``text`` is for the organisation's licensed copy of the original.
    """

    class Kind(models.TextChoices):
        GROUP = "group", _("Group")
        CLAUSE = "clause", _("Clause")
        OBJECTIVE = "objective", _("Control objective")
        CONTROL = "control", _("Control")
        CRITERION = "criterion", _("Criterion")
        OUTCOME = "outcome", _("Outcome")
        ARTICLE = "article", _("Article")
        THEME = "theme", _("Theme")
        REQUIREMENT = "requirement", _("Requirement")

    class Role(models.TextChoices):
        """Whom Regulation (EU) 2024/1689 or another law binds."""

        PROVIDER = "provider", _("Provider")
        DEPLOYER = "deployer", _("Deployer")
        IMPORTER = "importer", _("Importer")
        DISTRIBUTOR = "distributor", _("Distributor")
        REPRESENTATIVE = "representative", _("Authorised representative")
        MANUFACTURER = "manufacturer", _("Product manufacturer")
        CONTROLLER = "controller", _("Controller")
        PROCESSOR = "processor", _("Processor")

    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("framework")
    )
    code = models.CharField(_("number"), max_length=60, help_text=_("As the framework numbers it, such as “A.6.2.4”."))
    name = models.CharField(_("title"), max_length=240)
    label = models.CharField(_("requirement"), max_length=110, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REQUIREMENT)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    says = models.TextField(_("what it asks, in our words"), max_length=4000, blank=True)
    text = models.TextField(
        _("original text"),
        max_length=20_000,
        blank=True,
        help_text=_("Your licensed copy, for people of your organisation alone."),
    )
    documents = models.TextField(_("documented information"), max_length=2000, blank=True)
    roles = ArrayField(
        models.CharField(max_length=16, choices=Role), verbose_name=_("whom it binds"), default=list, blank=True
    )
    applies_on = models.DateField(_("applies from"), null=True, blank=True)
    applies = models.CharField(_("applies"), max_length=400, blank=True, help_text=_("In words, where it depends."))
    note = models.TextField(_("watch out"), max_length=2000, blank=True)
    source = models.CharField(_("source"), max_length=600, blank=True)
    oscal = models.JSONField(default=dict, editable=False)
    """What an imported OSCAL control says beyond the fields above; given back on export."""

    FROM_CATALOGUE = ("framework", "code", "name", "kind", "parent", "says", "documents", "roles", "applies_on")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        indexes = [models.Index(fields=["organisation", "framework", "position"], name="requirement_order")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="requirement_reference_once"),
            models.UniqueConstraint(
                fields=["framework", "code"],
                name="requirement_code_once",
                violation_error_message=_("This framework has a requirement with this number."),
            ),
        ]

    GROUPING = (Kind.GROUP, Kind.OBJECTIVE)

    @property
    def title(self) -> str:
        return f"{self.label} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set what follows from the rest: for whoever saves many at once, past ``save``."""
        self.label = f"{self.framework.short} {self.code}"

    def clean(self) -> None:
        """Parts stay within their framework, never in a circle; what a catalogue says is not changed by hand."""
        super().clean()
        if self.framework_id is None:
            return
        self.derive()
        self._check_parent()
        if not self.framework.is_shipped:
            return
        before = Requirement.objects.within(self.organisation).filter(pk=self.pk).first() if self.pk else None
        if before is None:
            raise ValidationError({"framework": _("This catalogue comes with Assay: nothing is added to it by hand.")})
        changed = {
            name: _(
                "This comes from the catalogue. Put your own words under “watch out”, or the original under its field."
            )
            for name in self.FROM_CATALOGUE
            if getattr(before, self._meta.get_field(name).attname) != getattr(self, self._meta.get_field(name).attname)  # type: ignore[union-attr]
        }
        if changed:
            raise ValidationError(changed)  # type: ignore[arg-type]

    def _check_parent(self) -> None:
        seen, above = {self.pk}, self.parent
        while above is not None:
            if above.framework_id != self.framework_id:
                raise ValidationError({"parent": _("It is part of another framework.")})
            if above.pk in seen:
                raise ValidationError({"parent": _("It would be a part of itself.")})
            seen.add(above.pk)
            above = above.parent


class Mapping(Record):
    """That two requirements of different frameworks correspond: who says so, how sure it is, what we think of it."""

    class Relationship(models.TextChoices):
        """OSCAL's set relations, and the plain “has to do with” that most published crosswalks mean."""

        EQUAL = "equal-to", _("Same requirement")
        EQUIVALENT = "equivalent-to", _("Means the same")
        SUBSET = "subset-of", _("Is a part of")
        SUPERSET = "superset-of", _("Goes further than")
        INTERSECTS = "intersects-with", _("Overlaps with")
        RELATED = "related", _("Has to do with")
        NONE = "no-relationship", _("No correspondence")

    class Confidence(models.TextChoices):
        PUBLISHED = "published", _("Published by its author")
        PARTIAL = "partial", _("Published, read at second hand")
        COMMUNITY = "community", _("One community source")
        PROPOSAL = "proposal", _("Proposal, no publisher")
        OWN = "own", _("Our own judgement")

    class Standing(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    source = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, related_name="mappings_out", verbose_name=_("requirement")
    )
    target = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, related_name="mappings_in", verbose_name=_("corresponds to")
    )
    relationship = models.CharField(_("how"), max_length=16, choices=Relationship, default=Relationship.RELATED)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.PROPOSED)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, default=Confidence.OWN)
    origin = models.CharField(
        _("who says so"), max_length=500, blank=True, help_text=_("Publisher, document and date.")
    )
    remarks = models.TextField(_("remarks"), max_length=2000, blank=True)
    oscal = models.JSONField(default=dict, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="mapping_reference_once"),
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(archived_at__isnull=True),
                name="mapping_once",
                violation_error_message=_("These two are mapped already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="mapping_not_to_itself",
                violation_error_message=_("A requirement does not correspond to itself."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.source.label} – {self.target.label}"

    def clean(self) -> None:
        super().clean()
        if self.source_id is None or self.target_id is None:
            return
        if self.source.framework_id == self.target.framework_id:
            raise ValidationError({"target": _("A mapping leads from one framework to another.")})
        if self.standing == self.Standing.REJECTED and not self.remarks.strip():
            raise ValidationError({"remarks": _("Say why it is rejected: somebody will propose it again.")})


def requirements_of(organisation: "Organisation", framework: Framework) -> Any:
    """The requirements in use of a framework, in its own order."""
    rows = Requirement.objects.within(organisation).filter(framework=framework, archived_at=None)
    return rows.order_by("position", "pk")

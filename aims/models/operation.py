"""Clause 8: the AI systems that the organisation builds or uses, and what they are made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record


class AISystem(Record):
    """One AI system. ``runtime_id`` is what its decision records call it, which ties paper to practice."""

    class Role(models.TextChoices):
        PROVIDER = "provider", _("Provider: we build it")
        DEPLOYER = "deployer", _("Deployer: we use it")
        BOTH = "both", _("Both")

    class Stage(models.TextChoices):
        """Life cycle, after ISO/IEC 22989's stages."""

        INCEPTION = "inception", _("Inception")
        DEVELOPMENT = "development", _("Design and development")
        VALIDATION = "validation", _("Verification and validation")
        DEPLOYMENT = "deployment", _("Deployment")
        OPERATION = "operation", _("Operation and monitoring")
        RE_EVALUATION = "re-evaluation", _("Re-evaluation")
        RETIRED = "retired", _("Retired")

    class RiskClass(models.TextChoices):
        """Classes of Regulation (EU) 2024/1689, decided by the organisation."""

        UNDECIDED = "undecided", _("Not classified yet")
        MINIMAL = "minimal", _("Minimal")
        TRANSPARENCY = "transparency", _("Transparency duties (Art. 50)")
        HIGH = "high", _("High-risk (Art. 6)")
        PROHIBITED = "prohibited", _("Prohibited (Art. 5)")

    class InScope(models.TextChoices):
        UNDECIDED = "undecided", _("Not decided")
        IN = "in", _("In scope")
        OUT = "out", _("Out of scope")

    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(
        _("intended use"),
        max_length=4000,
        help_text=_("What it is for, for whom, and what it must not be used for."),
    )
    role = models.CharField(_("our role"), max_length=12, choices=Role)
    stage = models.CharField(_("life-cycle stage"), max_length=16, choices=Stage, default=Stage.INCEPTION)
    in_use_since = models.DateField(_("in use since"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    users = models.CharField(
        _("who uses it"),
        max_length=300,
        blank=True,
        help_text=_("Teams or customers, such as “claims handlers”."),
    )
    affected = models.CharField(
        _("who is affected"),
        max_length=300,
        blank=True,
        help_text=_("The people about whom it decides or advises."),
    )
    human_oversight = models.TextField(
        _("human oversight"), max_length=2000, blank=True, help_text=_("Who can step in, when, and how.")
    )
    risk_class = models.CharField(_("AI Act class"), max_length=16, choices=RiskClass, default=RiskClass.UNDECIDED)
    risk_class_reason = models.TextField(_("reason for the class"), max_length=2000, blank=True)
    runtime_id = models.CharField(
        _("id in decision records"),
        max_length=120,
        blank=True,
        help_text=_("What the AI proxy calls this system in the records that it signs."),
    )
    in_scope = models.CharField(_("in the AIMS’s scope"), max_length=10, choices=InScope, default=InScope.UNDECIDED)
    scope_reason = models.TextField(_("why in or out of scope"), max_length=2000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("AI system")
        verbose_name_plural = _("AI systems")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="ai_system_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "runtime_id"],
                condition=~models.Q(runtime_id=""),
                name="ai_system_runtime_id_once",
                violation_error_message=_("Another AI system has this id in decision records."),
            ),
            models.CheckConstraint(
                condition=models.Q(risk_class="undecided") | ~models.Q(risk_class_reason=""),
                name="ai_system_class_has_reason",
                violation_error_message=_(
                    "Say why this AI Act class applies: a class without a reason is only a guess."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(in_scope="out") | ~models.Q(scope_reason=""),
                name="ai_system_out_of_scope_has_reason",
                violation_error_message=_("Say why the system is left out of the scope."),
            ),
            models.CheckConstraint(
                condition=models.Q(retired_on__isnull=True)
                | models.Q(in_use_since__isnull=True)
                | models.Q(retired_on__gte=models.F("in_use_since")),
                name="ai_system_retired_after_use",
                violation_error_message=_("A system cannot be retired before it came into use."),
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="retired") | models.Q(retired_on__isnull=False),
                name="ai_system_retired_has_date",
                violation_error_message=_("Say since when the system is retired."),
            ),
        ]


class Component(Record):
    """What an AI system is made of: models pinned to a version, prompts, data sets, stores, tools."""

    class Kind(models.TextChoices):
        MODEL = "model", _("Model")
        PROMPT = "prompt", _("Prompt")
        DATASET = "dataset", _("Data set")
        STORE = "store", _("Store")
        TOOL = "tool", _("Tool")

    system = models.ForeignKey(
        AISystem, on_delete=models.PROTECT, related_name="components", verbose_name=_("AI system")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    supplier = models.CharField(
        _("supplier"), max_length=200, blank=True, help_text=_("Leave empty if it is your own.")
    )
    pinned_version = models.CharField(
        _("pinned version"),
        max_length=120,
        blank=True,
        help_text=_("The exact version in use, such as “gpt-4o-2024-11-20”. “Latest” is no version."),
    )
    region = models.CharField(_("region"), max_length=60, blank=True, help_text=_("Where it runs or is stored."))
    description = models.TextField(_("what it does here"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="component_reference_once"),
            models.UniqueConstraint(
                fields=["system", "kind", "name", "pinned_version"],
                name="component_once",
                violation_error_message=_("This system has this component already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="model") | ~models.Q(pinned_version=""),
                name="component_model_is_pinned",
                violation_error_message=_("Name the exact model version: without it nobody can say what decided."),
            ),
        ]

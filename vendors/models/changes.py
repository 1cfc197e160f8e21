"""Changes that are announced: a vendor's to us, and ours to our customers, each with its own clock."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceItem
from grc.models.record import Record
from vendors.clock import ZONES
from vendors.models.agreement import MOST_DAYS
from vendors.models.vendor import Vendor, data_field


class CustomerCommitment(Record):
    """What we promised a customer in a contract or a DPA: every clock towards them reads from here."""

    class Kind(models.TextChoices):
        DPA = "dpa", _("DPA that we signed as processor")
        CONTRACT = "contract", _("Contract")
        OTHER = "other", _("Other")

    name = models.CharField(_("customer"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DPA)
    file = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the signed text"),
    )
    contact_email = models.EmailField(
        _("notices go to"), max_length=254, blank=True, help_text=_("The address that the contract names.")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, blank=True, help_text=_("Such as Europe/Berlin: where its days are counted.")
    )
    notice_days = models.PositiveIntegerField(
        _("days to object to a subprocessor"),
        default=30,
        validators=[MaxValueValidator(MOST_DAYS)],
        help_text=_("30 where the contract names none."),
    )
    incident_hours = models.PositiveIntegerField(
        _("told of an incident within hours"), null=True, blank=True, validators=[MaxValueValidator(8784)]
    )
    residency = models.CharField(_("where data must stay"), max_length=200, blank=True)
    training_allowed = models.BooleanField(_("data may be used for training"), default=False)
    audit_rights = models.TextField(_("audit rights"), max_length=2000, blank=True)
    deletion_days = models.PositiveIntegerField(
        _("deleted within days after the end"), null=True, blank=True, validators=[MaxValueValidator(MOST_DAYS)]
    )
    other = models.TextField(_("what else was promised"), max_length=4000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("commitment to a customer")
        verbose_name_plural = _("commitments to customers")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="customer_commitment_reference_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(signed_on__isnull=True) | Q(ends_on__gte=F("signed_on")),
                name="customer_commitment_ends_after_signed",
                violation_error_message=_("It cannot end before it was signed."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.time_zone and self.time_zone not in ZONES:
            raise ValidationError({"time_zone": _("There is no such time zone. Write it as in Europe/Berlin.")})


class Subprocessor(Record):
    """One line of our own list of subprocessors. It changes through announced changes (``SubprocessorChange``)."""

    READ_BY_CUSTOMERS = ("name", "service", "location", "data", "safeguard")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CURRENT = "current", _("Current")
        REMOVED = "removed", _("Removed")

    vendor = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subprocessors",
        verbose_name=_("vendor"),
    )
    name = models.CharField(_("company"), max_length=200, help_text=_("As customers read it, with its legal form."))
    service = models.CharField(_("what it does"), max_length=300)
    location = models.CharField(_("where"), max_length=200)
    data = data_field(_("data that it sees"))
    safeguard = models.CharField(
        _("transfer safeguard"), max_length=200, blank=True, help_text=_("Such as “SCC, module 3”; empty in the EEA.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED, editable=False)
    since = models.DateField(_("since"), null=True, blank=True, editable=False)
    until = models.DateField(_("until"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("subprocessor")
        verbose_name_plural = _("subprocessors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="subprocessor_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "name", "service"],
                condition=Q(archived_at__isnull=True) & ~Q(state="removed"),
                name="subprocessor_once",
                violation_error_message=_("This company is listed with this service."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk is not None:
            before = Subprocessor.objects.within(self.organisation).filter(pk=self.pk).first()
            running = self.changes.filter(state=SubprocessorChange.State.ANNOUNCED)
            if before is not None and _differs(before, self, self.READ_BY_CUSTOMERS) and running.exists():
                raise ValidationError(
                    _("Customers were told of it as it stands. Withdraw the announced change before you change this.")
                )


class SubprocessorChange(Record):
    """A planned change of our list: announced, open to objections, and in effect no earlier than all of them may.

    ``announced_at``, ``object_until`` and ``state`` are set by ``vendors.changes.actions`` alone.
    """

    TOLD = ("name", "kind", "subprocessor_id", "replaces_id", "reason")

    class Kind(models.TextChoices):
        ADD = "add", _("A subprocessor is added")
        REPLACE = "replace", _("A subprocessor replaces another")
        REMOVE = "remove", _("A subprocessor is removed")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ANNOUNCED = "announced", _("Announced")
        IN_EFFECT = "in-effect", _("In effect")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("what changes"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ADD)
    subprocessor = models.ForeignKey(
        Subprocessor, on_delete=models.PROTECT, related_name="changes", verbose_name=_("subprocessor")
    )
    replaces = models.ForeignKey(
        Subprocessor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_in",
        verbose_name=_("instead of"),
    )
    reason = models.TextField(_("why"), max_length=2000, blank=True, help_text=_("Customers read this."))
    effective_on = models.DateField(_("takes effect on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    announced_at = models.DateTimeField(_("announced"), null=True, editable=False)
    object_until = models.DateField(_("objections until"), null=True, editable=False)
    ended_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("change of subprocessors")
        verbose_name_plural = _("changes of subprocessors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="subprocessor_change_reference_once"),
            models.CheckConstraint(
                condition=~Q(kind="replace") | (Q(replaces__isnull=False) & ~Q(replaces=F("subprocessor"))),
                name="subprocessor_change_replaces_another",
                violation_error_message=_("Say which subprocessor it replaces."),
            ),
            models.CheckConstraint(
                condition=Q(object_until__isnull=True) | Q(effective_on__gt=F("object_until")),
                name="subprocessor_change_waits_for_objections",
                violation_error_message=_("It cannot take effect before everybody's time to object has run."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("announced", "in-effect"))
                | (Q(announced_at__isnull=False) & Q(object_until__isnull=False)),
                name="subprocessor_change_announced_is_whole",
                violation_error_message=_("An announced change has its day and its time to object."),
            ),
        ]

    def frozen(self) -> str:
        if self.state == self.State.IN_EFFECT:
            return gettext("This change is in effect. What comes next is a change of its own.")
        if self.state == self.State.WITHDRAWN:
            return gettext("This change was withdrawn. Plan another one.")
        return ""

    def clean(self) -> None:
        super().clean()
        if self.pk is None:
            return
        before = SubprocessorChange.objects.within(self.organisation).filter(pk=self.pk).first()
        if before is None or before.state != self.State.ANNOUNCED:
            return
        if _differs(before, self, self.TOLD):
            raise ValidationError(_("Customers were told of this as it stands. Withdraw it, and announce another."))
        if self.effective_on and self.effective_on < before.effective_on:
            raise ValidationError(
                {"effective_on": _("Customers were told of a later day. It may be put off, not brought forward.")}
            )


class Subscriber(Record):
    """Somebody who is told of changes of our subprocessors without a contract that asks for it."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("mail address"), max_length=254)
    ended_on = models.DateField(_("no longer told since"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("subscriber to notices")
        verbose_name_plural = _("subscribers to notices")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="subscriber_reference_once"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(archived_at__isnull=True),
                name="subscriber_once",
                violation_error_message=_("This address is told already."),
            ),
        ]

    @property
    def title(self) -> str:
        return self.name or self.email


class SubprocessorNotice(Record):
    """That one customer or subscriber was told of a change, when, and until when they may object.

    Made when the change is announced and moved by ``vendors.changes`` alone. Without ``email`` they were told in
    another way. ``objected_on`` is the day in ``time_zone``, where their days are counted.
    """

    change = models.ForeignKey(
        SubprocessorChange, on_delete=models.PROTECT, editable=False, related_name="notices", verbose_name=_("change")
    )
    customer = models.ForeignKey(
        CustomerCommitment,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="notices",
        verbose_name=_("customer"),
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="notices",
        verbose_name=_("subscriber"),
    )
    email = models.EmailField(_("sent to"), max_length=254, blank=True, editable=False)
    days = models.PositiveIntegerField(_("days to object"), editable=False)
    time_zone = models.CharField(_("days counted in"), max_length=60, blank=True, editable=False)
    object_until = models.DateField(_("object until"), editable=False)
    objected_at = models.DateTimeField(_("objection received"), null=True, editable=False)
    objected_on = models.DateField(_("objected on"), null=True, editable=False)
    objection = models.TextField(_("objection"), max_length=4000, blank=True, editable=False)
    answered_on = models.DateField(_("settled on"), null=True, editable=False)
    answer = models.TextField(_("how it was settled"), max_length=4000, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("notice to a customer")
        verbose_name_plural = _("notices to customers")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="subprocessor_notice_reference_once"),
            models.UniqueConstraint(
                fields=["change", "customer"],
                condition=Q(customer__isnull=False),
                name="subprocessor_notice_customer_once",
            ),
            models.UniqueConstraint(
                fields=["change", "subscriber"],
                condition=Q(subscriber__isnull=False),
                name="subprocessor_notice_subscriber_once",
            ),
            models.CheckConstraint(
                condition=Q(objected_on__isnull=True) | ~Q(objection=""),
                name="subprocessor_notice_objection_says_what",
                violation_error_message=_("Write down what they object to."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | (Q(objected_on__isnull=False) & ~Q(answer="")),
                name="subprocessor_notice_settled_says_how",
                violation_error_message=_("Say how the objection was settled."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.change.name}: {self.told}"[:300]

    @property
    def told(self) -> str:
        """Who was told: the customer, or the subscriber."""
        told = self.customer or self.subscriber
        return told.title if told else self.email

    @property
    def is_late(self) -> bool:
        """Their objection came after the last day."""
        return self.objected_on is not None and self.objected_on > self.object_until

    @property
    def is_unsettled(self) -> bool:
        return self.objected_on is not None and self.answered_on is None

    def clean(self) -> None:
        super().clean()
        if self.pk is None:
            raise ValidationError(_("Notices are made when a change is announced."))


class SubprocessorList(Record):
    """One published edition of our list: its lines as they stood then, kept with it and in its version."""

    note = models.CharField(_("what is new"), max_length=300, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    lines = models.JSONField(default=list, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("edition of the subprocessor list")
        verbose_name_plural = _("editions of the subprocessor list")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="subprocessor_list_reference_once"),
        ]

    @property
    def title(self) -> str:
        return gettext("Subprocessors, %(day)s") % {"day": self.published_on.isoformat() if self.published_on else "–"}

    def clean(self) -> None:
        super().clean()
        if self.pk is None:
            raise ValidationError(_("An edition is published from the list as customers read it."))


def _differs(before: Record, after: Record, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)

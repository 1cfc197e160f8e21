"""What evidence is wanted about a record, how often, and the requests that go out for it."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models.item import EvidenceItem
from grc.cadence import Every, due_after
from grc.models.about import AboutRecord
from grc.models.record import RecordKey

if TYPE_CHECKING:
    from grc.access.actor import Actor

NEVER_ABOUT = ("tasks", "links", "evidence", "evidence-wanted", "evidence-requests")
"""Registers about whose records no evidence is wanted."""

_EVERY = [choice for choice in Every.choices if choice[0] != Every.DAILY]


class AboutMine(AboutRecord):
    """About a record that one may change: seeing it alone gives nobody a right to want something of others."""

    NEVER_ABOUT = NEVER_ABOUT

    class Meta(AboutRecord.Meta):
        abstract = True

    def is_own(self, actor: "Actor") -> bool:
        from grc.registers.sight import may_change

        # a new one's owner is whoever makes it, or whom they name
        return (
            super().is_own(actor) if self.pk is not None else self.about is not None and may_change(actor, self.about)
        )

    def clean(self) -> None:
        super().clean()
        if (
            self.pk is not None
            and type(self).objects.within(self.organisation).get(pk=self.pk).about_id != self.about_id
        ):
            raise ValidationError({"about": _("This stays as it is. Archive it, and make another one.")})


class EvidenceWanted(AboutMine):
    """Evidence that is wanted again and again; its owner is asked for it ahead of each due date."""

    about = models.ForeignKey(
        RecordKey, on_delete=models.PROTECT, related_name="evidence_wanted", verbose_name=_("about")
    )
    name = models.CharField(_("what is wanted"), max_length=120)
    shows = models.TextField(
        _("what it must show"), max_length=2000, blank=True, help_text=_("What a reader must be able to conclude.")
    )
    every = models.CharField(_("how often"), max_length=12, choices=_EVERY, default=Every.YEARLY)
    first_on = models.DateField(_("first due"), default=timezone.localdate)
    ask_before = models.PositiveSmallIntegerField(
        _("ask before (days)"), default=14, validators=[MaxValueValidator(90)]
    )
    next_on = models.DateField(_("next due"), editable=False)

    class Meta(AboutMine.Meta):
        abstract = False
        verbose_name = _("wanted evidence")
        verbose_name_plural = _("wanted evidence")
        indexes = [models.Index(fields=["organisation", "next_on"], name="evidence_wanted_due")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="evidence_wanted_reference_once"),
            models.UniqueConstraint(
                fields=["about", "name"],
                condition=Q(archived_at__isnull=True),
                name="evidence_wanted_once",
                violation_error_message=_("This is wanted about this record already."),
            ),
            models.CheckConstraint(
                condition=Q(ask_before__lte=90),
                name="evidence_wanted_ask_before",
                violation_error_message=_("Ask at most 90 days before."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        first: dt.date | None = self.first_on  # a form hands over what it could not read as nothing
        if first is None:
            return
        if not 2000 <= self.first_on.year <= 2200:
            raise ValidationError({"first_on": _("Choose a day between the years 2000 and 2200.")})
        if self.every in Every.values:
            self.derive()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """When it is due next, where its cadence is new: today at the earliest."""
        before = None
        if not self._state.adding:
            before = EvidenceWanted.objects.within(self.organisation).filter(pk=self.pk).first()
        if before is None or (before.first_on, before.every) != (self.first_on, self.every):
            self.next_on = due_after(self.first_on, self.every, timezone.localdate() - dt.timedelta(days=1))


class EvidenceRequest(AboutMine):
    """One request to one person, its owner, for one piece of evidence until a date."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    about = models.ForeignKey(
        RecordKey, on_delete=models.PROTECT, related_name="evidence_requests", verbose_name=_("about")
    )
    wanted = models.ForeignKey(
        EvidenceWanted,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="requests",
        verbose_name=_("wanted again and again"),
    )
    name = models.CharField(_("what is asked for"), max_length=120)
    details = models.TextField(_("what it must show"), max_length=2000, blank=True)
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    item = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="requests",
        verbose_name=_("answered with"),
    )
    answered_on = models.DateField(_("answered"), null=True, editable=False)

    class Meta(AboutMine.Meta):
        abstract = False
        verbose_name = _("evidence request")
        verbose_name_plural = _("evidence requests")
        indexes = [models.Index(fields=["organisation", "owner", "state", "due_on"], name="evidence_request_due")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="evidence_request_reference_once"),
            models.UniqueConstraint(
                fields=["wanted", "due_on"],
                condition=Q(wanted__isnull=False),
                name="evidence_request_once",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", item__isnull=False, answered_on__isnull=False)
                | (~Q(state="answered") & Q(item__isnull=True, answered_on__isnull=True)),
                name="evidence_request_answered_with_item",
                violation_error_message=_("A request is answered with evidence; one that is not has none."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

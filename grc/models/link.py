from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from grc.models.about import S
from grc.models.record import Record, RecordKey

if TYPE_CHECKING:
    from grc.access.actor import Actor


class Link(Record):
    """Two records that belong together, shown from both sides. Archived, not deleted, so that it leaves a trace.

    It is made by who may change one of the two, kept by who made it or may change one of them.
    """

    NEVER_ENDS = ("links",)
    """Registers whose records are not linked."""

    source = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="links_out", verbose_name=_("record"))
    target = models.ForeignKey(
        RecordKey, on_delete=models.PROTECT, related_name="links_in", verbose_name=_("belongs together with")
    )
    note = models.CharField(_("why"), max_length=300, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="link_reference_once"),
            models.UniqueConstraint(
                Least("source", "target"),
                Greatest("source", "target"),
                condition=models.Q(archived_at__isnull=True),
                name="link_once",
                violation_error_message=_("These two records are linked already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="link_not_to_itself",
                violation_error_message=_("A record cannot be linked to itself."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.source.reference} – {self.target.reference}"

    @classmethod
    def seen_by(cls, rows: S, actor: "Actor") -> S:
        from grc.registers.sight import about_seen

        rows = about_seen(rows, actor, "source", cls.NEVER_ENDS)
        return about_seen(rows, actor, "target", cls.NEVER_ENDS)

    @classmethod
    def own_rows(cls, rows: S, actor: "Actor") -> S:
        from grc.registers.sight import about_changeable

        ends = [about_changeable(actor, name, cls.NEVER_ENDS) for name in ("source", "target")]
        return rows.filter(models.Q(owner=actor.person) | ends[0] | ends[1])

    def is_own(self, actor: "Actor") -> bool:
        from grc.registers.sight import may_change

        # a new one's owner is whoever makes it: that alone gives nobody a right over the two records
        made = self.pk is not None and super().is_own(actor)
        return made or may_change(actor, self.source) or may_change(actor, self.target)

    def clean(self) -> None:
        """Both ends are there, are no links themselves, and stay what they were."""
        for name in ("source", "target"):
            end = getattr(self, f"{name}_id") and getattr(self, name)
            if end and end.register in self.NEVER_ENDS:
                raise ValidationError({name: _("A link is not linked itself.")})
        if self.pk is None:
            return
        before = Link.unscoped.get(pk=self.pk)
        for name in ("source", "target"):
            if getattr(before, f"{name}_id") != getattr(self, f"{name}_id"):
                raise ValidationError({name: _("This stays as it is. Archive the link, and make another one.")})

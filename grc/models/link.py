from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record, RecordKey
from grc.models.teamwork import S, about_seen_records

if TYPE_CHECKING:
    from grc.access.actor import Actor


class Link(Record):
    """Two records that belong together, shown from both sides. Archived, not deleted, so that it leaves a trace."""

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
        return about_seen_records(rows, actor, "source", "target")

"""What AI systems use of vendors: by which route, and which data reaches it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aims.models.operation import AISystem
from grc.models.record import Record
from vendors.models import Route
from vendors.models.vendor import data_field


class SystemUse(Record):
    """One AI system uses one route of a vendor's offering. What its decision records call besides is shadow use."""

    system = models.ForeignKey(AISystem, on_delete=models.PROTECT, related_name="uses", verbose_name=_("AI system"))
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="uses", verbose_name=_("route"))
    purpose = models.CharField(_("what for"), max_length=300, blank=True)
    data = data_field(_("data that reaches it"))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("use of a vendor")
        verbose_name_plural = _("uses of vendors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="system_use_reference_once"),
            models.UniqueConstraint(
                fields=["system", "route"],
                condition=Q(archived_at__isnull=True),
                name="system_use_once",
                violation_error_message=_("This system is listed with this route."),
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.system.name}: {self.route.name}"[:300]

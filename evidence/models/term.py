from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class Term(models.Model):
    """A text that many decision records repeat, kept once, so that a row is narrow.

    ``SYSTEM`` holds the system's id, ``POLICY`` ``id@version``, ``MODEL`` ``provider/name@version`` (without what is
    empty).
    """

    class Kind(models.IntegerChoices):
        SYSTEM = 1, _("AI system")
        POLICY = 2, _("Policy version")
        MODEL = 3, _("Model")

    append_only = True
    ingest_only = True
    ingest_privileges = ("INSERT",)

    id = models.AutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    text = models.CharField(max_length=1600)

    objects: ClassVar[GatedManager["Term"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Term"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "text"], name="term_once")]
        triggers = [pgtrigger.Protect(name="term_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text

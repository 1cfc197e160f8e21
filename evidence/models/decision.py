"""What is searched: one narrow row per decision record, in a table that is partitioned by month."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.models.source import Source
from evidence.models.term import Term
from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class DecisionRow(models.Model):
    """One verified record of a log. Read with Django; written by COPY alone, as ``assay_ingest``.

    The table is made in the migration by hand: PostgreSQL partitions it by month of ``ts``. There are no foreign keys:
    the locked ``SourceHead`` keeps (source, seq) unique and the writer knows organisation, source and terms. The record
    itself is read from its segment (``evidence.storage.records``).
    """

    class Kind(models.IntegerChoices):
        DECISION = 1, _("Decision")
        COMPLETION = 2, _("Completion")
        HEARTBEAT = 3, _("Heartbeat")
        KEY_ROTATION = 4, _("Key rotation")
        GAP = 5, _("Gap")

    class Outcome(models.IntegerChoices):
        ALLOW = 1, _("Allowed")
        DENY = 2, _("Denied")
        REDACT = 3, _("Redacted")
        ESCALATE = 4, _("Escalated")
        ERROR = 5, _("Error")

    partitions_made_by = ("evidence_decision_month", "ts")
    append_only = True
    ingest_only = True
    ingest_privileges = ("INSERT",)

    pk = models.CompositePrimaryKey("source_id", "seq", "ts")
    organisation = models.ForeignKey(Organisation, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    seq = models.BigIntegerField()
    ts = models.DateTimeField(_("when"))
    kind = models.SmallIntegerField(choices=Kind)
    decision_id = models.UUIDField(_("decision"), null=True)
    subject_ref = models.BinaryField(_("customer's HMAC"), null=True)
    system = models.ForeignKey(Term, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    policy = models.ForeignKey(Term, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    model = models.ForeignKey(Term, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    outcome = models.SmallIntegerField(_("outcome"), choices=Outcome, null=True)

    objects: ClassVar[GatedManager["DecisionRow"]] = GatedManager()
    unscoped: ClassVar[models.Manager["DecisionRow"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "evidence_decision"
        default_manager_name = "unscoped"
        verbose_name = _("decision record")
        verbose_name_plural = _("decision records")

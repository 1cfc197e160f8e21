"""Which part of each log a period covers, for sharing one AI system's decision records with an outsider."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q

from evidence.models import DecisionRow, Source, SourceHead, Term
from grc.models.organisation import Organisation


@dataclass(frozen=True)
class Stretch:
    """Positions ``first_seq`` to ``last_seq`` (both included) of a source's log, as its ``checkpoint`` covers them.

    ``count``: decisions of the system in it; ``others``: decisions of other systems in it, which are withheld.
    """

    source: Source
    first_seq: int
    last_seq: int
    checkpoint: str
    count: int
    others: int


def stretches_of(
    *, organisation: Organisation, system_id: str, starts_at: dt.datetime, ends_at: dt.datetime
) -> list[Stretch]:
    """The stretches with decisions of the system called ``system_id`` in records, from ``starts_at`` to ``ends_at``.

    A source without any is left out.
    """
    term = Term.objects.within(organisation).filter(kind=Term.Kind.SYSTEM, text=system_id).first()
    if term is None:
        return []
    rows = DecisionRow.objects.within(organisation).filter(
        ts__gte=starts_at, ts__lt=ends_at, kind=DecisionRow.Kind.DECISION
    )
    ours = Q(system=term.pk)
    found = (
        rows.values("source_id")
        .annotate(first=Min("seq", filter=ours), last=Max("seq", filter=ours), ours=Count("seq", filter=ours))
        .filter(ours__gt=0)
        .order_by("source_id")
    )
    heads = {head.source_id: head for head in SourceHead.objects.within(organisation).select_related("source__key")}
    stretches = []
    for entry in found:
        head = heads[entry["source_id"]]
        inside = rows.filter(source_id=entry["source_id"], seq__gte=entry["first"], seq__lte=entry["last"])
        stretches.append(
            Stretch(
                source=head.source,
                first_seq=entry["first"],
                last_seq=entry["last"],
                checkpoint=head.checkpoint,
                count=entry["ours"],
                others=inside.exclude(ours).count(),
            )
        )
    return stretches

"""What stands on the pages of assessments and AI systems: whether they are to be assessed, and why again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from aims.impact.repeat import standing_of_system
from aims.models import AISystem, ImpactAssessment
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Register, registers
from grc.registries import Part, record_parts

P = Permission
MOST = 10


@record_parts.add(order=5)
def due_again(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above the latest concluded assessment of a system that is not any more what was assessed."""
    if not isinstance(record, ImpactAssessment) or record.outcome == ImpactAssessment.Outcome.OPEN:
        return
    standing = standing_of_system(record.system) if actor.can(P.SYSTEMS_VIEW) else None
    if standing is None or standing.latest is None:
        return
    today = timezone.localdate()
    is_latest = standing.latest.pk == record.pk
    if not is_latest or standing.changes or standing.is_overdue(today):
        context = {"standing": standing, "is_latest": is_latest, "overdue": standing.is_overdue(today)}
        yield Part("aims/impact/again.html", context, "top")


@record_parts.add(order=30)
def assessments(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On an AI system's page: its assessments, the latest first."""
    if isinstance(record, AISystem) and actor.can(P.RISKS_VIEW):
        yield Part("aims/impact/system_panel.html", system_context(record, actor))


def system_context(system: AISystem, actor: Actor) -> dict[str, Any]:
    register = registers.of(ImpactAssessment)
    rows: QuerySet[Any] = ImpactAssessment.objects.permitted(actor, P.RISKS_VIEW).filter(
        system=system.pk, archived_at=None
    )
    found = list(rows.select_related("organisation").order_by("-pk")[:MOST])
    standing = standing_of_system(system)
    may_add = system.archived_at is None and allows(actor, register.edit)
    latest = standing.latest if standing else None
    return {
        "rows": [(one, register.tone("outcome", one.outcome)) for one in found],
        "standing": standing,
        "overdue": bool(standing and standing.is_overdue(timezone.localdate())),
        "new_url": f"{reverse('impact-assessments-new', args=[actor.organisation.slug])}?system={system.reference}"
        if may_add and not found
        else "",
        "next_url": register.url("next", latest)
        if latest is not None and standing and not standing.running and allows(actor, register.edit, latest)
        else "",
    }

"""What the checks on a statement hold its decisions against, as far as the actor may see it."""

from collections.abc import Collection
from typing import Any

from aims.models import AISystem, Component, Risk, Treatment
from aims.soa.checks import Facts, Seen, SystemSeen
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from vendors.models import CustomerCommitment, Vendor

MOST = 20
"""Vendors and contracts that are named: enough to show that there are some."""


def seen(record: Record) -> Seen:
    return Seen(record.reference, record.title, record.get_absolute_url())


def facts_for(actor: Actor) -> Facts:
    """AI systems that are neither retired nor out of scope, with their data sets and what suppliers deliver; vendors,
    and what customers were promised."""
    rows = AISystem.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(archived_at=None)
    rows = rows.exclude(stage=AISystem.Stage.RETIRED).exclude(in_scope=AISystem.InScope.OUT)
    systems = list(rows.select_related("organisation").order_by("reference"))
    parts: dict[int, list[Component]] = {}
    components = Component.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(archived_at=None)
    for part in components.select_related("organisation").order_by("reference"):
        parts.setdefault(part.system_id, []).append(part)
    mine = [part for system in systems for part in parts.get(system.pk, ())]
    return Facts(
        systems=tuple(_system(system, parts.get(system.pk, [])) for system in systems),
        supplied=tuple(seen(part) for part in mine if part.supplier.strip()),
        vendors=_rows(Vendor, actor, Permission.VENDORS_VIEW, ended_on=None),
        promised=_rows(CustomerCommitment, actor, Permission.CUSTOMERS_VIEW),
    )


def _rows(model: type[Record], actor: Actor, permission: Permission, **more: Any) -> tuple[Seen, ...]:
    rows = model.objects.permitted(actor, permission).filter(archived_at=None, **more)
    return tuple(seen(row) for row in rows.select_related("organisation").order_by("reference")[:MOST])


def _system(system: AISystem, parts: list[Component]) -> SystemSeen:
    return SystemSeen(
        record=seen(system),
        role=system.role,
        stage=system.stage,
        in_scope=system.in_scope == AISystem.InScope.IN,
        data=tuple(seen(part) for part in parts if part.kind == Component.Kind.DATASET),
    )


def risks_by_control(actor: Actor) -> dict[int, list[Risk]]:
    """The risks, not closed, whose treatment names a control, by that control: one query."""
    if not actor.can(Permission.RISKS_VIEW):
        return {}
    rows: Any = Treatment.objects.permitted(actor, Permission.RISKS_VIEW).filter(
        archived_at=None, control__isnull=False, risk__archived_at=None
    )
    rows = rows.exclude(risk__state=Risk.State.CLOSED).select_related("risk", "risk__organisation")
    found: dict[int, dict[int, Risk]] = {}
    for treatment in rows.order_by("risk__reference"):
        found.setdefault(treatment.control_id, {})[treatment.risk_id] = treatment.risk
    return {control: list(risks.values()) for control, risks in found.items()}


def merged(lists: Collection[list[Risk]]) -> list[Risk]:
    """Risks of several controls, each once, in the order of their references."""
    known = {risk.pk: risk for risks in lists for risk in risks}
    return sorted(known.values(), key=lambda risk: risk.reference)

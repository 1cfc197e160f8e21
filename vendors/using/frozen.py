"""What an approved version holds of an offering beyond its fields: its routes, and what the approval rests on."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grc.reports.document import Block, Facts, Note, Table
from vendors.models import Offering, Route, VendorPlan
from vendors.models.vendor import DataClass
from vendors.using.guide import read_case, steps_of


def use_of(offering: Offering) -> dict[str, Any]:
    """``routes``: of every plan, with models and data; ``basis``: each step of the guide in words. Plain values."""
    rows = Route.objects.within(offering.organisation).filter(
        plan__offering=offering.pk, archived_at=None, plan__archived_at=None
    )
    steps = steps_of(read_case(offering, timezone.localdate()))
    return {
        "routes": [_route(route) for route in rows.select_related("plan", "through").order_by("pk")],
        "basis": [{"key": step.key, "name": step.name, "text": step.said} for step in steps],
    }


def use_tables(body: dict[str, Any]) -> list[tuple[str | Promise, Sequence[Block]]]:
    """What ``use_of`` kept, as titles with tables."""
    routes, basis = body.get("routes", []), body.get("basis", [])
    headings = [_("Route"), _("Plan"), _("Models"), _("Region"), _("Data that may go there"), _("May be used")]
    rows = [
        [
            f"{row['reference']} {row['name']}",
            f"{row['plan']} ({_label(VendorPlan.Tier, row['tier'])})",
            "\n".join(row["models"]) or "–",
            ", ".join(part for part in (row["region"], row["through"]) if part) or "–",
            ", ".join(_label(DataClass, one) for one in row["data"]) or "–",
            _("Yes") if row["allowed"] else _("No"),
        ]
        for row in routes
    ]  # fmt: skip
    return [
        (_("Routes"), [Table(headings, rows) if rows else Note(_("None."))]),
        (_("What the approval rests on"), [Facts([(row["name"], row["text"]) for row in basis])]),
    ]


def _route(route: Any) -> dict[str, Any]:
    return {
        "reference": route.reference, "name": route.name, "plan": route.plan.name, "tier": route.plan.tier,
        "allowed": route.plan.allowed, "through": route.through.name if route.through else "", "host": route.host,
        "region": route.region, "country": route.country, "models": list(route.model_ids), "data": sorted(route.data),
    }  # fmt: skip


def _label(choices: Any, value: str) -> str:
    return str(dict(choices.choices).get(value, value))

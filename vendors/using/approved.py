"""What is approved for use: read from the versions in force, so that what was added later is not approved by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from grc.models.approval import Review
from grc.models.organisation import Organisation
from vendors.models import Offering


@dataclass(frozen=True)
class ApprovedRoute:
    """A route as it stood in the approved version. ``reference`` is that of the live ``Route``; ``data`` are values of
    ``DataClass``; ``models`` are names in decision records, a * at the end stands for any version."""

    offering: Offering
    reference: str
    name: str
    plan: str
    host: str
    region: str
    country: str
    models: tuple[str, ...]
    data: tuple[str, ...]


def approved_offerings(organisation: Organisation) -> "QuerySet[Offering]":
    """Offerings that may be used today: approved, not suspended since, and in use."""
    rows: QuerySet[Offering] = Offering.objects.within(organisation).filter(
        archived_at=None, state=Offering.State.APPROVED, vendor__archived_at=None
    )
    return rows.select_related("key", "organisation", "vendor").order_by("pk")


def approved_routes(organisation: Organisation) -> list[ApprovedRoute]:
    """The routes of all approved offerings, by plans that may be used. Two queries."""
    offerings = {offering.pk: offering for offering in approved_offerings(organisation)}
    reviews = Review.objects.within(organisation).filter(
        key__register="offerings", key__in=offerings, state=Review.State.APPROVED
    )
    return [
        _route(offerings[key], row)
        for key, body in reviews.order_by("key").values_list("key", "version__body")
        for row in json.loads(bytes(body)).get("routes", ())
        if row["allowed"]
    ]


def approved_models(organisation: Organisation) -> dict[str, Offering]:
    """Pattern of a model's name → the offering whose approved version names it."""
    return {pattern: route.offering for route in approved_routes(organisation) for pattern in route.models}


def offering_of(model: str, approved: Mapping[str, Offering]) -> Offering | None:
    """The offering in ``approved`` that covers ``model``: by its exact name, else by the longest pattern."""
    if model in approved:
        return approved[model]
    fitting = [pattern for pattern in approved if pattern.endswith("*") and model.startswith(pattern[:-1])]
    return approved[max(fitting, key=len)] if fitting else None


def _route(offering: Offering, row: dict[str, Any]) -> ApprovedRoute:
    return ApprovedRoute(
        offering=offering, reference=row["reference"], name=row["name"], plan=row["plan"], host=row["host"],
        region=row["region"], country=row["country"], models=tuple(row["models"]), data=tuple(row["data"]),
    )  # fmt: skip

"""Frameworks in and out: who may do what at these addresses."""

import uuid
from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

VIEW, EDIT = Permission.FRAMEWORKS_VIEW, Permission.FRAMEWORKS_EDIT
READ = Rule("organisation", VIEW)
FORM = Rule("organisation", VIEW, ("GET", "POST"), {"GET": EDIT, "POST": EDIT})

RULES: dict[str, Rule] = {
    "frameworks-transfer": FORM,
    "frameworks-transfer-check": FORM,
    "frameworks-transfer-template": Rule("organisation", VIEW, ("GET",), {"GET": EDIT}),
    "frameworks-exports": READ,
    "frameworks-oscal": READ,
    "frameworks-table": READ,
    "frameworks-mappings": READ,
    "controls-oscal": Rule("organisation", Permission.CONTROLS_VIEW),
    "api-frameworks-transfers": Rule("organisation", VIEW, ("POST",), {"POST": EDIT}),
    "api-frameworks-transfer": FORM,
    "api-frameworks-oscal": READ,
    "api-frameworks-table": READ,
    "api-frameworks-mappings": READ,
    "api-controls-oscal": Rule("organisation", Permission.CONTROLS_VIEW),
}


def values(name: str, system: Actor) -> dict[str, Any]:
    """Jobs belong to whoever asked: for everybody else they do not exist, whatever the role."""
    return {"job": uuid.uuid4(), "table": "requirements"} if "transfer" in name else {}

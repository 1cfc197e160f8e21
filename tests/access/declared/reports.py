"""Documents of records: whoever sees the record may take it away; the deed is noted."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register
from tests.access.rule import Rule

RULES = dict.fromkeys(("picture", "api-picture"), Rule("organisation", Permission.RISKS_VIEW))


def of_register(register: Register) -> dict[str, Rule]:
    read = Rule("organisation", register.view)
    name = register.slug
    return {
        f"{name}-download": read,
        f"{name}-document": read,
        f"api-{name}-document": read,
        f"api-{name}-versions": read,
    }


def values(name: str, system: Actor) -> dict[str, Any]:
    if name.endswith("picture"):
        return {"picture": "risks-over-time", "kind": "csv"}
    return {"kind": "docx"} if name.endswith("-document") else {}

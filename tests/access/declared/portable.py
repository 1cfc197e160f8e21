"""The archive of an organisation."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register
from tests.access.rule import Rule

RULES = {
    "archive-export": Rule(
        "organisation", None, ("GET", "POST"), dict.fromkeys(("GET", "POST"), Permission.ORGANISATION_EXPORT)
    ),
    "api-archive-export": Rule("organisation", None, ("POST",), {"POST": Permission.ORGANISATION_EXPORT}),
}


def of_register(register: Register) -> dict[str, Rule]:
    return {}


def values(name: str, system: Actor) -> dict[str, Any]:
    return {}

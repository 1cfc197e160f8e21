"""Checking the numbers in a text: whoever sees frameworks may."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

RULES = {
    "frameworks-check": Rule("organisation", Permission.FRAMEWORKS_VIEW, ("GET", "POST")),
    "api-frameworks-check": Rule("organisation", Permission.FRAMEWORKS_VIEW, ("POST",)),
}


def values(name: str, system: Actor) -> dict[str, Any]:
    return {}

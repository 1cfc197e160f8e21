"""Search, saved views, bulk changes and tags."""

import uuid
from typing import Any

from grc.access.actor import Actor
from grc.registers.register import Register
from tests.access.rule import Rule

POST = Rule("organisation", methods=("POST",))
RULES: dict[str, Rule] = {
    "search-suggestions": Rule("organisation"),
    "views": POST,
    "view-change": POST,
    "view-delete": POST,
    "view-start": POST,
    "tags": Rule("organisation"),
    "tags-rename": POST,
    "api-search": Rule("organisation"),
    "api-views": Rule("organisation", methods=("GET", "POST")),
    "api-view": Rule("organisation", methods=("GET", "PATCH", "DELETE")),
    "api-view-start": POST,
    "api-tags": Rule("organisation"),
    "api-tags-rename": POST,
}


def of_register(register: Register) -> dict[str, Rule]:
    write = Rule("organisation", register.view, ("POST",), {"POST": register.edit})
    return {
        f"{register.slug}-choices": Rule("organisation", register.view),
        f"{register.slug}-bulk": write,
        f"api-{register.slug}-bulk": write,
    }


def values(name: str, system: Actor) -> dict[str, Any]:
    return {"view": uuid.uuid4(), "field": "owner"}

"""Imports, exports and background work: who may do what at their addresses."""

import uuid
from typing import Any

from grc.access.actor import Actor
from grc.registers.register import Register
from tests.access.rule import Rule

MEMBER = Rule("organisation")
POSTED = Rule("organisation", methods=("POST",))

RULES: dict[str, Rule] = {
    "jobs": MEMBER,
    "job": MEMBER,
    "job-cancel": POSTED,
    "job-file": MEMBER,
    "api-jobs": MEMBER,
    "api-job": MEMBER,
    "api-job-cancel": POSTED,
    "api-job-file": MEMBER,
}


def of_register(register: Register) -> dict[str, Rule]:
    name, view, edit = register.slug, register.view, register.edit
    form = Rule("organisation", view, ("GET", "POST"), {"GET": edit, "POST": edit})
    read = Rule("organisation", view, ("GET",), {"GET": edit})
    return {
        f"{name}-import": form,
        f"{name}-import-template": read,
        f"{name}-import-columns": form,
        f"{name}-import-check": form,
        f"{name}-import-files": form,
        f"api-{name}-imports": Rule("organisation", view, ("POST",), {"POST": edit}),
        f"api-{name}-imports-template": read,
        f"api-{name}-imports-one": form,
        f"api-{name}-exports": Rule("organisation", view, ("POST",)),
    }


def values(name: str, system: Actor) -> dict[str, Any]:
    """Jobs belong to whoever asked: for everybody else they do not exist, whatever the role."""
    return {"job": uuid.uuid4()}

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
    return {}


def values(name: str, system: Actor) -> dict[str, Any]:
    """Jobs belong to whoever asked: for everybody else they do not exist, whatever the role."""
    return {"job": uuid.uuid4()}

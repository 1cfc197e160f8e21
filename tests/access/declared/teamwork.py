"""Comments, files, tasks and links of every record, and one's own tasks."""

import uuid
from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.teamwork import Task
from grc.registers.register import Register
from tests.access.rule import Rule

P = Permission

RULES = {
    "my-tasks": Rule("organisation", P.TASKS_VIEW),
    "records-named": Rule("organisation"),
    "tasks-state": Rule("organisation", P.TASKS_VIEW, ("POST",), {"POST": P.TASKS_EDIT}),
}


def of_register(register: Register) -> dict[str, Rule]:
    name, view, edit = register.slug, register.view, register.edit
    say = Rule("organisation", view, ("POST",))
    rules = {
        f"{name}-link": Rule("organisation", view, ("POST",), {"POST": P.LINKS_EDIT}),
        f"{name}-unlink": Rule("organisation", view, ("POST",), {"POST": P.LINKS_EDIT}),
        f"{name}-comments": say,
        f"{name}-comment": Rule("organisation", view, ("GET", "POST")),
        f"{name}-comment-take-back": say,
        f"{name}-people": Rule("organisation", view),
        f"api-{name}-comments": Rule("organisation", view, ("GET", "POST")),
        f"api-{name}-comment": Rule("organisation", view, ("GET", "PATCH")),
        f"api-{name}-comment-take-back": say,
    }
    if register.attachable:
        change = Rule("organisation", view, ("POST",), {"POST": edit})
        rules |= {
            f"{name}-attachments": change,
            f"{name}-attachment": Rule("organisation", view),
            f"{name}-attachment-remove": change,
            f"api-{name}-attachments": Rule("organisation", view, ("GET", "POST"), {"POST": edit}),
            f"api-{name}-attachment": Rule("organisation", view),
            f"api-{name}-attachment-remove": change,
        }
    if name not in Task.NEVER_ABOUT:
        rules[f"{name}-tasks"] = Rule("organisation", view, ("POST",), {"POST": P.TASKS_EDIT})
    return rules


def values(name: str, system: Actor) -> dict[str, Any]:
    return {"comment": uuid.uuid4()} if "comment" in name else {}

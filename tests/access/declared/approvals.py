"""Approvals: addresses, who sees them, and a document in review to fill them with."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register
from tests.access.rule import Rule

P = Permission
# the review that fills these addresses is about a document, so who sees no documents sees no review
SEEN = Rule("organisation", P.DOCUMENTS_VIEW)
DECIDES = Rule("organisation", P.DOCUMENTS_VIEW, ("POST",), {"POST": P.APPROVE})
WITHDRAWS = Rule("organisation", P.DOCUMENTS_VIEW, ("POST",), {"POST": P.DOCUMENTS_EDIT})
KEY = Rule("organisation", P.SETTINGS_VIEW, ("GET", "POST"), {"POST": P.SETTINGS_EDIT})

RULES: dict[str, Rule] = {
    "approvals": Rule("organisation"),
    "api-approvals": Rule("organisation"),
    **dict.fromkeys(("approval", "approval-version", "approval-signed", "approval-file"), SEEN),
    **dict.fromkeys(("api-approval", "api-approval-version", "api-approval-signed", "api-approval-file"), SEEN),
    **dict.fromkeys(("approval-decide", "approval-prove", "api-approval-decide"), DECIDES),
    **dict.fromkeys(("approval-withdraw", "api-approval-withdraw"), WITHDRAWS),
    "signing-key": KEY,
    "signing-key-certificate": Rule("organisation", P.SETTINGS_VIEW),
    "api-signing-key": KEY,
}


def of_register(register: Register) -> dict[str, Rule]:
    if not register.meanings:
        return {}
    edit = {"GET": register.edit, "POST": register.edit}
    return {
        f"{register.slug}-approvals": Rule("organisation", register.view),
        f"{register.slug}-send": Rule("organisation", register.view, ("GET", "POST"), edit),
        f"api-{register.slug}-approvals": Rule("organisation", register.view, ("GET", "POST"), {"POST": register.edit}),
    }


def values(name: str, system: Actor) -> dict[str, Any]:
    if "approval-" not in f"{name}-" or name in ("approvals", "api-approvals"):
        return {}
    from tests.approvals.making import in_review

    return {"review": in_review(system).public_id, "sha256": "0" * 64}

"""Documents: starters, asking people to read, and one's own reading, which is every member's."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
STARTERS = Rule("organisation", P.DOCUMENTS_VIEW, ("GET", "POST"), {"POST": P.DOCUMENTS_EDIT})


def asks(view: Permission, edit: Permission) -> Rule:
    return Rule("organisation", view, ("GET", "POST"), {"GET": edit, "POST": edit})


RULES = {
    "document-starters": STARTERS,
    "api-document-starters": STARTERS,
    "documents-ask": asks(P.DOCUMENTS_VIEW, P.DOCUMENTS_EDIT),
    "campaigns-ask": asks(P.AIMS_VIEW, P.AIMS_EDIT),
    "api-documents-ask": Rule("organisation", P.DOCUMENTS_VIEW, ("POST",), {"POST": P.DOCUMENTS_EDIT}),
    "api-campaigns-ask": Rule("organisation", P.AIMS_VIEW, ("POST",), {"POST": P.AIMS_EDIT}),
    "to-read": Rule("organisation"),
    "reading": Rule("organisation", None, ("GET", "POST")),
    "reading-file": Rule("organisation"),
    "api-reading": Rule("organisation", None, ("GET", "POST")),
    "api-to-read": Rule("organisation"),
}


def values(name: str, system: Actor) -> dict[str, Any]:
    """What one was asked to read is one's own: for everybody else it does not exist, whatever the role."""
    return {"reference": "ACK-0000", "sha256": "0" * 64} if "reading" in name else {}

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
READ = Rule("organisation", P.CONTROLS_VIEW)
WRITE = Rule("organisation", P.CONTROLS_VIEW, ("POST",), {"POST": P.CONTROLS_EDIT})
ALL = {"GET": P.CONTROLS_EDIT, "POST": P.CONTROLS_EDIT}

RULES = {
    "soa-begin": Rule("organisation", P.CONTROLS_VIEW, ("GET", "POST"), ALL),
    "soa-work": READ,
    "soa-decide-many": WRITE,
    "soa-add": WRITE,
    "soa-proposals": WRITE,
    "soa-complete": WRITE,
    "soa-decide": Rule("organisation", P.CONTROLS_VIEW, ("GET", "POST"), ALL),
    "soa-differences": READ,
    "soa-statement": READ,
    "api-soa-work": READ,
    "api-soa-decide": WRITE,
    "api-soa-proposals": Rule("organisation", P.CONTROLS_VIEW, ("GET", "POST"), {"POST": P.CONTROLS_EDIT}),
    "api-soa-statement": READ,
}


def values(name: str, system: Actor) -> dict[str, Any]:
    return {"decision": "SOD-0001"} if name == "soa-decide" else {}

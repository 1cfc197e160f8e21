"""Agreements: the points of a DPA, and their early end."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
ASK = Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"GET": P.VENDORS_EDIT, "POST": P.VENDORS_EDIT})
STEP = Rule("organisation", P.VENDORS_VIEW, ("POST",), {"POST": P.VENDORS_EDIT})
RULES = {
    "agreements-points": Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"POST": P.VENDORS_EDIT}),
    "agreements-end": ASK,
    "api-agreements-standing": Rule("organisation", P.VENDORS_VIEW),
    "api-agreements-points": STEP,
    "api-agreements-end": STEP,
}

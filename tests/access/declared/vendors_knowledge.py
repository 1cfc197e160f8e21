"""Facts about vendors, what they hold, the library of known providers."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
STARTERS = Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"POST": P.VENDORS_EDIT})
ASK = Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"GET": P.VENDORS_EDIT, "POST": P.VENDORS_EDIT})
STEP = Rule("organisation", P.VENDORS_VIEW, ("POST",), {"POST": P.VENDORS_EDIT})
RULES = {
    "vendors-known": STARTERS,
    "api-vendors-known": STARTERS,
    "api-offerings-coverage": Rule("organisation", P.VENDORS_VIEW),
    "vendor-facts-verify": ASK,
    "api-vendor-facts-verify": STEP,
    "assurances-confirm": ASK,
    "api-assurances-confirm": STEP,
}

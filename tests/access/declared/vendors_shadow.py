"""Shadow use: what decision records show that nothing approved covers."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
READ = Rule("organisation", P.VENDORS_VIEW)
WRITE = {"GET": P.VENDORS_EDIT, "POST": P.VENDORS_EDIT}
RULES = {
    "shadow-use": READ,
    "shadow-use-table": READ,
    "shadow-use-accept": Rule(
        "organisation", P.VENDORS_VIEW, ("GET", "POST"), {"GET": P.VENDORS_EDIT, "POST": P.VENDORS_EDIT}
    ),
    "api-shadow-use": READ,
    "api-shadow-use-accept": Rule("organisation", P.VENDORS_VIEW, ("POST",), WRITE),
}

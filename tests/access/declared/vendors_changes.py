"""Announced changes: the steps of our subprocessors and of vendors' notices, the public list, promises together."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
READ = Rule("organisation", P.CUSTOMERS_VIEW)
STEP = Rule("organisation", P.CUSTOMERS_VIEW, ("POST",), {"POST": P.CUSTOMERS_EDIT})
BOTH = Rule("organisation", P.CUSTOMERS_VIEW, ("GET", "POST"), {"POST": P.CUSTOMERS_EDIT})
ASK = Rule("organisation", P.CUSTOMERS_VIEW, ("GET", "POST"), {"GET": P.CUSTOMERS_EDIT, "POST": P.CUSTOMERS_EDIT})
DECIDE = Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"GET": P.VENDORS_EDIT, "POST": P.VENDORS_EDIT})

RULES = {
    "subprocessors-public": READ,
    "subprocessors-publish": STEP,
    "subprocessors-editions": READ,
    "subprocessors-file": READ,
    "customer-commitments-overview": READ,
    "api-subprocessors-public": BOTH,
    "api-subprocessors-file": READ,
    "subprocessor-changes-announce": STEP,
    "subprocessor-changes-in-effect": STEP,
    "subprocessor-changes-withdraw": ASK,
    "subprocessors-put-on-list": ASK,
    "subprocessor-notices-objection": ASK,
    "subprocessor-notices-settle": ASK,
    "vendor-notices-decide": DECIDE,
    "api-subprocessor-changes-announce": STEP,
    "api-subprocessor-changes-in-effect": STEP,
    "api-subprocessor-changes-withdraw": STEP,
    "api-subprocessors-put-on-list": STEP,
    "api-subprocessor-notices-objection": STEP,
    "api-subprocessor-notices-settle": STEP,
    "api-vendor-notices-decide": Rule("organisation", P.VENDORS_VIEW, ("POST",), {"POST": P.VENDORS_EDIT}),
}

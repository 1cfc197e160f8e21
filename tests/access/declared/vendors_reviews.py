"""Reviews of vendors, requests, the use of offerings, exit plans, incidents."""

from grc.access.roles import Permission
from tests.access.rule import Rule

V, E = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
STEP = Rule("organisation", V, ("POST",), {"POST": E})
ASK = Rule("organisation", V, ("GET", "POST"), {"GET": E, "POST": E})
READ = Rule("organisation", V)

RULES = {
    "vendor-reviews-questions": Rule("organisation", V, ("GET", "POST"), {"POST": E}),
    "vendor-reviews-prefill": STEP,
    "vendor-reviews-finish": ASK,
    "vendor-reviews-reopen": ASK,
    "vendor-reviews-findings": STEP,
    "vendors-review": STEP,
    "offerings-review": STEP,
    "vendor-findings-done": ASK,
    "vendors-request": ASK,
    "offerings-suspend": ASK,
    "offerings-resume": ASK,
    "offerings-refuse": ASK,
    "offerings-end": ASK,
    "exit-plans-rehearse": ASK,
    "vendor-incidents-close": ASK,
    "vendor-incidents-finding": STEP,
    "api-vendor-reviews-questions": READ,
    "api-vendor-reviews-finish": STEP,
    "api-vendor-reviews-reopen": STEP,
    "api-vendor-reviews-prefill": STEP,
    "api-vendor-reviews-findings": STEP,
    "api-vendors-review": STEP,
    "api-offerings-review": STEP,
    "api-vendor-findings-done": STEP,
    "api-vendors-request": STEP,
    "api-offerings-guide": READ,
    "api-offerings-suspend": STEP,
    "api-offerings-resume": STEP,
    "api-offerings-refuse": STEP,
    "api-offerings-end": STEP,
    "api-exit-plans-rehearse": STEP,
    "api-vendor-incidents-close": STEP,
    "api-vendor-incidents-finding": STEP,
}

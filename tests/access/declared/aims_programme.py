"""The way to a certificate: plan, gap guide, costs, and whether it is worth it."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
SEES = Rule("organisation", P.PROGRAMME_VIEW)
DOES = Rule("organisation", P.PROGRAMME_VIEW, ("POST",), {"POST": P.PROGRAMME_EDIT})
ASKS_FIRST = Rule(
    "organisation", P.PROGRAMME_VIEW, ("GET", "POST"), {"GET": P.PROGRAMME_EDIT, "POST": P.PROGRAMME_EDIT}
)

RULES = {
    "plan-begin": ASKS_FIRST,
    "plan-picture": SEES,
    "plan-file": SEES,
    "plan-begin-step": DOES,
    "plan-finish-step": DOES,
    "plan-shift": ASKS_FIRST,
    "gap-guide": SEES,
    "gap-begin": DOES,
    "gap-place": DOES,
    "gap-file": SEES,
    "gap-answer": DOES,
    "cost-frame": SEES,
    "cost-file": SEES,
    "certificate-worth-it": SEES,
    "api-plan-begin": DOES,
    "api-plan-schedule": SEES,
    "api-plan-begin-step": DOES,
    "api-plan-finish-step": DOES,
    "api-plan-shift": DOES,
    "api-gap-begin": DOES,
    "api-gap-place": DOES,
}

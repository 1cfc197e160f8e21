"""The risk overview, its report, starter risks, and what is done with treatments in one click."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
SEEN = Rule("organisation", P.RISKS_VIEW)
STARTERS = Rule("organisation", P.RISKS_VIEW, ("GET", "POST"), {"POST": P.RISKS_EDIT})
ONE_CLICK = Rule("organisation", P.RISKS_VIEW, ("POST",), {"POST": P.RISKS_EDIT})

RULES = {
    "risk-overview": SEEN,
    "risk-report": SEEN,
    "risk-starters": STARTERS,
    "risk-follow": ONE_CLICK,
    "treatment-done": ONE_CLICK,
    "api-risk-starters": STARTERS,
    "api-risk-follow": ONE_CLICK,
    "api-treatment-done": ONE_CLICK,
}

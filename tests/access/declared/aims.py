from grc.access.roles import Permission
from tests.access.rule import Rule

RULES = {
    "risk-overview": Rule("organisation", Permission.RISKS_VIEW),
    "risk-report": Rule("organisation", Permission.RISKS_VIEW),
}

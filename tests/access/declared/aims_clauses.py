from grc.access.roles import Permission
from tests.access.rule import Rule

RULES = {
    "clauses": Rule("organisation", Permission.RISKS_VIEW),
    "clause-index": Rule("organisation", Permission.RISKS_VIEW),
    "start-here": Rule("organisation", Permission.RISKS_VIEW),
    "process-picture": Rule("organisation", Permission.AIMS_VIEW),
}

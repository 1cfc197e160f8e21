"""Objectives, competence, resources, communication."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
READ = Rule("organisation", P.AIMS_VIEW)
WRITE = Rule("organisation", P.AIMS_VIEW, ("POST",), {"POST": P.AIMS_EDIT})
RULES = {
    "objectives-overview": READ,
    "objectives-table": READ,
    "objectives-measure": WRITE,
    "competence-matrix": READ,
    "competence-table": READ,
    "resources-overview": READ,
    "components-take-over": WRITE,
    "communications-calendar": READ,
    "communications-done": WRITE,
    "api-communications-done": WRITE,
    "api-components-take-over": WRITE,
}

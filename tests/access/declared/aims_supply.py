"""The supply chain of AI systems, and risks that vendors propose."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
READ = Rule("organisation", P.VENDORS_VIEW)
RULES = {
    "supply-chain": READ,
    "supply-chain-file": READ,
    "supply-chain-system": READ,
    "supply-chain-system-file": READ,
    "vendor-risks": Rule("organisation", P.VENDORS_VIEW, ("GET", "POST"), {"POST": P.RISKS_EDIT}),
    "api-supply-chain": READ,
}

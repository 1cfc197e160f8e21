"""Requests for evidence: what becomes of one, on its page and through the API."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
DEED = Rule("organisation", P.EVIDENCE_VIEW, ("POST",), {"POST": P.EVIDENCE_EDIT})
FORM = Rule("organisation", P.EVIDENCE_VIEW, ("GET", "POST"), dict.fromkeys(("GET", "POST"), P.EVIDENCE_EDIT))
RULES = {
    "evidence-requests-answer": FORM,
    "evidence-requests-send-back": DEED,
    "evidence-requests-withdraw": DEED,
    "api-evidence-request-answer": DEED,
    "api-evidence-request-send-back": DEED,
    "api-evidence-request-withdraw": DEED,
}

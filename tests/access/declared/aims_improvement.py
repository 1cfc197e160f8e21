"""Steps of nonconformities, improvements and impact assessments."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
OVERVIEW = Rule("organisation", P.IMPROVEMENT_VIEW)
STEP = Rule("organisation", P.IMPROVEMENT_VIEW, ("POST",), {"POST": P.IMPROVEMENT_EDIT})
ASK = Rule("organisation", P.IMPROVEMENT_VIEW, ("GET", "POST"), {"GET": P.IMPROVEMENT_EDIT, "POST": P.IMPROVEMENT_EDIT})
CHECK = Rule(
    "organisation", P.IMPROVEMENT_VIEW, ("GET", "POST"), {"GET": P.IMPROVEMENT_CHECK, "POST": P.IMPROVEMENT_CHECK}
)
OF_A_RUN = Rule("organisation", P.CONTROLS_VIEW, ("POST",), {"POST": P.IMPROVEMENT_EDIT})
NEXT = Rule("organisation", P.RISKS_VIEW, ("POST",), {"POST": P.RISKS_EDIT})

RULES = {
    "nonconformity-overview": OVERVIEW,
    "nonconformity-report": OVERVIEW,
    "nonconformities-check": CHECK,
    "nonconformities-close": STEP,
    "nonconformities-reopen": ASK,
    "nonconformities-actions": STEP,
    "corrective-actions-done": STEP,
    "improvements-accept": STEP,
    "improvements-finish": ASK,
    "test-runs-nonconformity": OF_A_RUN,
    "api-nonconformities-check": Rule("organisation", P.IMPROVEMENT_VIEW, ("POST",), {"POST": P.IMPROVEMENT_CHECK}),
    "api-improvements-finish": STEP,
    "api-nonconformities-close": STEP,
    "api-nonconformities-reopen": STEP,
    "api-test-runs-nonconformity": OF_A_RUN,
    "impact-assessments-next": NEXT,
    "api-impact-assessments-next": NEXT,
}

"""The pages that show frameworks and controls beside each other."""

from grc.access.roles import Permission
from tests.access.rule import Rule

P = Permission
FRAMEWORKS, CONTROLS = Rule("organisation", P.FRAMEWORKS_VIEW), Rule("organisation", P.CONTROLS_VIEW)
JUDGE = Rule("organisation", P.FRAMEWORKS_VIEW, ("POST",), {"POST": P.FRAMEWORKS_EDIT})
SERVES = Rule("organisation", P.CONTROLS_VIEW, ("POST",), {"POST": P.CONTROLS_EDIT})
ADOPT_FRAMEWORK = Rule("organisation", P.FRAMEWORKS_VIEW, ("GET", "POST"), {"POST": P.FRAMEWORKS_EDIT})
ADOPT_STARTERS = Rule("organisation", P.CONTROLS_VIEW, ("GET", "POST"), {"POST": P.CONTROLS_EDIT})

RULES = {
    "framework-catalogues": ADOPT_FRAMEWORK,
    "framework-crosswalk": FRAMEWORKS,
    "framework-crosswalk-export": FRAMEWORKS,
    "frameworks-coverage": CONTROLS,
    "mappings-judge": JUDGE,
    "control-starters": ADOPT_STARTERS,
    "control-wall": CONTROLS,
    "controls-serves": SERVES,
    "requirements-control": Rule(
        "organisation", P.FRAMEWORKS_VIEW, ("GET", "POST"), {"GET": P.CONTROLS_EDIT, "POST": P.CONTROLS_EDIT}
    ),
    "api-framework-catalogues": ADOPT_FRAMEWORK,
    "api-framework-crosswalk": FRAMEWORKS,
    "api-frameworks-coverage": CONTROLS,
    "api-mappings-judge": JUDGE,
    "api-control-starters": ADOPT_STARTERS,
    "api-control-wall": CONTROLS,
    "api-controls-serves": SERVES,
    "api-requirements-control": Rule("organisation", P.FRAMEWORKS_VIEW, ("POST",), {"POST": P.CONTROLS_EDIT}),
}

"""How other people's risk lists call their columns, and what they write in them."""

from typing import Any

RISK_NAMES: dict[str, tuple[str, ...]] = {
    "number_elsewhere": ("risk id", "risk no", "risk number", "risk ref", "risiko nr", "no", "nr", "number"),
    "name": ("risk title", "risk name", "short description", "risk", "risiko"),
    "event": ("risk description", "description", "what could happen", "threat", "scenario", "risk event"),
    "source": ("cause", "root cause", "risk source", "vulnerability", "ursache"),
    "for_organisation": ("consequence", "consequences", "effect", "business impact description"),
    "likelihood": (
        "probability",
        "inherent likelihood",
        "gross likelihood",
        "likelihood score",
        "inherent probability",
    ),
    "impact": ("severity", "inherent impact", "gross impact", "impact score", "inherent severity"),
    "residual_likelihood": ("residual probability", "residual likelihood", "net likelihood", "target likelihood"),
    "residual_impact": ("residual impact", "residual severity", "net impact", "target impact"),
    "treatment": ("response", "risk response", "treatment option", "strategy", "treatment strategy"),
    "treatment_plan": ("mitigation", "mitigations", "mitigating actions", "action plan", "controls", "measures"),
    "treat_by": ("target date", "due date", "due", "deadline", "to be done by", "implementation date"),
    "owner": ("risk owner", "owner", "responsible person"),
    "state": ("status", "risk status"),
    "review_on": ("review date", "next review", "next review date"),
    "catalogue_ids": ("owasp", "atlas", "nist", "catalogue", "catalogues", "taxonomy"),
}

RISK_WORDS: dict[str, dict[str, Any]] = {
    "treatment": {
        **dict.fromkeys(("mitigate", "mitigation", "treat", "modify", "reduction", "vermindern"), "reduce"),
        **dict.fromkeys(("transfer", "insure", "outsource", "übertragen"), "share"),
        **dict.fromkeys(("tolerate", "retain", "acceptance", "akzeptieren"), "accept"),
        **dict.fromkeys(("terminate", "eliminate", "vermeiden"), "avoid"),
        **dict.fromkeys(("tbd", "open", "undecided", "to be decided", "n/a", "?"), "undecided"),
    },
    "state": {
        **dict.fromkeys(("new", "identified", "active", "offen"), "open"),
        **dict.fromkeys(("in progress", "in treatment", "ongoing", "mitigating"), "treating"),
        **dict.fromkeys(("done", "mitigated", "implemented", "complete", "completed"), "treated"),
        **dict.fromkeys(("retired", "no longer relevant", "obsolete", "geschlossen"), "closed"),
    },
}

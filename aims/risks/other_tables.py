"""How other people's risk lists call their columns, and what they write in them."""

from typing import Any

from aims.models.planning import impacts_of

_CALLED = {
    "individuals": ("individuals", "individual", "people", "persons", "personen", "data subjects", "einzelne"),
    "groups": ("groups", "group", "communities", "gruppen"),
    "society": ("society", "societal", "gesellschaft", "the public"),
    "organisation": ("organisation", "organization", "the organization", "business", "company", "unternehmen"),
}


def _impact_names() -> dict[str, tuple[str, ...]]:
    """Such as “severity for society”, “residual impact on groups” and “net group impact”."""
    names = {}
    for subject, words in _CALLED.items():
        (before,), (after,) = impacts_of([subject]), impacts_of([subject], residual=True)
        plain = [
            form.format(word)
            for word in words
            for form in ("impact on {}", "impact for {}", "severity for {}", "impact {}", "{} impact", "{} severity")
        ]
        names[before] = (*plain, *(f"{when} {name}" for when in ("inherent", "gross") for name in plain))
        names[after] = (
            *(f"{when} {name}" for when in ("residual", "net", "target") for name in plain),
            *(f"{name} after treatment" for name in plain),
        )
    return names


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
    **_impact_names(),
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

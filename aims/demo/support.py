"""Objectives with a year of values, resources, the communication plan, changes to the AIMS.

One objective is behind, one is reached, of one nobody has measured for three months; a notice to customers is late,
and a change that should have been made is not.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.models import AISystem, Communication, Measurement, Objective, PlannedChange, Resource
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import create_record
from grc.demo import HOME, demo_actor, person_of
from grc.models.record import RecordKey
from grc.registries import seeders

CARLA, JONAS, MARGIT, SAM = (f"{name}@nordhaven.example" for name in ("carla", "jonas", "margit", "sam"))

# who, what, the monthly values up to so many days ago, and by when
OBJECTIVES: list[dict[str, Any]] = [
    {
        "name": "Every decision on a claim has a record that can be checked", "owner": SAM, "better": "more",
        "why": "Policy, section 4: what a system decided can be shown to whoever is concerned.",
        "measure": "Share of decisions with a verified record", "unit": "%", "baseline": 82, "target": 99,
        "due_in": 100, "values": (84, 86, 88, 89, 91, 93, 94, 95.5, 97), "last": 9,
        "plan": "All routes through the proxy; a weekly comparison with the claims ledger.",
        "evaluated_by": "Verifier’s report against the ledger’s count", "resources": "A quarter of an engineer",
    },
    {
        "name": "Claims are sent to investigation alike, whatever the name", "owner": JONAS, "better": "less",
        "why": "Policy, section 2: no discrimination; RSK-0001.",
        "measure": "Highest ratio of referral rates on matched claims", "unit": "", "baseline": 1.62, "target": 1.2,
        "due_in": 55, "values": (1.6, 1.58, 1.55, 1.56, 1.52, 1.5, 1.49, 1.47), "last": 12,
        "plan": "Retraining without name and postcode; a monthly comparison on matched claims.",
        "evaluated_by": "The statistician’s monthly note", "resources": "Statistician, two days a month",
    },
    {
        "name": "Whoever works with an AI system was trained for it", "owner": CARLA, "better": "more",
        "why": "Article 4 of Regulation (EU) 2024/1689 and the policy, section 5.",
        "measure": "Trained share of the people who use a system", "unit": "%", "baseline": 40, "target": 95,
        "due_in": 40, "values": (48, 55, 61, 70, 78, 84, 91, 96), "last": 6,
        "plan": "Half a day for each team; a short course each year after.",
        "evaluated_by": "List of participants against the list of users", "resources": "EUR 12,000",
    },
    {
        "name": "Complaints about the assistant are answered within two days", "owner": JONAS, "better": "less",
        "why": "What customers ask for most.",
        "measure": "Average days until the answer", "unit": "days", "baseline": 4.5, "target": 2,
        "due_in": 130, "values": (4.4, 4.1, 3.9, 3.6), "last": 94,
        "plan": "A queue of its own at the service desk.",
        "evaluated_by": "The service desk’s ticket times", "resources": "One person at the service desk",
    },
    {
        "name": "No system is in operation without an impact assessment", "owner": MARGIT, "better": "more",
        "why": "Decision of the board in spring.",
        "measure": "Systems in operation with an approved assessment", "unit": "%", "baseline": 0, "target": 100,
        "due_in": -45, "values": (33, 66, 66, 100), "last": 60, "state": "reached",
        "plan": "One assessment a month.", "evaluated_by": "The register of assessments", "resources": "Two workshops",
    },
]  # fmt: skip

# kind, name, system's id in records (none: for all), where from, what is missing
RESOURCES = (
    ("data", "Claims 2019 to 2025, pseudonymised", "claims-triage", "Own claims ledger", ""),
    ("data", "Test set of matched claims", "claims-triage", "Own statistician", "No claims of companies in it."),
    ("data", "Policy terms in force", "customer-assistant", "Product department", ""),
    ("data", "Sample of broker submissions", "underwriting-summary", "Commercial lines", ""),
    ("tooling", "Evaluation harness", "claims-triage", "Own development", ""),
    ("tooling", "Prompt repository with review", "", "Own development", ""),
    ("tooling", "Content filter of the proxy", "customer-assistant", "Own development", ""),
    ("computing", "AI proxy, two nodes in Frankfurt", "", "Own data centre", ""),
    ("computing", "Evaluation cluster", "fraud-signals", "Own data centre", "Free on two nights a week only."),
    ("people", "Claims handlers who may override", "claims-triage", "Claims department", ""),
    ("people", "Service desk for flagged conversations", "customer-assistant", "Service desk", ""),
    ("people", "Statistician", "claims-triage", "Actuarial department", ""),
)

# direction, what, with whom, when, how, cadence, last and next (days from today), who
PLAN = (
    ("internal", "How the AI management system does", "Top management", "Each quarter", "Report and meeting",
     "quarterly", -62, 29, CARLA),
    ("internal", "What changed in the AI systems", "All staff", "Each month", "Intranet", "monthly", -20, 11, CARLA),
    ("internal", "Figures of overrides and referrals", "Claims department", "Each month", "Team meeting",
     "monthly", -16, 14, JONAS),
    ("external", "Where AI takes part in decisions", "Policyholders", "Each year, and with every new system",
     "Letter with the premium note, web page", "yearly", -371, -6, CARLA),
    ("external", "Report on the use of AI in claims", "Supervisory authority", "Each half year", "Reporting portal",
     "half-yearly", -140, 44, MARGIT),
    ("external", "Models in use and their regions", "Brokers", "Each quarter", "Broker portal",
     "quarterly", -71, 20, JONAS),
    ("external", "A serious incident", "Market surveillance authority", "Within the time that the AI Act sets",
     "Form of the authority, signed by top management", "", None, None, MARGIT),
    ("internal", "A system was stopped", "Claims department and service desk", "At once", "Telephone chain",
     "", -132, None, SAM),
)  # fmt: skip

CHANGES: tuple[dict[str, Any], ...] = (
    {
        "name": "The scope takes in fraud signals", "planned_in": 25, "owner": CARLA,
        "purpose": "The system leaves validation in spring; until then it is outside of the certificate.",
        "consequences": "Scope statement, SoA, audit programme and the body’s audit time change.",
        "integrity": "The present scope stays in force until the new one is approved.", "resources": "Ten days",
    },
    {
        "name": "Reviews of AI systems move from yearly to half-yearly", "planned_in": -11, "owner": JONAS,
        "purpose": "Two drifts were noticed by customers before we noticed them.",
        "consequences": "Twice the work for the owners of systems.",
        "integrity": "Reviews that are due meanwhile are held by the old plan.", "resources": "Two days a system",
    },
    {
        "name": "Decision records replace the paper log of the claims department", "planned_in": -150, "made_in": -143,
        "owner": SAM, "purpose": "The paper log was incomplete.",
        "consequences": "The procedure on logging and the retention plan change.",
        "integrity": "Both were kept for a month, and compared.", "resources": "EUR 8,000",
    },
)  # fmt: skip


@seeders.add(order=72)
def seed_support() -> None:
    officer = demo_actor(CARLA, HOME)
    if Objective.objects.within(officer.organisation).exists():
        return
    with officer.working():
        for values in OBJECTIVES:
            _objective(officer, dict(values))
        systems = {system.runtime_id: system for system in AISystem.objects.within(officer.organisation)}
        for number, (kind, name, system, provider, gap) in enumerate(RESOURCES):
            resource = Resource(
                kind=kind, name=name, system=systems.get(system), provider=provider, gap=gap, enough=not gap,
                review_on=_day(30 + 20 * number),
            )  # fmt: skip
            dated(resource, officer, days=200 - 5 * number)
        for direction, name, audience, occasion, channel, every, last, following, who in PLAN:
            line = Communication(
                direction=direction, name=name, audience=audience, occasion=occasion, channel=channel, every=every,
                last_on=_day_if(last), next_on=_day_if(following), owner=person_of(who),
            )  # fmt: skip
            dated(line, officer, days=250)
        for values in CHANGES:
            _change(officer, dict(values))


def dated(record: Any, officer: Actor, *, days: int) -> Any:
    """Save ``record`` as written down so many days ago."""
    record.organisation = officer.organisation
    record._history_date = timezone.now() - dt.timedelta(days=days)
    return create_record(record=record, by=officer)


def _day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def _day_if(days: int | None) -> dt.date | None:
    return None if days is None else _day(days)


def _objective(officer: Actor, values: dict[str, Any]) -> None:
    measured, last, due_in = values.pop("values"), values.pop("last"), values.pop("due_in")
    values["owner"] = person_of(values["owner"])
    first = last + 30 * (len(measured) - 1)
    objective = dated(Objective(due_on=_day(due_in), **values), officer, days=first + 20)
    for number, value in enumerate(measured):
        days = first - 30 * number
        row = Measurement(objective=objective, measured_on=_day(-days), value=value, owner=objective.owner)
        dated(row, officer, days=days)


def _change(officer: Actor, values: dict[str, Any]) -> None:
    planned, made = values.pop("planned_in"), values.pop("made_in", None)
    values["owner"] = person_of(values["owner"])
    state = PlannedChange.State.MADE if made else PlannedChange.State.PLANNED
    change = dated(
        PlannedChange(planned_on=_day(planned), made_on=_day_if(made), state=state, **values), officer, days=170
    )
    keys = RecordKey.objects.within(officer.organisation).filter(register__in=("ai-systems", "documents", "scope"))
    for key in keys.order_by("pk")[3:6]:
        link_records(source=change, reference=key.reference, by=officer)

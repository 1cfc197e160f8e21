"""What the demo firm may gain with AI, and with managing it well."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.models import AISystem, Opportunity
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.demo import HOME, demo_actor
from grc.registries import seeders

OFFICER = "carla@nordhaven.example"

OPPORTUNITIES: tuple[dict[str, Any], ...] = (
    {
        "name": "Pay simple glass claims within an hour", "system": "claims-triage", "state": "pursued",
        "benefit": "Customers wait an hour instead of three days; handlers have time for hard claims.",
        "action": "Pilot with two workshops, then all of them.", "due_in": 75,
    },
    {
        "name": "Letters in plain language, in nine languages", "system": "customer-assistant", "state": "idea",
        "benefit": "Fewer calls, and fewer people who give up a rightful claim.",
    },
    {
        "name": "Show brokers how we keep AI in hand", "state": "pursued",
        "benefit": "Three large brokers ask for a certificate; with it we stay on their lists.",
        "action": "Certificate audit, then the page for outsiders.", "due_in": 60,
    },
)  # fmt: skip


@seeders.add(order=35)
def seed_opportunities() -> None:
    officer = demo_actor(OFFICER, HOME)
    if Opportunity.objects.within(officer.organisation).exists():
        return
    with officer.working():
        systems = {s.runtime_id: s for s in AISystem.objects.within(officer.organisation).select_related("owner")}
        for values in OPPORTUNITIES:
            _opportunity(officer, systems, dict(values))


def _opportunity(officer: Actor, systems: dict[str, AISystem], values: dict[str, Any]) -> None:
    system, due_in = systems.get(values.pop("system", "")), values.pop("due_in", None)
    due_on = timezone.localdate() + dt.timedelta(days=due_in) if due_in is not None else None
    record: Any = Opportunity(organisation=officer.organisation, system=system, due_on=due_on, **values)
    record._history_date = timezone.now() - dt.timedelta(days=120)
    create_record(record=record, by=officer)

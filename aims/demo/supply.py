"""Which of the demo's AI systems uses which route of a vendor."""

import datetime as dt

from django.utils import timezone

from aims.models import AISystem, SystemUse
from grc.actions.records import create_record
from grc.demo import HOME, demo_actor
from grc.registries import seeders
from vendors.models import Route

# system's id in records, plan's offering, what for, data
USES = (
    ("claims-triage", "Azure OpenAI / Microsoft Foundry", "Proposes what to do with a claim", ["customer", "personal"]),
    ("claims-triage", "Amazon Bedrock", "A second opinion on high claims", ["customer", "personal"]),
    ("claims-triage", "Vectorhaus Cloud", "Finds similar claims", ["customer", "personal"]),
    ("claims-triage", "Parts prices", "Prices of parts", ["public"]),
    ("customer-assistant", "Azure OpenAI / Microsoft Foundry", "Answers", ["customer", "personal", "special"]),
    ("underwriting-summary", "La Plateforme / AI Studio", "Summaries", ["confidential"]),
    ("underwriting-summary", "Amazon Bedrock", "Summaries of long submissions", ["confidential"]),
    ("fraud-signals", "Azure OpenAI / Microsoft Foundry", "Notes for investigators", ["personal"]),
    ("fraud-signals", "Labelling of claims", "Labelled claims", ["personal"]),
)


@seeders.add(order=22)
def seed_uses() -> None:
    manager = demo_actor("vera@nordhaven.example", HOME)
    organisation = manager.organisation
    if SystemUse.objects.within(organisation).exists():
        return
    with manager.working():
        for runtime_id, offering, purpose, data in USES:
            use = SystemUse(
                organisation=organisation,
                system=AISystem.objects.within(organisation).get(runtime_id=runtime_id),
                route=Route.objects.within(organisation).get(plan__offering__name=offering),
                purpose=purpose,
                data=data,
                owner=manager.person,
                since=timezone.localdate() - dt.timedelta(days=290),
            )
            create_record(record=use, by=manager)

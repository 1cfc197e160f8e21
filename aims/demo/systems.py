"""Four AI systems with their parts, a year in use."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.models import AISystem, Component
from grc.actions.records import change_record, create_record
from grc.demo import HOME, OTHER, demo_actor, person_of
from grc.models.organisation import Organisation
from grc.registries import seeders

SYSTEMS: list[dict[str, Any]] = [
    {
        "name": "Claims triage",
        "runtime_id": "claims-triage",
        "purpose": "Sorts motor and household claims into pay, review and investigate, with a proposed amount. "
        "It proposes; a handler decides every claim above 500 euros. Not to be used for health or life claims.",
        "role": "both",
        "stage": "operation",
        "risk_class": "high",
        "risk_class_reason": "Decides on access to an insurance benefit and profiles people; treated as high-risk "
        "although motor cover is not listed in Annex III.",
        "users": "Claims handlers",
        "affected": "Policyholders and injured third parties",
        "human_oversight": "A handler confirms or overrides each proposal above 500 euros; the head of claims can "
        "switch the system off within a minute.",
        "components": [
            ("model", "GPT-4o", "OpenAI", "gpt-4o-2024-11-20", "EU (Sweden)"),
            ("model", "Claude Sonnet", "Anthropic", "claude-sonnet-4-5-20250929", "EU (Ireland)"),
            ("prompt", "triage-main", "", "r17", "EU (Frankfurt)"),
            ("store", "Claims index", "", "2026-09", "EU (Frankfurt)"),
            ("tool", "Payment proposal", "", "3.2", "EU (Frankfurt)"),
        ],
    },
    {
        "name": "Customer assistant",
        "runtime_id": "customer-assistant",
        "purpose": "Answers policyholders' questions on cover and claims status in chat. It tells people that it is "
        "a machine, and hands over to a person when asked.",
        "role": "deployer",
        "stage": "operation",
        "risk_class": "transparency",
        "risk_class_reason": "Talks with natural persons, so that they must be told (Art. 50(1)).",
        "users": "Policyholders, service desk",
        "affected": "Policyholders",
        "human_oversight": "The service desk reads flagged conversations within the hour.",
        "components": [
            ("model", "GPT-4o", "OpenAI", "gpt-4o-2024-11-20", "EU (Sweden)"),
            ("prompt", "assistant-persona", "", "r42", "EU (Frankfurt)"),
        ],
    },
    {
        "name": "Underwriting summary",
        "runtime_id": "underwriting-summary",
        "purpose": "Condenses broker submissions for commercial cover into two pages for the underwriter.",
        "role": "deployer",
        "stage": "operation",
        "risk_class": "minimal",
        "risk_class_reason": "Summarises for a specialist who decides alone; concerns companies, not persons.",
        "users": "Commercial underwriters",
        "affected": "Companies that ask for cover",
        "human_oversight": "The underwriter reads the submission itself before a quote.",
        "components": [
            ("model", "Mistral Large", "Mistral AI", "mistral-large-2411", "EU (Paris)"),
            ("model", "Claude Sonnet", "Anthropic", "claude-sonnet-4-5-20250929", "EU (Ireland)"),
        ],
    },
    {
        "name": "Fraud signals",
        "runtime_id": "fraud-signals",
        "purpose": "Points investigators to unusual claim patterns. Never the only ground for refusing a claim.",
        "role": "provider",
        "stage": "validation",
        "users": "Special investigations",
        "affected": "Policyholders",
        "components": [
            ("model", "GPT-4o", "OpenAI", "gpt-4o-2024-11-20", "EU (Sweden)"),
            ("dataset", "Claims 2019-2025", "", "v4", "EU (Frankfurt)"),
        ],
    },
]


@seeders.add(order=20)
def seed_systems() -> None:
    organisation = Organisation.objects.get(slug=HOME)
    if AISystem.objects.within(organisation).exists():
        return
    _fill(organisation, "carla@nordhaven.example", "jonas@nordhaven.example", SYSTEMS)
    other = Organisation.objects.get(slug=OTHER)
    scheduling = {
        "name": "Appointment scheduling",
        "runtime_id": "scheduling",
        "purpose": "Proposes appointment times from patients' messages.",
        "role": "deployer",
        "stage": "deployment",
        "components": [("model", "Mistral Small", "Mistral AI", "mistral-small-2503", "EU (Paris)")],
    }
    _fill(other, "rosa@brightwell.example", "rosa@brightwell.example", [scheduling])


def _fill(organisation: Organisation, officer_email: str, owner_email: str, systems: list[dict[str, Any]]) -> None:
    today = timezone.localdate()
    officer = demo_actor(officer_email, organisation.slug)
    with officer.working():
        for number, values in enumerate(systems):
            values = dict(values)
            parts = values.pop("components")
            system = AISystem(organisation=organisation, **values, owner=person_of(owner_email))
            system.stage, reached = AISystem.Stage.DEVELOPMENT, system.stage
            system._history_date = timezone.now() - dt.timedelta(days=360 - 40 * number)  # type: ignore[attr-defined]
            create_record(record=system, by=officer)
            for kind, name, supplier, version, region in parts:
                part = Component(
                    organisation=organisation, system=system, kind=kind, name=name, supplier=supplier,
                    pinned_version=version, region=region, owner=system.owner,
                )  # fmt: skip
                part._history_date = system._history_date  # type: ignore[attr-defined]
                create_record(record=part, by=officer)
            system.stage = reached
            if reached == AISystem.Stage.OPERATION:
                system.in_use_since = today - dt.timedelta(days=300 - 40 * number)
            system.review_on = today + dt.timedelta(days=(-9, 34, 80, 21)[number % 4])
            system._history_date = timezone.now() - dt.timedelta(days=300 - 40 * number)  # type: ignore[attr-defined]
            change_record(record=system, by=officer, lock=system.lock, reason="Passed its release review")
